using System.Text.RegularExpressions;

namespace PgHa;

/// <summary>Why a server did not start, read from what it logged.</summary>
/// <param name="ErrorId">The id of the error.</param>
/// <param name="Kind">What kind of failure it is.</param>
/// <param name="Reason">What happened, as the end of a sentence that begins with the server.</param>
/// <param name="Advice">What to do next.</param>
public sealed partial record StartFailure(string ErrorId, PgHaErrorKind Kind, string Reason, string Advice)
{
    private const string SeeLog = "Correct what the log says, and start it again.";

    /// <summary>Whether the address or the socket is in use already.</summary>
    public bool IsPortInUse => ErrorId == ErrorIds.PortInUse;

    /// <summary>Reads the log lines of one start; the first cause that is known wins, because later lines are its consequences.</summary>
    public static StartFailure Of(string log)
    {
        if (SettingsTooLow(log) is { } tooLow)
            return tooLow;
        foreach (Cause cause in Causes)
        {
            if (cause.Pattern.Match(log) is { Success: true } match)
                return new StartFailure(cause.ErrorId, cause.Kind, match.Result(cause.Reason), cause.Advice);
        }

        Match last = FatalLine().Matches(log).LastOrDefault() ?? Match.Empty;
        return new StartFailure(
            ErrorIds.ServerDidNotStart, PgHaErrorKind.OperationFailed,
            last.Success ? $"did not start: {last.Groups["message"].Value.TrimEnd()}" : "did not start, and logged no reason", SeeLog);
    }

    // PostgreSQL 13 and older report only the first such setting, in the message of a FATAL; 14 and newer report them in its DETAIL.
    private static StartFailure? SettingsTooLow(string log)
    {
        string[] settings =
        [
            .. LowerSetting().Matches(log)
                .Select(m => $"{m.Groups["name"].Value} = {m.Groups["own"].Value} (primary: {m.Groups["primary"].Value})")
                .Distinct(),
        ];
        return settings.Length == 0
            ? null
            : new StartFailure(
                ErrorIds.StandbySettingsTooLow, PgHaErrorKind.InvalidState,
                $"cannot be a hot standby, because settings are lower than its primary's: {string.Join(", ", settings)}",
                "Raise them to at least the primary's values (Set-PgSetting), and start it again.");
    }

    private sealed record Cause(Regex Pattern, string ErrorId, PgHaErrorKind Kind, string Reason, string Advice)
    {
        public Cause(string pattern, string errorId, PgHaErrorKind kind, string reason, string advice)
            : this(new Regex(pattern, RegexOptions.CultureInvariant), errorId, kind, reason, advice)
        {
        }
    }

    private static readonly Cause[] Causes =
    [
        new("recovery ended before configured recovery target was reached",
            ErrorIds.TargetNotReached, PgHaErrorKind.NotFound, "has replayed all WAL there is, and its recovery target did not come",
            "Check name, time or transaction of the target, and whether the archive is complete (Test-PgArchive)."),
        new("requested recovery stop point is before consistent recovery point",
            ErrorIds.TargetBeforeBackup, PgHaErrorKind.InvalidArgument,
            "has a recovery target before the end of its base backup, where its data is not consistent yet",
            "Take an older backup, or a later target."),
        new("using recovery command file \"recovery.conf\" is not supported",
            ErrorIds.LeftoverRecoveryConf, PgHaErrorKind.InvalidState,
            "does not start while there is a recovery.conf in its data directory, which PostgreSQL 12 and later refuse",
            "Move its settings to the configuration (Set-PgRecoveryConf), and delete recovery.conf."),
        new("lock file \"postmaster\\.pid\" already exists(?:.|\\n)*?PID (?<pid>\\d+)",
            ErrorIds.DataDirectoryInUse, PgHaErrorKind.AlreadyExists,
            "does not start, because process ${pid} has the number in its postmaster.pid",
            "If that process is no PostgreSQL server of this data directory, delete postmaster.pid, and start it again."),
        new("Unix-domain socket path \"(?<path>[^\"]*)\" is too long \\(maximum (?<limit>\\d+) bytes\\)",
            ErrorIds.SocketPathTooLong, PgHaErrorKind.InvalidArgument,
            "cannot have its Unix socket at '${path}', which is longer than ${limit} bytes",
            "Set unix_socket_directories to a shorter path, such as /tmp."),
        new("could not create lock file \"(?<path>[^\"]*)\\.lock\": (?<why>.*)",
            ErrorIds.SocketDirectoryNotWritable, PgHaErrorKind.PermissionDenied, "cannot create its Unix socket '${path}': ${why}",
            "Create the directory for the server's user, or set unix_socket_directories to another one, such as /tmp."),
        new("could not bind IPv[46] (?:address|socket)[^\\n]*: (?:Address already in use|Only one usage)"
            + "|lock file \"[^\"]*\\.s\\.PGSQL[^\"]*\" already exists",
            ErrorIds.PortInUse, PgHaErrorKind.AlreadyExists, "cannot have its port: it is taken",
            "Stop the other server, or choose another port (Set-PgSetting @{ port = … } /srv/pg/node20)."),
        new("could not bind IPv[46] (?:address|socket)(?: \"(?<address>[^\"]*)\")?: (?<why>.*)"
            + "|could not translate host name \"(?<address>[^\"]*)\"[^\\n]*to address: (?<why>.*)",
            ErrorIds.ListenAddressNotUsable, PgHaErrorKind.InvalidArgument, "cannot listen on '${address}': ${why}",
            "Set listen_addresses to addresses of this machine, and the port to one its user may take (1024 and above)."),
        new("The data directory was initialized by PostgreSQL version (?<data>[\\d.]+), "
            + "which is not compatible with this version (?<server>[\\w.]+)",
            ErrorIds.WrongServerVersion, PgHaErrorKind.NotSupported,
            "was made by PostgreSQL ${data} and cannot be started by PostgreSQL ${server}",
            "Give the programs of that version with -BinDirectory, or run pg_upgrade."),
        new("data directory \"[^\"]*\" has (?<what>invalid permissions|wrong ownership|group or world access)",
            ErrorIds.DataDirectoryPermissions, PgHaErrorKind.PermissionDenied, "does not start on a data directory with ${what}",
            "The directory belongs to the user that runs the server, with mode 0700, or 0750 from version 11 on."),
        new("WAL file is from different database system",
            ErrorIds.ForeignSystemIdentifier, PgHaErrorKind.InvalidState, "found WAL of another system",
            "Restore from the archive of its own primary, or clone it again (New-PgBaseBackup)."),
        new("could not (?:locate (?:required|a valid) checkpoint record|find redo location)",
            ErrorIds.CheckpointMissing, PgHaErrorKind.InvalidState, "finds no checkpoint record to start from",
            "The directory is no complete base backup. Clone it again (New-PgBaseBackup)."),
        new("(?:FATAL|PANIC):[^\\n]*No space left on device",
            ErrorIds.DiskFull, PgHaErrorKind.OperationFailed, "did not start, because a disk is full",
            "Make room on the file systems of the data directory and of the WAL, and start it again. Never delete WAL by hand."),
        new("could not (?:create shared memory segment|map anonymous shared memory): (?<why>.*)",
            ErrorIds.NotEnoughMemory, PgHaErrorKind.OperationFailed, "gets no shared memory: ${why}",
            "Lower shared_buffers, or max_connections, or give the machine more memory."),
        new("could not load (?<file>[^\\n]*pg_hba\\.conf[^\\n]*)",
            ErrorIds.HbaFileInvalid, PgHaErrorKind.InvalidState, "does not start with the errors in its pg_hba.conf", SeeLog),
        new("(?:LOG|FATAL):\\s+(?<why>(?:invalid value for parameter|unrecognized configuration parameter"
            + "|syntax error in file|parameter \"[^\"]*\" |configuration file \"[^\"]*\" contains errors"
            + "|\"?[^\\n]* is outside the valid range)[^\\n]*)",
            ErrorIds.ConfigurationInvalid, PgHaErrorKind.InvalidState, "does not start with this configuration: ${why}",
            "Correct it with Set-PgSetting or Reset-PgSetting, and start it again."),
    ];

    [GeneratedRegex(
        @"(?<name>\w+) = (?<own>\d+) is a lower setting than on the (?:master|primary) server"
        + @"(?: \(its value was |, where its value was )(?<primary>\d+)",
        RegexOptions.CultureInvariant)]
    private static partial Regex LowerSetting();

    [GeneratedRegex(@"\b(?:FATAL|PANIC):\s+(?<message>[^\n]*)", RegexOptions.CultureInvariant)]
    private static partial Regex FatalLine();
}
