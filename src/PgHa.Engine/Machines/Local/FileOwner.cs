using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;

namespace PgHa.Engine.Machines.Local;

/// <summary>The owner of a file, for which .NET has no API.</summary>
[UnsupportedOSPlatform("windows")]
internal static class FileOwner
{
    private const int CurrentDirectory = -100; // AT_FDCWD
    private const uint UserIdMask = 0x8; // STATX_UID

    /// <summary>The owner of an existing path, links followed; <see langword="null"/> if it cannot be told.</summary>
    public static uint? IdOf(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            try
            {
                return Libc.StatX(CurrentDirectory, path, 0, UserIdMask, out Libc.StatXResult result) == 0 ? result.UserId : null;
            }
            catch (EntryPointNotFoundException)
            {
                // musl before 1.2.5 has no statx.
            }
        }

        return IdFromListing(path);
    }

    /// <summary>The owner's name, or number where it has no name.</summary>
    public static string? NameOf(string path) =>
        IdOf(path) is { } id ? UnixUser.Find(id)?.Name ?? id.ToString(CultureInfo.InvariantCulture) : null;

    // ls is the one program whose owner column POSIX fixes: mode, links, owner.
    private static uint? IdFromListing(string path)
    {
        using var process = Process.Start(
            new ProcessStartInfo("ls", ["-dlnL", path]) { RedirectStandardOutput = true, RedirectStandardError = true });
        string[] columns = process!.StandardOutput.ReadToEnd().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        return columns.Length > 2 && uint.TryParse(columns[2], CultureInfo.InvariantCulture, out uint id) ? id : null;
    }
}
