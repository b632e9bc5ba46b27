namespace PgHa.Engine.Programs;

/// <summary>Where PostgreSQL's packages and installers put its programs.</summary>
internal static class ProgramFolders
{
    private static readonly string[] Unix =
    [
        "/usr/lib/postgresql/*/bin", // Debian, Ubuntu
        "/usr/pgsql-*/bin", // RHEL and Fedora, PostgreSQL's own repository
        "/usr/lib/postgresql*/bin", // SUSE
        "/usr/libexec/postgresql*", // Alpine
        "/usr/bin", // RHEL and Fedora, the distribution's
        "/usr/local/pgsql/bin", // built from source
        "/opt/homebrew/opt/postgresql@*/bin", // Homebrew, Apple silicon
        "/usr/local/opt/postgresql@*/bin", // Homebrew, Intel
        "/Applications/Postgres.app/Contents/Versions/*/bin",
        "/Library/PostgreSQL/*/bin", // EDB's installer, macOS
        "/opt/PostgreSQL/*/bin", // EDB's installer, Linux
    ];

    private static readonly string[] Windows =
    [
        @"C:\Program Files\PostgreSQL\*\bin",
    ];

    /// <summary>The usual folders; a <c>*</c> stands for the version.</summary>
    public static IReadOnlyList<string> Usual(bool isWindows) => isWindows ? Windows : Unix;

    /// <summary>The file of a program in a folder.</summary>
    public static string FileOf(string folder, string program, bool isWindows) =>
        isWindows ? $@"{folder.TrimEnd('\\', '/')}\{FileName(program, isWindows)}" : $"{folder.TrimEnd('/')}/{program}";

    /// <summary>The file name of a program.</summary>
    public static string FileName(string program, bool isWindows) => isWindows ? $"{program}.exe" : program;

    /// <summary>
    /// The folder of a program's file; <see langword="null"/> if the file has another name. That is so for Debian's
    /// <c>pg_wrapper</c>, the target of <c>/usr/bin/psql</c> and others, which chooses a version itself.
    /// </summary>
    public static string? FolderOf(string file, string program, bool isWindows)
    {
        int end = isWindows ? file.AsSpan().LastIndexOfAny('\\', '/') : file.LastIndexOf('/');
        return end >= 0
            && file[(end + 1)..].Equals(
                FileName(program, isWindows), isWindows ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal)
            ? file[..end]
            : null;
    }

    /// <summary>Whether the path contains the major version, as in <c>/usr/pgsql-15/bin</c> or <c>postgresql@9.6</c>.</summary>
    public static bool Names(string folder, ServerVersion version)
    {
        string major = version.Major;
        return folder.Split('/', '\\').Any(part =>
            part.EndsWith(major, StringComparison.Ordinal)
            && (part.Length == major.Length || !(char.IsAsciiDigit(part[^(major.Length + 1)]) || part[^(major.Length + 1)] == '.')));
    }
}
