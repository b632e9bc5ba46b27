using PgHa.Engine.Instances.Control;
using PgHa.Engine.Procedures;
using PgHa.Engine.Recovery;
using PgHa.Engine.Wal;

namespace PgHa.Engine.Operation;

/// <summary>Takes a standby out of service, so that no commit hangs for want of it.</summary>
/// <remarks>
/// The standby's name stays in <c>synchronous_standby_names</c>. A listed standby that is down does no harm if the others suffice, and
/// it gets its old place back when it streams again. If the others do not suffice, and only if the caller allows it, the count of
/// confirmations is lowered before the standby stops. See
/// <see href="https://www.postgresql.org/docs/current/warm-standby.html#SYNCHRONOUS-REPLICATION">Synchronous Replication</see>.
/// </remarks>
public sealed class NodeSuspension
{
    private readonly EngineContext _context;

    /// <summary>Works in a context.</summary>
    public NodeSuspension(EngineContext context) => _context = context;

    /// <summary>Looks at what depends on the standby, and says what will be done. It changes nothing.</summary>
    /// <param name="standby">The standby, running or not, on its host.</param>
    /// <param name="options">What may be put up with.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="PgHaException">
    /// <c>NotAStandby</c>; <c>WouldWeakenSynchronousReplication</c>: commits wait for the standby, and the others are too few;
    /// <c>StandbyHasFollowers</c>: other servers get their WAL from it; <c>SuspensionRefused</c>: both; or its upstream does not
    /// answer.
    /// </exception>
    public async Task<NodeSuspensionPlan> PlanAsync(PgInstance standby, NodeSuspensionOptions options, CancellationToken cancellationToken)
    {
        (StandbyPlace place, RecoveryState state) = await new StandbyPlaceReader(_context).ReadAsync(
            standby, "Make another server the primary first (Switch-PgPrimary).", cancellationToken).ConfigureAwait(false);
        OperationProblem.Throw(
            SuspensionRules.Check(place, new SuspensionLimits(options.AllowFewerSyncStandbys, options.AllowCascadeInterruption)),
            "SuspensionRefused", $"{standby} cannot be suspended");
        await ServerControls.RequireAsync(_context, [standby], ControlAct.Stop, cancellationToken).ConfigureAwait(false);
        if (place.Own is null)
            _context.Log.Step($"{standby} does not run.");
        await WarnOfWalAsync(place, state, cancellationToken).ConfigureAwait(false);
        return new NodeSuspensionSteps(_context, place).Make();
    }

    /// <summary>Carries it out.</summary>
    /// <returns>The suspended standby, with what puts everything back.</returns>
    /// <exception cref="PgHaException">A step failed; the message says which, what was undone, and how things stand.</exception>
    public async Task<SuspendedNode> RunAsync(NodeSuspensionPlan plan, CancellationToken cancellationToken)
    {
        if (!plan.Procedure.IsEmpty)
            await new ProcedureRunner(_context).RunAsync(plan.Procedure, cancellationToken).ConfigureAwait(false);
        SuspendedNode node = plan.Node with { Since = DateTimeOffset.Now };
        if (node.SyncStandbyNames is { } before)
        {
            _context.Log.Warn(
                $"Commits on {node.Primary!.Name} wait for {(node.ReducedNames is { Length: > 0 } now ? $"'{now}'" : "no standby")} "
                + $"instead of '{before}' from now on. To put it back: {node.ResumeCommand}");
        }

        return node;
    }

    // WAL that the upstream keeps fills its disk. WAL that it does not keep may be missing when the standby comes back.
    private async Task WarnOfWalAsync(StandbyPlace place, RecoveryState state, CancellationToken cancellationToken)
    {
        if (place.Upstream is not { } upstream)
            return;
        WalRetention retention = await WalRetentionReader.ReadAsync(_context, upstream.Server, cancellationToken).ConfigureAwait(false);
        string name = place.Standby.Name;
        if (place.SlotName is { } slot)
        {
            _context.Log.Warn(retention.MaxSlotWalKeepSize is { } limit
                ? $"Slot '{slot}' on {upstream.Server.Name} keeps WAL for {name} meanwhile, up to {ByteSize.Format(limit)} "
                    + "(max_slot_wal_keep_size): with more than that it could not go on."
                : $"Slot '{slot}' on {upstream.Server.Name} keeps WAL for {name} meanwhile, without a limit: "
                    + "keep an eye on the disk there (Get-PgWalRetention).");
        }
        else if (state[RecoveryEntries.RestoreCommand] is not { Length: > 0 })
        {
            string kept = retention.WalKeepSize > 0 ? $"keeps {ByteSize.Format(retention.WalKeepSize)}" : "is 0";
            _context.Log.Warn(
                $"{name} has neither a slot on {upstream.Server.Name} nor an archive: if WAL is removed there before {name} is back, "
                + $"it cannot go on and needs a new clone ({retention.WalKeepSetting} {kept}).");
        }
    }
}

/// <summary>The plan for taking a standby out of service.</summary>
/// <param name="Procedure">The steps; none if it does not run and nothing waits for it.</param>
/// <param name="Node">The standby after the steps.</param>
public sealed record NodeSuspensionPlan(Procedure Procedure, SuspendedNode Node);
