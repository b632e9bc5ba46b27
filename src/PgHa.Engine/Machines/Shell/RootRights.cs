using System.Runtime.Versioning;
using PgHa.Engine.Machines.Local;

namespace PgHa.Engine.Machines.Shell;

/// <summary>
/// The operations that root does for a server's user in a directory where that user may not: make, rename and remove a
/// data directory. PgHa never touches the content of a data directory with root's rights.
/// </summary>
/// <remarks>
/// They are used only after the user's own attempt was denied. So root never works in a directory that the user can write to,
/// where a symbolic link made at the right moment would lead root elsewhere.
/// </remarks>
[UnsupportedOSPlatform("windows")]
internal sealed class RootRights
{
    private const uint DataDirectoryMode = 0b111_000_000;

    private readonly UnixUser _user;

    public RootRights(UnixUser user) => _user = user;

    /// <summary>Makes a directory owned by the user with mode 0700, and its missing parents owned by root with mode 0755.</summary>
    public void CreateDirectory(string directory)
    {
        if (Directory.Exists(directory))
            return;
        LocalDirectory.CreateParents(directory);
        if (Libc.MakeDirectory(directory, DataDirectoryMode) != 0 || Libc.ChangeOwner(directory, _user.Id, _user.GroupId) != 0)
            throw new IOException(Libc.LastError);
        DurableFile.SynchronizeDirectory(Path.GetDirectoryName(directory)!);
    }

    /// <summary>Renames a directory onto a path where nothing is, or only an empty directory.</summary>
    public static void MoveDirectory(string from, string to) => LocalDirectory.Move(from, to);

    /// <summary>Removes an empty directory; <see langword="false"/> if it was not empty, or no directory.</summary>
    public static bool RemoveDirectory(string directory) => Libc.RemoveDirectory(directory) == 0;
}
