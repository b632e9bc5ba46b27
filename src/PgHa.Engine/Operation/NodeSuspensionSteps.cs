using PgHa.Engine.Instances;
using PgHa.Engine.Machines;
using PgHa.Engine.Procedures;
using PgHa.Engine.Replication;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Operation;

/// <summary>Makes the steps that take a standby out of service.</summary>
internal sealed class NodeSuspensionSteps
{
    private readonly EngineContext _context;
    private readonly StandbyPlace _place;
    private readonly CommitWaits? _commits;
    private readonly Procedure _procedure;

    public NodeSuspensionSteps(EngineContext context, StandbyPlace place)
    {
        (_context, _place) = (context, place);
        _commits = place.Names is null ? null : new CommitWaits(context, place.Primary!.Server);
        _procedure = new Procedure($"{place.Standby.Name}: out of service");
    }

    private PgInstance Standby => _place.Standby;

    private PgInstance Primary => _place.Primary!.Server;

    /// <summary>The steps, and what the standby is after them.</summary>
    public NodeSuspensionPlan Make()
    {
        ProcedureStep? last = _place.IsNeeded ? _procedure.Add(Names()) : null;
        if (_place.Own is not null)
        {
            last = _procedure.Add(new ProcedureStep(Standby.Name, $"Stop the server{_context.Owners.By(Standby)}", StopAsync)
            {
                After = After(last),
                Undo = StartAgainAsync,
            });
            last = _procedure.Add(Standby.Name, "Prove by its control file that it has shut down cleanly", RequireShutDownAsync, last);
        }

        if (_commits is not null && _place.NamesWithout is { } names && last is not null)
            _procedure.Add(Primary.Name, "Prove that enough others confirm commits", token => RequireConfirmingAsync(names, token), last);
        return new NodeSuspensionPlan(_procedure, new SuspendedNode
        {
            Server = Standby,
            Upstream = _place.Upstream?.Server,
            Primary = _place.Primary?.Server,
            SlotName = _place.SlotName,
            SyncStandbyNames = _place.IsNeeded ? _place.Names!.ToString() : null,
            ReducedNames = _place.IsNeeded ? _place.NamesWithout?.ToString() ?? "" : null,
        });
    }

    private ProcedureStep Names()
    {
        SynchronousStandbyNames? names = _place.NamesWithout;
        return new ProcedureStep(
            Primary.Name, $"Let commits wait for {(names is null ? "no standby" : $"'{names}'")} instead of '{_place.Names}'",
            token => _commits!.SetAsync(names, token))
        {
            Undo = PutNamesBackAsync,
        };
    }

    private static ProcedureStep[] After(ProcedureStep? step) => step is null ? [] : [step];

    private async Task StopAsync(CancellationToken cancellationToken)
    {
        Task stopping = new InstanceControl(_context).StopAsync(Standby, StopMode.Fast, cancellationToken);
        if (_commits is not null)
            await LetGoAsync(stopping).ConfigureAwait(false);
        await stopping.ConfigureAwait(false);
    }

    // This only shortens the wait of commits. A later step proves that they are confirmed.
    private async Task LetGoAsync(Task stopping)
    {
        try
        {
            await _commits!.LetGoOfAsync(_place.ApplicationName, stopping).ConfigureAwait(false);
        }
        catch (PgHaException e)
        {
            _context.Log.Detail($"{Primary}: commits that wait for {Standby.Name} were not let go: {e.Message}");
        }
    }

    private async Task StartAgainAsync(CancellationToken cancellationToken)
    {
        await new InstanceControl(_context).StartAsync(Standby, KeptOptions.All, cancellationToken).ConfigureAwait(false);
        if (_place.Upstream is { } upstream)
        {
            await StreamingWait.UntilStreamingAsync(
                _context, upstream.Server, [_place.ApplicationName], cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RequireShutDownAsync(CancellationToken cancellationToken)
    {
        IHost host = await _context.HostOfAsync(Standby, cancellationToken).ConfigureAwait(false);
        ControlData control = await ControlFile.ReadAsync(host, Standby, cancellationToken).ConfigureAwait(false);
        if (!control.IsCleanlyShutDown)
        {
            throw new PgHaException(
                "NotShutDown", PgHaErrorKind.OperationFailed,
                $"{Standby} has ended without a clean shutdown (its control file says {control.State}).",
                "See its log (Get-PgServerLog) for why.", Standby.ToString());
        }
    }

    // Another standby may have gone in the meantime.
    private async Task RequireConfirmingAsync(SynchronousStandbyNames names, CancellationToken cancellationToken)
    {
        ReplicationStatus now = await _commits!.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (Equals(now.SynchronousStandbyNames, names)
            && SyncStandbyPlan.Assess(names, now.Standbys) is { WouldHang: not false } assessment)
        {
            throw TooFew(names, assessment);
        }
    }

    // If too few standbys stream, commits would hang with the old names.
    private async Task PutNamesBackAsync(CancellationToken cancellationToken)
    {
        ReplicationStatus now = await _commits!.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (Equals(now.SynchronousStandbyNames, _place.Names))
            return;
        if (SyncStandbyPlan.Assess(_place.Names!, now.Standbys) is { WouldHang: not false } assessment)
            throw TooFew(_place.Names!, assessment);
        await _commits.SetAsync(_place.Names, cancellationToken).ConfigureAwait(false);
    }

    private PgHaException TooFew(SynchronousStandbyNames names, SyncStandbyAssessment assessment) => new(
        "TooFewSyncStandbys", PgHaErrorKind.Refused, SyncErrors.HangWarning(Primary, names, assessment),
        "Bring the others back first (Get-PgSyncStandby shows who is missing).", Primary.ToString());
}
