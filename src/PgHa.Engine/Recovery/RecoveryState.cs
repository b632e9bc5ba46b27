using PgHa.Engine.Hosts;
using PgHa.Engine.Instances;
using PgHa.Engine.Servers;
using PgHa.Engine.Settings;

namespace PgHa.Engine.Recovery;

/// <summary>A data directory as it is, as far as recovery is concerned.</summary>
internal sealed record RecoveryState
{
    /// <summary>Up to 11, the file that makes a server recover.</summary>
    public const string RecoveryConf = "recovery.conf";

    /// <summary>From 12 on, the file that makes a server a standby.</summary>
    public const string StandbySignal = "standby.signal";

    /// <summary>What the server's version calls things.</summary>
    public required ServerDialect Dialect { get; init; }

    /// <summary>The configuration files.</summary>
    public required ServerConfiguration Configuration { get; init; }

    /// <summary>What <c>recovery.conf</c> says; <see langword="null"/> if there is none.</summary>
    public required ConfigurationFile? RecoveryFile { get; init; }

    /// <summary>Whether the file that makes a standby is there.</summary>
    public required bool HasStandbySignal { get; init; }

    /// <summary>What the control file says.</summary>
    public required ControlData Control { get; init; }

    /// <summary>What the server is doing.</summary>
    public required InstanceStatus Status { get; init; }

    /// <summary>Whether the directory is a standby's.</summary>
    public bool IsStandby => Dialect.UsesRecoveryConf
        ? RecoveryFile?["standby_mode"] is { } mode && SettingValue.ParseBoolean(mode)
        : HasStandbySignal;

    /// <summary>Whether it answers queries while it recovers; on by default from 10 on.</summary>
    public bool IsHotStandby => Configuration["hot_standby"] is { } text
        ? SettingValue.ParseBoolean(text)
        : Dialect.IsReplicationReadyByDefault;

    /// <summary>Whether it keeps copies of its primary's failover slots as a standby.</summary>
    public bool SynchronizesSlots => Configuration[RecoveryEntries.SyncReplicationSlots] is { } text && SettingValue.ParseBoolean(text);

    /// <summary>The value of a setting of recovery.</summary>
    public string? this[string name] => Dialect.UsesRecoveryConf ? RecoveryFile?[name] : Configuration[name];

    /// <summary>The value of a setting that is a number; <see langword="null"/> if no file sets it.</summary>
    public int? Number(string name) => Configuration[name] is { } text
        ? (int)SettingValue.ParseNumber(text, SettingType.Integer, unit: null)
        : null;

    /// <summary>Reads it.</summary>
    /// <exception cref="PgHaException"><c>NotADataDirectory</c>, <c>ConfigurationMissing</c>, <c>ConfigurationInvalid</c>, <c>HostAccessRequired</c>.</exception>
    public static Task<RecoveryState> ReadAsync(EngineContext context, PgInstance instance, CancellationToken cancellationToken) =>
        ReadAsync(context, instance, instance.DataDirectory, cancellationToken);

    /// <summary>The same of a server whose own settings are elsewhere for the time being.</summary>
    public static async Task<RecoveryState> ReadAsync(EngineContext context, PgInstance instance, string? settings, CancellationToken cancellationToken)
    {
        IHost host = await context.HostOfAsync(instance, cancellationToken).ConfigureAwait(false);
        string directory = instance.DataDirectory!;
        string ownFiles = settings ?? directory;
        IReadOnlyList<string> names = await host.ListAsync(ownFiles, cancellationToken).ConfigureAwait(false) ?? [];
        ServerDialect dialect = await InstanceControl.DialectAsync(instance, host, cancellationToken).ConfigureAwait(false);
        context.WarnOfUnknownMajor(instance, dialect.Version);
        string main = await ConfigurationLocation.FindAsync(host, ownFiles, names, cancellationToken).ConfigureAwait(false);
        return new RecoveryState
        {
            Dialect = dialect,
            Configuration = await ServerConfiguration.LoadAsync(host, ownFiles, main, cancellationToken).ConfigureAwait(false),
            RecoveryFile = dialect.UsesRecoveryConf && names.Contains(RecoveryConf)
                ? await RecoveryFileAsync(host, ownFiles, cancellationToken).ConfigureAwait(false)
                : null,
            HasStandbySignal = names.Contains(StandbySignal),
            Control = await ControlFile.ReadAsync(host, instance, cancellationToken).ConfigureAwait(false),
            Status = names.Contains(PostmasterProbe.FileName)
                ? await new InstanceControl(context).GetStatusAsync(instance, cancellationToken).ConfigureAwait(false)
                : new InstanceStatus(InstanceState.Stopped, null),
        };
    }

    private static async Task<ConfigurationFile?> RecoveryFileAsync(IHost host, string directory, CancellationToken cancellationToken)
    {
        string path = Path.Combine(directory, RecoveryConf);
        return await host.ReadFileAsync(path, cancellationToken).ConfigureAwait(false) is { } bytes
            ? ServerConfiguration.Parse(path, bytes)
            : null;
    }
}
