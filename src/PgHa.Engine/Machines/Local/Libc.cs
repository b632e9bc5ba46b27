using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace PgHa.Engine.Machines.Local;

/// <summary>The few calls of the C library that .NET has no API for.</summary>
[UnsupportedOSPlatform("windows")]
internal static class Libc
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int ReadOnly = 0;
    public const int WritableDirectory = 2 | 1; // W_OK | X_OK

    private const string Library = "libc";

    /// <summary>What the system says about the last call that failed.</summary>
    public static string LastError => Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());

    [DllImport(Library, EntryPoint = "kill", SetLastError = true)]
    public static extern int Signal(int processId, int signal);

    [DllImport(Library, EntryPoint = "access", SetLastError = true)]
    public static extern int Access([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int mode);

    [DllImport(Library, EntryPoint = "rename", SetLastError = true)]
    public static extern int Rename(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string from, [MarshalAs(UnmanagedType.LPUTF8Str)] string to);

    [DllImport(Library, EntryPoint = "mkdir", SetLastError = true)]
    public static extern int MakeDirectory([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint mode);

    [DllImport(Library, EntryPoint = "rmdir", SetLastError = true)]
    public static extern int RemoveDirectory([MarshalAs(UnmanagedType.LPUTF8Str)] string path);

    [DllImport(Library, EntryPoint = "lchown", SetLastError = true)]
    public static extern int ChangeOwner([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint user, uint group);

    [DllImport(Library, EntryPoint = "open", SetLastError = true)]
    public static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport(Library, EntryPoint = "read", SetLastError = true)]
    public static extern nint Read(int descriptor, ref byte buffer, nint count);

    [DllImport(Library, EntryPoint = "fsync", SetLastError = true)]
    public static extern int Synchronize(int descriptor);

    [DllImport(Library, EntryPoint = "close", SetLastError = true)]
    public static extern int Close(int descriptor);

    [DllImport(Library, EntryPoint = "statx", SetLastError = true)]
    public static extern int StatX(
        int directory, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, out StatXResult result);

    [DllImport(Library, EntryPoint = "getpwnam_r")]
    public static extern int UserByName(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string name, nint entry, nint buffer, nint bufferSize, out nint found);

    [DllImport(Library, EntryPoint = "getpwuid_r")]
    public static extern int UserById(uint id, nint entry, nint buffer, nint bufferSize, out nint found);

    /// <summary>
    /// The owner out of Linux's <c>struct statx</c>, whose layout is the same on every processor, unlike that of <c>struct stat</c>.
    /// </summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    public readonly struct StatXResult
    {
        /// <summary>The owner's user id.</summary>
        [field: FieldOffset(20)]
        public uint UserId { get; }
    }
}
