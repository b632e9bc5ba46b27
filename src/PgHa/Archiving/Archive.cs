using System.Diagnostics.CodeAnalysis;

namespace PgHa;

/// <summary>
/// An archive of WAL, told by the command that fills it or reads it: a directory, on the server's machine or another, or what another tool
/// keeps.
/// </summary>
/// <remarks>
/// See <see href="https://www.postgresql.org/docs/current/continuous-archiving.html">Continuous Archiving</see>.
/// </remarks>
public abstract record Archive
{
    private const string PgBackRestPrefix = "pgbackrest:";
    private const string BarmanPrefix = "barman:";

    /// <summary>The tool that keeps it; <see langword="null"/> for a plain directory, and where the tool is not known.</summary>
    public abstract string? Tool { get; }

    /// <summary>
    /// What the exit status 0 of its <c>archive_command</c> does not prove, as a sentence without a full stop;
    /// <see langword="null"/> if it proves that the file is there.
    /// </summary>
    public virtual string? Doubt => null;

    /// <summary>How the tool that keeps it removes WAL: an imperative sentence; <see langword="null"/> where PgHa may remove it.</summary>
    internal virtual string? Expiry => null;

    /// <summary>The <c>restore_command</c> that fetches a file from it.</summary>
    /// <param name="isWindows">Whether <c>cmd.exe</c> runs the command.</param>
    /// <exception cref="PgHaException"><c>ArchivePathNotUsable</c>.</exception>
    public abstract string RestoreCommand(bool isWindows);

    /// <summary>
    /// The archive that an <c>archive_command</c> fills; <see langword="null"/> if the command is empty, or archives nothing because it
    /// does not name the file, as <c>/bin/true</c> does not.
    /// </summary>
    public static Archive? OfArchiveCommand(string? command) =>
        !NamesFile(command) ? null
        : ArchiveLocation.OfArchiveCommand(command) is { } location ? FileArchive.At(location)
        : OfOthers(command);

    /// <summary>
    /// The archive that a <c>restore_command</c> reads; <see langword="null"/> if the command is empty, or does not name the file.
    /// </summary>
    public static Archive? OfRestoreCommand(string? command) =>
        !NamesFile(command) ? null
        : ArchiveLocation.OfRestoreCommand(command) is { } location ? FileArchive.At(location)
        : OfOthers(command);

    /// <summary>
    /// The archive that a text names which is no directory of the server's machine: <c>ssh://[USER@]HOST[:PORT]/DIRECTORY</c>,
    /// <c>pgbackrest:STANZA</c>, or <c>barman:[USER@]HOST/SERVER</c>; <see langword="null"/> for any other text, such as a path.
    /// </summary>
    /// <exception cref="PgHaException"><c>ArchiveNameInvalid</c>: the text begins like one of these, and is none.</exception>
    public static Archive? OfName(string text)
    {
        if (text.StartsWith(PgBackRestPrefix, StringComparison.OrdinalIgnoreCase))
            return PgBackRestArchive.OfStanza(text[PgBackRestPrefix.Length..]) ?? throw Invalid(text);
        if (text.StartsWith(BarmanPrefix, StringComparison.OrdinalIgnoreCase))
            return BarmanArchive.OfAddress(text[BarmanPrefix.Length..]) ?? throw Invalid(text);
        return SshArchive.OfText(text);
    }

    private static bool NamesFile([NotNullWhen(true)] string? command) =>
        command is not null
        && (command.Contains("%p", StringComparison.Ordinal) || command.Contains("%f", StringComparison.Ordinal));

    private static Archive OfOthers(string command) =>
        PgBackRestArchive.OfCommand(command) as Archive ?? BarmanArchive.OfCommand(command) as Archive ?? OtherArchive.OfCommand(command);

    private static PgHaException Invalid(string text) => new(
        ErrorIds.ArchiveNameInvalid, PgHaErrorKind.InvalidArgument, $"'{text}' names no archive.",
        "Write pgbackrest:STANZA, or barman:HOST/SERVER, or barman:USER@HOST/SERVER, as the tools call them.");
}

/// <summary>An archive that a command fills or reads which PgHa knows by its tool at most.</summary>
/// <param name="Tool">The tool; <see langword="null"/> if it is not known.</param>
/// <param name="Command">The command.</param>
public sealed record OtherArchive(string? Tool, string Command) : Archive
{
    private static readonly (string Part, string Tool)[] Known =
    [
        ("wal-g ", "WAL-G"), ("wal-e ", "WAL-E"), ("pg_probackup ", "pg_probackup"), ("/controller/manager ", "CloudNativePG"),
        ("barman", "Barman"), ("pgbackrest", "pgBackRest"),
    ];

    /// <inheritdoc/>
    public override string? Tool { get; } = Tool;

    /// <summary>The archive of a command.</summary>
    internal static OtherArchive OfCommand(string command) => new(
        Known.FirstOrDefault(known => command.Contains(known.Part, StringComparison.OrdinalIgnoreCase)).Tool, command);

    /// <summary>The command itself, which is taken for a <c>restore_command</c>.</summary>
    public override string RestoreCommand(bool isWindows) => Command;

    /// <summary>The tool, or that it is not known.</summary>
    public override string ToString() => Tool ?? "a command that PgHa does not know";
}
