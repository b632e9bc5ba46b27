using System.Globalization;
using System.Text.RegularExpressions;

namespace PgHa;

/// <summary>
/// An archive that is a directory of another machine. The server itself reaches it: its commands run <c>ssh</c>, as the server's user, with
/// that user's keys and configuration.
/// </summary>
/// <param name="Host">The machine, as <c>ssh</c> of the server's user knows it.</param>
/// <param name="Directory">An absolute path there.</param>
/// <param name="User">The user there; <see langword="null"/> for the one that <c>ssh</c> takes by itself.</param>
/// <param name="Port">The port there; <see langword="null"/> for the one that <c>ssh</c> takes by itself.</param>
/// <remarks>See <see href="https://man.openbsd.org/ssh">ssh</see>.</remarks>
public sealed partial record SshArchive(string Host, string Directory, string? User = null, int? Port = null) : FileArchive
{
    private const string Scheme = "ssh://";

    /// <inheritdoc/>
    public override string Directory { get; init; } = Directory;

    /// <inheritdoc/>
    /// <remarks>Every character of the directory stands for itself: there is no encoding with percent signs.</remarks>
    public override string Location =>
        $"{Scheme}{(User is null ? "" : $"{User}@")}{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}"
        + $"{(Port is { } port ? string.Create(CultureInfo.InvariantCulture, $":{port}") : "")}{Directory}";

    /// <summary>
    /// The program and the options that reach the machine. Nobody is there to answer a question, a dead link has to end, and a connection
    /// that the user's other sessions share would not end with it.
    /// </summary>
    public IReadOnlyList<string> Ssh =>
    [
        "ssh", "-T", "-oBatchMode=yes", "-oLogLevel=ERROR", "-oConnectTimeout=10", "-oServerAliveInterval=5", "-oControlPath=none",
        .. Port is { } port ? ["-p", port.ToString(CultureInfo.InvariantCulture)] : (string[])[],
        .. User is { } user ? ["-l", user] : (string[])[],
        Host,
    ];

    /// <inheritdoc/>
    public override string ArchiveCommand(bool isWindows) =>
        isWindows ? throw NeedsPosix() : SshArchiveCommand.Push(this);

    /// <inheritdoc/>
    public override string RestoreCommand(bool isWindows) =>
        isWindows ? throw NeedsPosix() : SshArchiveCommand.Fetch(this);

    /// <summary><c>'/srv/archive' on backup.example</c>.</summary>
    public override string ToString() => $"'{Directory}' on {Host}";

    /// <summary>Whether a text is the location of an archive on another machine, and no path.</summary>
    public static bool IsLocation(string text) => text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>The archive that a text names; <see langword="null"/> if the text does not begin with <c>ssh://</c>.</summary>
    /// <exception cref="PgHaException"><c>ArchiveNameInvalid</c>.</exception>
    public static SshArchive? OfText(string text) =>
        !IsLocation(text) ? null : TryParse(text) ?? throw Invalid(text);

    /// <summary>The archive whose <see cref="Location"/> a text is; <see langword="null"/> for any other text.</summary>
    internal static SshArchive? TryParse(string text)
    {
        if (Form().Match(text) is not { Success: true } match)
            return null;
        int? port = match.Groups["port"] is { Success: true } digits ? int.Parse(digits.Value, CultureInfo.InvariantCulture) : null;
        string directory = match.Groups["directory"].Value.TrimEnd('/');
        return port is 0 or > 65_535 || directory.Length == 0
            ? null
            : new SshArchive(
                match.Groups["host"].Value, directory, match.Groups["user"] is { Success: true } user ? user.Value : null, port);
    }

    private static PgHaException Invalid(string text) => new(
        ErrorIds.ArchiveNameInvalid, PgHaErrorKind.InvalidArgument, $"'{text}' names no archive.",
        "Write ssh://HOST/DIRECTORY, or ssh://USER@HOST:PORT/DIRECTORY, with an absolute path.");

    private PgHaException NeedsPosix() => ShellPath.NotUsable(
        Location, "is on another machine, and a server on Windows has no POSIX shell to reach it with");

    // No host and no user begins with a hyphen: ssh would take it for an option.
    [GeneratedRegex(
        @"\Assh://(?:(?<user>[A-Za-z0-9_][A-Za-z0-9_.-]*)@)?(?:(?<host>[A-Za-z0-9_][A-Za-z0-9_.-]*)|\[(?<host>[0-9A-Fa-f:.]+)\])"
        + @"(?::(?<port>[0-9]{1,5}))?(?<directory>/[^\r\n\0]*)\z",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Form();
}
