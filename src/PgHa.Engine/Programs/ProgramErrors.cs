using PgHa.Engine.Machines;

namespace PgHa.Engine.Programs;

/// <summary>The failures where programs are missing or have the wrong version.</summary>
internal static class ProgramErrors
{
    /// <summary>No folder has the program, or none in the version that is needed.</summary>
    public static PgHaException NotFound(IHost host, string program, ServerVersion? version, IReadOnlyList<string> foundInstead)
    {
        string wanted = version is { } major ? $"PostgreSQL {major.Major}" : "PostgreSQL";
        string found = foundInstead.Count > 0 ? $" Other versions are in {string.Join(", ", foundInstead)}." : "";
        return new PgHaException(
            ErrorIds.ServerProgramsNotFound,
            PgHaErrorKind.NotFound,
            $"No programs of {wanted} were found on {host.Description}: "
                + $"'{program}' is neither on PATH nor in {string.Join(", ", ProgramFolders.Usual(host.IsWindows))}.{found}",
            Install(host, version));
    }

    /// <summary>The folder that was given lacks a program.</summary>
    public static PgHaException Missing(IHost host, string folder, string program) => new(
        ErrorIds.ServerProgramsNotFound,
        PgHaErrorKind.NotFound,
        $"'{folder}' on {host.Description} holds no program '{program}'.",
        "Give the bin directory of a PostgreSQL installation that has it, "
            + "such as /usr/lib/postgresql/15/bin, or none, and PgHa looks for one.");

    /// <summary>The folder that was given has programs that do not run.</summary>
    public static PgHaException TellsNoVersion(IHost host, string folder, string program) => new(
        ErrorIds.ServerProgramsNotFound,
        PgHaErrorKind.NotFound,
        $"'{program}' in '{folder}' on {host.Description} does not tell its version.",
        $"See what it says: {ShellQuoting.Quote(ProgramFolders.FileOf(folder, program, host.IsWindows))} --version");

    /// <summary>The folder that was given has programs of another major than the data directory.</summary>
    public static PgHaException WrongMajor(string folder, ServerVersion found, ServerVersion wanted) => new(
        ErrorIds.WrongProgramVersion,
        PgHaErrorKind.InvalidArgument,
        $"The programs in '{folder}' are of PostgreSQL {found}, and the data directory is of PostgreSQL {wanted.Major}.",
        $"Give the bin directory of PostgreSQL {wanted.Major}, or none, and PgHa looks for one.");

    /// <summary>The newest program found is older than the server.</summary>
    public static PgHaException TooOld(IHost host, string program, string folder, ServerVersion found, ServerVersion server) => new(
        ErrorIds.ToolTooOld,
        PgHaErrorKind.NotSupported,
        $"{program} {found} in '{folder}' cannot work with a server of PostgreSQL {server.Major}: "
            + $"it takes {program} {server.Major} or newer.",
        Install(host, server));

    private static string Install(IHost host, ServerVersion? version)
    {
        if (host.IsWindows)
            return "Install PostgreSQL from https://www.postgresql.org/download/windows/, or give its bin directory.";
        string suffix = version is { } major ? $"-{major.Major}" : "";
        string dnf = version is { } package ? $"postgresql{package.Major}-server" : "postgresql-server";
        return OperatingSystem.IsMacOS()
            ? $"Install it, as in: brew install postgresql{(version is { } formula ? $"@{formula.Major}" : "")}. Or give its bin directory."
            : $"Install it, as in: apt-get install postgresql{suffix} (Debian, Ubuntu) or dnf install {dnf} (RHEL, Fedora). "
                + "Or give its bin directory.";
    }
}
