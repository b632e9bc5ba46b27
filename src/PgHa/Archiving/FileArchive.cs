namespace PgHa;

/// <summary>
/// An archive of plain files, one for each segment, which PgHa's own commands fill and read: a directory of the server's machine, or of
/// another machine.
/// </summary>
public abstract record FileArchive : Archive
{
    /// <inheritdoc/>
    public override string? Tool => null;

    /// <summary>Its directory, on the machine that has it.</summary>
    public abstract string Directory { get; init; }

    /// <summary>
    /// The text that names it: the directory, or <c>ssh://[USER@]HOST[:PORT]/DIRECTORY</c>. <see cref="At"/> reads it.
    /// </summary>
    public abstract string Location { get; }

    /// <summary>The archive that a text names.</summary>
    /// <param name="location">An absolute path, or <c>ssh://[USER@]HOST[:PORT]/DIRECTORY</c>.</param>
    /// <exception cref="PgHaException"><c>ArchiveNameInvalid</c>: the text begins with <c>ssh://</c>, and names no directory.</exception>
    public static FileArchive At(string location) => SshArchive.OfText(location) as FileArchive ?? new DirectoryArchive(location);

    /// <summary>The archive that an <c>archive_command</c> of PgHa's fills; <see langword="null"/> for any other command.</summary>
    public static FileArchive? OfOwnArchiveCommand(string? command) =>
        command is null ? null
        : PgHa.ArchiveCommand.DirectoryOf(command) is { } directory ? new DirectoryArchive(directory)
        : SshArchiveCommand.OfPush(command);

    /// <summary>The archive that a <c>restore_command</c> of PgHa's reads; <see langword="null"/> for any other command.</summary>
    public static FileArchive? OfOwnRestoreCommand(string? command) =>
        command is null ? null
        : PgHa.RestoreCommand.DirectoryOf(command) is { } directory ? new DirectoryArchive(directory)
        : SshArchiveCommand.OfFetch(command);

    /// <summary>The <c>archive_command</c> that fills it.</summary>
    /// <param name="isWindows">Whether <c>cmd.exe</c> runs the command.</param>
    /// <exception cref="PgHaException"><c>ArchivePathNotUsable</c>.</exception>
    public abstract string ArchiveCommand(bool isWindows);
}

/// <summary>An archive that is a directory of the server's machine, as <see cref="PgHa.ArchiveCommand"/> fills it.</summary>
/// <param name="Directory">An absolute path.</param>
public sealed record DirectoryArchive(string Directory) : FileArchive
{
    /// <inheritdoc/>
    public override string Directory { get; init; } = Directory;

    /// <inheritdoc/>
    public override string Location => Directory;

    /// <inheritdoc/>
    public override string RestoreCommand(bool isWindows) =>
        isWindows ? PgHa.RestoreCommand.ForWindows(Directory) : PgHa.RestoreCommand.ForPosix(Directory);

    /// <inheritdoc/>
    public override string ArchiveCommand(bool isWindows) =>
        isWindows ? PgHa.ArchiveCommand.ForWindows(Directory) : PgHa.ArchiveCommand.ForPosix(Directory);

    /// <summary>The directory in quotes.</summary>
    public override string ToString() => $"'{Directory}'";
}
