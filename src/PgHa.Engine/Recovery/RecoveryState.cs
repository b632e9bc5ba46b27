using PgHa.Engine.Configuration;
using PgHa.Engine.Instances;
using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Recovery;

/// <summary>The state of a data directory, as far as recovery is concerned.</summary>
internal sealed record RecoveryState
{
    /// <summary>The names and features of the server's version.</summary>
    public required ServerDialect Dialect { get; init; }

    /// <summary>The configuration files.</summary>
    public required ServerConfiguration Configuration { get; init; }

    /// <summary>The content of <c>recovery.conf</c>; <see langword="null"/> if the file does not exist.</summary>
    public required ConfigurationFile? RecoveryFile { get; init; }

    /// <summary>Whether the file that makes a standby is there.</summary>
    public required bool HasStandbySignal { get; init; }

    /// <summary>The content of the control file.</summary>
    public required ControlData Control { get; init; }

    /// <summary>The status of the server.</summary>
    public required InstanceStatus Status { get; init; }

    /// <summary>Whether the directory is a standby's.</summary>
    public bool IsStandby => Dialect.UsesRecoveryConf
        ? RecoveryFile?["standby_mode"] is { } mode && SettingValue.ParseBoolean(mode)
        : HasStandbySignal;

    /// <summary>Whether the server answers queries while it recovers. By default it does in PostgreSQL 10 and newer.</summary>
    public bool IsHotStandby => Configuration["hot_standby"] is { } text
        ? SettingValue.ParseBoolean(text)
        : Dialect.IsReplicationReadyByDefault;

    /// <summary>Whether the server, as a standby, synchronizes the failover slots of its primary.</summary>
    public bool SynchronizesSlots => Configuration[RecoveryEntries.SyncReplicationSlots] is { } text && SettingValue.ParseBoolean(text);

    /// <summary>The value of a recovery setting.</summary>
    public string? this[string name] => Dialect.UsesRecoveryConf ? RecoveryFile?[name] : Configuration[name];

    /// <summary>The value of a setting that is a number; <see langword="null"/> if no file sets it.</summary>
    public int? Number(string name) => Configuration[name] is { } text
        ? (int)SettingValue.ParseNumber(text, SettingType.Integer, unit: null)
        : null;

    /// <summary>Reads it.</summary>
    /// <exception cref="PgHaException">
    /// <c>NotADataDirectory</c>, <c>ConfigurationMissing</c>, <c>ConfigurationInvalid</c>, <c>HostAccessRequired</c>.
    /// </exception>
    public static Task<RecoveryState> ReadAsync(EngineContext context, PgInstance instance, CancellationToken cancellationToken) =>
        ReadAsync(context, instance, instance.DataDirectory, cancellationToken);

    /// <summary>The same for a server whose configuration files are in another directory for the time being.</summary>
    public static async Task<RecoveryState> ReadAsync(
        EngineContext context, PgInstance instance, string? settings, CancellationToken cancellationToken)
    {
        IHost host = await context.HostOfAsync(instance, cancellationToken).ConfigureAwait(false);
        string directory = instance.DataDirectory!;
        string ownFiles = settings ?? directory;
        Task<IHost> ahead = host.ReadAheadAsync(FilesOf(instance, ownFiles), cancellationToken);
        IReadOnlyList<string> names = await host.ListAsync(ownFiles, cancellationToken).ConfigureAwait(false) ?? [];
        host = await ahead.ConfigureAwait(false);
        ServerDialect dialect = await InstanceControl.DialectAsync(instance, host, cancellationToken).ConfigureAwait(false);
        context.WarnOfUnknownMajor(instance, dialect.Version);
        string main = await ConfigurationLocation.FindAsync(host, ownFiles, names, cancellationToken).ConfigureAwait(false);
        return new RecoveryState
        {
            Dialect = dialect,
            Configuration = await ServerConfiguration.LoadAsync(host, ownFiles, main, cancellationToken).ConfigureAwait(false),
            RecoveryFile = dialect.UsesRecoveryConf && names.Contains(RecoveryFileNames.RecoveryConf)
                ? await RecoveryFileAsync(host, ownFiles, cancellationToken).ConfigureAwait(false)
                : null,
            HasStandbySignal = names.Contains(RecoveryFileNames.StandbySignal),
            Control = await ControlFile.ReadAsync(host, instance, cancellationToken).ConfigureAwait(false),
            Status = names.Contains(PostmasterProbe.FileName)
                ? await new InstanceControl(context).GetStatusAsync(instance, host, cancellationToken).ConfigureAwait(false)
                : new InstanceStatus(InstanceState.Stopped, null),
        };
    }

    private static string[] FilesOf(PgInstance instance, string ownFiles) =>
    [
        HostPath.Combine(ownFiles, PostmasterOptions.FileName),
        HostPath.Combine(ownFiles, ServerConfiguration.MainFileName),
        HostPath.Combine(ownFiles, ServerConfiguration.AutoFileName),
        HostPath.Combine(ownFiles, RecoveryFileNames.RecoveryConf),
        ControlFile.PathIn(instance.DataDirectory!),
        HostPath.Combine(instance.DataDirectory!, PostmasterProbe.FileName),
        .. instance.Version is null ? new[] { HostPath.Combine(instance.DataDirectory!, DataDirectoryVersion.FileName) } : [],
    ];

    private static async Task<ConfigurationFile?> RecoveryFileAsync(IHost host, string directory, CancellationToken cancellationToken)
    {
        string path = HostPath.Combine(directory, RecoveryFileNames.RecoveryConf);
        return await host.ReadFileAsync(path, cancellationToken).ConfigureAwait(false) is { } bytes
            ? ServerConfiguration.Parse(path, bytes)
            : null;
    }
}
