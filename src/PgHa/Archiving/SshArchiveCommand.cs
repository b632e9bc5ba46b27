using System.Text;

namespace PgHa;

/// <summary>
/// The <c>archive_command</c> and the <c>restore_command</c> of an archive on another machine, which keep the promises of
/// <see cref="PgHa.ArchiveCommand"/> and <see cref="PgHa.RestoreCommand"/>.
/// </summary>
/// <remarks>
/// <para>The other machine needs a POSIX shell, and <c>dd</c>, <c>mv</c>, <c>cmp</c> and <c>sync</c> as GNU or busybox have them. Its
/// script and the directory travel as lines of the input. So the login shell there always reads the same, and may be any shell.</para>
/// <para>A link that is cut looks like the end of the file to both sides, so both count the bytes. <c>ssh</c> then ends with status 255,
/// and above 125 a server takes a status for a crash: the archiver would not count the failure, and recovery would end.</para>
/// </remarks>
internal static class SshArchiveCommand
{
    // PostgreSQL 14 and older build the command in a buffer of 1024 bytes and cut off what does not fit.
    private const int MaxLength = 1023;

    private const string PushStart = """{ printf '%%s\n' '""";
    private const string PushMiddle = """; wc -c <"%p"; cat "%p"; } | """;
    private const string PushRest = """ >&2 || exit 1""";
    private const string FetchStart = """printf '%%s\n' '""";
    private const string FetchMiddle = " | ";

    // As in ArchiveCommand: dd syncs the file, mv -n never overwrites and may say nothing about it, and the directory is synced last.
    // The connection may be cut, so the script removes the unfinished file before it writes any message to it.
    private const string PushScript =
        "IFS= read -r d&&read -r n&&cd \"$d\"&&f=%f&&t=.$f.$$&&if [ -e $f ];then cmp - $f;"
        + "else dd of=$t bs=1048576 conv=fsync status=none&&[ $(wc -c<$t) -eq $n ]&&mv -n $t $f&&[ ! -e $t ]"
        + "||{ rm -f $t;false;};fi&&sync .";

    // A login shell may print something first, perhaps without a newline, so the answer begins on a line of its own.
    private const string FetchScript =
        "IFS= read -r d&&echo&&cd \"$d\"&&f=%f&&if [ -f $f ];then echo pgha: $(wc -c<$f)&&exec cat $f;else echo pgha: -;fi";

    // A standby that cannot reach its archive goes on and streams. A restore must not take that for the end of the WAL, and aborts.
    private const string FetchRest =
        """ | { while read -r m n; do case $m$n in pgha:[1-9]*) """
        + """cat >"%p" && [ $(wc -c <"%p") -eq $n ] && exit 0; break;; pgha:-) exit 1;; esac; done; """
        + """[ -e standby.signal ] || grep -qs ^standby_mode recovery.conf && exit 1; exit 255; }""";

    // The login shell of the other machine may be of any kind. All of them read this line in the same way.
    private const string Shell = " \"exec sh -c 'IFS= read -r s&&eval \\\"\\$s\\\"'\"";

    /// <summary>The command that archives.</summary>
    /// <exception cref="PgHaException"><c>ArchivePathNotUsable</c>: the command would be too long for the server.</exception>
    public static string Push(SshArchive archive) => Checked(
        archive, $"{PushStart}{PushScript}' {ShellPath.Quote(archive.Directory)}{PushMiddle}{Words(archive)}{Shell}{PushRest}");

    /// <summary>The command that restores.</summary>
    /// <exception cref="PgHaException"><c>ArchivePathNotUsable</c>: the command would be too long for the server.</exception>
    public static string Fetch(SshArchive archive) => Checked(
        archive, $"{FetchStart}{FetchScript}' {ShellPath.Quote(archive.Directory)}{FetchMiddle}{Words(archive)}{Shell}{FetchRest}");

    /// <summary>The archive of a command that <see cref="Push"/> made; <see langword="null"/> for any other.</summary>
    public static SshArchive? OfPush(string command) =>
        Between(command, $"{PushStart}{PushScript}' ", PushMiddle, Shell + PushRest) is { } archive && Push(archive) == command
            ? archive
            : null;

    /// <summary>The archive of a command that <see cref="Fetch"/> made; <see langword="null"/> for any other.</summary>
    public static SshArchive? OfFetch(string command) =>
        Between(command, $"{FetchStart}{FetchScript}' ", FetchMiddle, Shell + FetchRest) is { } archive && Fetch(archive) == command
            ? archive
            : null;

    private static string Words(SshArchive archive) => string.Join(' ', archive.Ssh);

    private static SshArchive? Between(string command, string start, string middle, string rest)
    {
        if (!command.StartsWith(start, StringComparison.Ordinal) || !command.EndsWith(rest, StringComparison.Ordinal)
            || command.Length < start.Length + rest.Length)
        {
            return null;
        }

        string part = command[start.Length..^rest.Length];
        // The words of ssh have no such text in them, and the directory may.
        int end = part.LastIndexOf(middle, StringComparison.Ordinal);
        if (end < 0 || ShellPath.Unquote(part[..end]) is not { } directory)
            return null;
        string[] words = part[(end + middle.Length)..].Split(' ');
        return SshArchive.TryParse(
            $"ssh://{(After("-l") is { } user ? $"{user}@" : "")}"
            + $"{(words[^1].Contains(':', StringComparison.Ordinal) ? $"[{words[^1]}]" : words[^1])}"
            + $"{(After("-p") is { } port ? $":{port}" : "")}{directory}");

        string? After(string option) => Array.IndexOf(words, option) is >= 0 and var at && at + 1 < words.Length ? words[at + 1] : null;
    }

    private static string Checked(SshArchive archive, string command)
    {
        // The longest names: that of a backup's label, in pg_wal.
        const int LongestFile = 40;
        const int LongestPath = 47;
        int length = Encoding.UTF8.GetByteCount(command
            .Replace("%%", "%", StringComparison.Ordinal)
            .Replace("%f", new string('f', LongestFile), StringComparison.Ordinal)
            .Replace("%p", new string('p', LongestPath), StringComparison.Ordinal));
        return length <= MaxLength
            ? command
            : throw ShellPath.NotUsable(
                archive.Location, "is too long: PostgreSQL up to 14 cuts an archive_command of 1024 bytes or more");
    }
}
