namespace PgHa.Engine.Machines.Shell;

/// <summary>
/// The operations that root does for a server's user in a directory where that user may not: make, rename and remove a
/// data directory. PgHa never touches the content of a data directory with root's rights.
/// </summary>
/// <remarks>
/// They are used only after the user's own attempt was denied. So root never works in a directory that the user can write to,
/// where a symbolic link made at the right moment would lead root elsewhere.
/// </remarks>
internal interface IRootRights
{
    /// <summary>Makes a directory owned by the user with mode 0700, and its missing parents owned by root with mode 0755.</summary>
    Task CreateDirectoryAsync(string directory, CancellationToken cancellationToken);

    /// <summary>Renames a directory onto a path where nothing is, or only an empty directory.</summary>
    Task MoveDirectoryAsync(string from, string to, CancellationToken cancellationToken);

    /// <summary>Removes an empty directory; <see langword="false"/> if it was not empty, or no directory.</summary>
    Task<bool> RemoveDirectoryAsync(string directory, CancellationToken cancellationToken);
}
