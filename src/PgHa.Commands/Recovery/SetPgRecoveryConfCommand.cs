using System.Management.Automation;
using PgHa.Engine.Recovery;

namespace PgHa.Commands;

/// <summary>Makes servers standbys, and says where their WAL comes from.</summary>
[Cmdlet(VerbsCommon.Set, "PgRecoveryConf", SupportsShouldProcess = true)]
[OutputType(typeof(PgInstance))]
public sealed class SetPgRecoveryConfCommand : PgInstanceCommand, IManagedChange
{
    private Archive? _restoreFrom;

    /// <summary>The server to stream from.</summary>
    [Parameter]
    [PgInstanceTransformation]
    [ArgumentCompleter(typeof(InstanceNameCompleter))]
    [ValidateNotNull]
    public PgInstance? Upstream { get; set; }

    /// <summary>The role to stream as, and its password.</summary>
    [Parameter]
    [Alias("Credential")]
    [Credential]
    public PSCredential? ReplicationCredential { get; set; }

    /// <summary>The name that the upstream knows the standby by; the standby's own by default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ApplicationName { get; set; }

    /// <summary>The replication slot on the upstream.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(UpstreamSlotCompleter))]
    [ValidateNotNullOrEmpty]
    public string? SlotName { get; set; }

    /// <summary>The archive to restore WAL from: a directory, <c>pgbackrest:STANZA</c>, or <c>barman:HOST/SERVER</c>.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? RestoreFrom { get; set; }

    /// <summary>How long to delay the replay of commits.</summary>
    [Parameter]
    public TimeSpan? ApplyDelay { get; set; }

    /// <summary>The timeline to follow.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(TargetTimelineCompleter))]
    [ValidatePattern("^(latest|current|[1-9][0-9]{0,9})$")]
    public string? TargetTimeline { get; set; }

    /// <summary>Whether the standby answers queries.</summary>
    [Parameter]
    public HotStandbyMode? HotStandby { get; set; }

    /// <summary>
    /// Keep copies of the primary's failover slots, so that their consumers can go on after a failover; with $false, no longer.
    /// </summary>
    [Parameter]
    public SwitchParameter SyncReplicationSlots { get; set; }

    /// <summary>Writes the configuration without checking upstream and archive.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Make the change although Patroni, repmgr or another manager is in charge of the server: PgHa only warns.</summary>
    [Parameter]
    public SwitchParameter EvenIfManaged { get; set; }

    /// <summary>Emits the standbys.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    ManagedOperation? IManagedChange.Operation => ManagedOperation.UpstreamChange;

    /// <inheritdoc/>
    protected override void Prepare()
    {
        _restoreFrom = ResolveArchive(RestoreFrom);
        if (ReplicationCredential is not null && Upstream is null)
        {
            throw new PgHaException(
                ErrorIds.UpstreamNeeded, PgHaErrorKind.InvalidArgument, "-ReplicationCredential is for an upstream, and none is named.",
                "Name it with -Upstream.");
        }
    }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        RecoverySettings recovery = new(Engine);
        RecoveryPlan plan = await recovery.PlanAsync(instance, Options(), cancellationToken).ConfigureAwait(false);
        if (await ShouldProcessAsync(instance, "Change the recovery configuration", plan.ToString()).ConfigureAwait(false))
            await recovery.ApplyAsync(plan, cancellationToken).ConfigureAwait(false);
        if (PassThru)
            output.Write(instance);
    }

    private RecoveryOptions Options() => new()
    {
        Upstream = Upstream,
        Login = ReplicationCredential is { } login && Upstream is { } upstream
            ? upstream.WithLogin(login.UserName, login.GetNetworkCredential().Password)
            : null,
        ApplicationName = ApplicationName,
        SlotName = SlotName,
        RestoreFrom = _restoreFrom,
        ApplyDelay = ApplyDelay,
        TargetTimeline = TargetTimeline,
        HotStandby = HotStandby is { } mode ? mode == HotStandbyMode.On : null,
        SyncReplicationSlots = MyInvocation.BoundParameters.ContainsKey(nameof(SyncReplicationSlots))
            ? SyncReplicationSlots.IsPresent
            : null,
        SkipChecks = Force,
    };
}
