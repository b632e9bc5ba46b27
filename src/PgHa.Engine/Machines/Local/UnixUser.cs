using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace PgHa.Engine.Machines.Local;

/// <summary>An operating system user, from wherever this machine keeps its users (files, LDAP, sssd).</summary>
/// <param name="Name">The login name.</param>
/// <param name="Id">The numeric user id; 0 is root.</param>
/// <param name="GroupId">The primary group.</param>
/// <param name="HomeDirectory">Where the user's own files are, such as <c>.pgpass</c>.</param>
[UnsupportedOSPlatform("windows")]
internal sealed record UnixUser(string Name, uint Id, uint GroupId, string HomeDirectory)
{
    // On every system struct passwd begins with name, password, uid and gid. macOS has two more members before the home directory.
    private static readonly int IdOffset = 2 * nint.Size;
    private static readonly int GroupOffset = IdOffset + sizeof(uint);
    private static readonly int HomeOffset = (OperatingSystem.IsMacOS() ? 5 : 3) * nint.Size + (2 * sizeof(uint));

    private delegate int Lookup(nint entry, nint buffer, nint bufferSize, out nint found);

    /// <summary>The user of a name; <see langword="null"/> if there is none.</summary>
    public static UnixUser? Find(string name) =>
        Find((nint entry, nint buffer, nint size, out nint found) => Libc.UserByName(name, entry, buffer, size, out found));

    /// <summary>The user of an id; <see langword="null"/> if it has no name.</summary>
    public static UnixUser? Find(uint id) =>
        Find((nint entry, nint buffer, nint size, out nint found) => Libc.UserById(id, entry, buffer, size, out found));

    private static UnixUser? Find(Lookup lookup)
    {
        const int EntrySize = 256;
        const int BufferSize = 64 * 1024;
        nint memory = Marshal.AllocHGlobal(EntrySize + BufferSize);
        try
        {
            if (lookup(memory, memory + EntrySize, BufferSize, out nint found) != 0 || found == 0)
                return null;
            return new UnixUser(
                Marshal.PtrToStringUTF8(Marshal.ReadIntPtr(found)) ?? "",
                (uint)Marshal.ReadInt32(found, IdOffset),
                (uint)Marshal.ReadInt32(found, GroupOffset),
                Marshal.PtrToStringUTF8(Marshal.ReadIntPtr(found, HomeOffset)) ?? "/");
        }
        finally
        {
            Marshal.FreeHGlobal(memory);
        }
    }
}
