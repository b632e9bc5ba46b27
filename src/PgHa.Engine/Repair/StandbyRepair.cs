using PgHa.Engine.Instances;
using PgHa.Engine.Instances.Control;
using PgHa.Engine.Machines;
using PgHa.Engine.Procedures;
using PgHa.Engine.Programs;
using PgHa.Engine.Recovery;
using PgHa.Engine.Replication;
using PgHa.Engine.Servers;
using PgHa.Engine.Upstreams;

namespace PgHa.Engine.Repair;

/// <summary>
/// Returns a server to its cluster with the least change that works: the server follows, is rewound, or is replaced by a new clone.
/// </summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/app-pgrewind.html">pg_rewind</see>.</remarks>
public sealed class StandbyRepair
{
    private readonly EngineContext _context;

    /// <summary>Works in a context.</summary>
    public StandbyRepair(EngineContext context) => _context = context;

    /// <summary>Plans the repair and carries it out.</summary>
    /// <exception cref="PgHaException">
    /// A failure of <see cref="PlanAsync"/>, after which nothing has changed; or the failure of a step.
    /// </exception>
    public async Task<RepairDecision> ApplyAsync(PgInstance server, RepairOptions options, CancellationToken cancellationToken)
    {
        RepairPlan plan = await PlanAsync(server, options, cancellationToken).ConfigureAwait(false);
        await RunAsync(plan, cancellationToken).ConfigureAwait(false);
        return plan.Decision;
    }

    /// <summary>Plans the repair. It only reads and asks, and changes nothing.</summary>
    /// <param name="server">A former primary, or a standby that does not stream; on its host.</param>
    /// <param name="options">Whom it shall follow, and what may be lost.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="PgHaException">
    /// <c>RunningAsPrimary</c>; <c>RewindInProgress</c>; <c>DataLossNotAllowed</c>, <c>NewCloneNotAllowed</c>: a named switch allows it;
    /// <c>ForeignSystemIdentifier</c> and whatever else keeps it from streaming; <c>UpstreamIsItself</c>, <c>UpstreamIsDescendant</c>;
    /// <c>ServerProgramsNotFound</c>.
    /// </exception>
    public Task<RepairPlan> PlanAsync(PgInstance server, RepairOptions options, CancellationToken cancellationToken) =>
        PlanWithAsync(server, options, failure: null, cancellationToken);

    /// <summary>Carries the repair out.</summary>
    /// <exception cref="PgHaException">
    /// A step failed; the message says what was done and undone. Running it again goes on from there.
    /// </exception>
    public async Task RunAsync(RepairPlan plan, CancellationToken cancellationToken)
    {
        if (plan.Procedure.IsEmpty)
            return;
        try
        {
            await new ProcedureRunner(_context).RunAsync(plan.Procedure, cancellationToken).ConfigureAwait(false);
            if (plan.Next is { } next)
                await RunAsync(await next(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
        catch (PgHaException e) when (e.ErrorId is ErrorIds.WalMissing or ErrorIds.RewindFailed && plan.WithoutRewind is not null)
        {
            _context.Log.Warn($"A new clone is made, because the rewind failed: {e.InnerException?.Message ?? e.Message}");
            RepairPlan other = await plan.WithoutRewind("the rewind failed", cancellationToken).ConfigureAwait(false);
            await new ProcedureRunner(_context).RunAsync(other.Procedure, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<RepairPlan> PlanWithAsync(
        PgInstance server, RepairOptions options, string? failure, CancellationToken cancellationToken)
    {
        IHost host = await _context.HostOfAsync(server, cancellationToken).ConfigureAwait(false);
        RejoinDirectory names = await RejoinDirectory.AtAsync(host, server.DataDirectory!, cancellationToken).ConfigureAwait(false);
        server = server with { DataDirectory = names.Directory };
        if (await names.Place.InterruptedAsync(cancellationToken).ConfigureAwait(false) is { } interrupted)
            return FinishingMove(server, names, interrupted, token => PlanWithAsync(server, options, failure, token));
        bool wasRewinding = await WasRewindingAsync(host, names, cancellationToken).ConfigureAwait(false);
        bool isCloned = !wasRewinding && !await names.Place.IsThereAsync(cancellationToken).ConfigureAwait(false)
            && await host.StatAsync(names.Clone, cancellationToken).ConfigureAwait(false) is not null;
        PgInstance found = server with { DataDirectory = wasRewinding ? names.Rewinding : isCloned ? names.Clone : names.Directory };
        host = await _context.HostOfAsync(found, cancellationToken).ConfigureAwait(false);
        // A new connection takes as long as the files, so these are asked side by side.
        Task<ReplicationStatus> answer = ReplicationStatusReader.ReadOneAsync(_context, options.Upstream, cancellationToken);
        // The settings in a half-rewound directory are those of its source.
        RecoveryState state = await RecoveryState.ReadAsync(
            _context, found, wasRewinding ? names.OwnFiles : null, cancellationToken).ConfigureAwait(false);
        ReplicationStatus? own = await OwnStatusAsync(server, state, cancellationToken).ConfigureAwait(false);
        var chain = new UpstreamChain(_context, server, own);
        ReplicationStatus upstream = await chain.RequireNoCircleAsync(options.Upstream, answer, cancellationToken).ConfigureAwait(false);
        bool isRewound = wasRewinding && await host.StatAsync(names.Rewound, cancellationToken).ConfigureAwait(false) is not null;
        RepairCase repair = await CaseAsync(
            server, found, host, names, state, options, upstream, chain, isRewound, cancellationToken).ConfigureAwait(false)
            with
        { IsCloned = isCloned };

        SystemIdentity identity = await new UpstreamCheck(_context, found).RequireAsync(
            repair.MakesSlot ? repair.Recovery with { SlotName = null } : repair.Recovery,
            state, state.IsHotStandby, cancellationToken).ConfigureAwait(false);
        RepairFacts facts = await new RejoinInquiry(_context, repair, own).AskAsync(
            identity, upstream, wasRewinding, isRewound, cancellationToken).ConfigureAwait(false);
        facts = facts with { RewindObstacle = failure ?? facts.RewindObstacle, CloneWanted = options.NewClone };
        RepairDecision decision = RepairDecision.Of(facts, options.Upstream.Name);
        RequireConsent(repair, decision);
        if (own is not null && decision.Method == RepairMethod.Follow)
        {
            var change = new UpstreamChangeOptions
            {
                Upstream = options.Upstream,
                Login = options.Login,
                SlotName = repair.SlotName,
                CreateSlot = options.CreateSlot,
            };
            return new RepairPlan(
                decision,
                (await new UpstreamChange(_context).PlanAsync(server, change, cancellationToken).ConfigureAwait(false)).Procedure);
        }

        // The server is started at the end: its programs are looked for before anything is copied.
        if (own is null)
            await RequireProgramsAsync(host, found, cancellationToken).ConfigureAwait(false);
        await ServerControls.RequireAsync(_context, [server], ControlAct.Restart, cancellationToken).ConfigureAwait(false);
        repair = repair with
        {
            IsHalfRewound = facts is { RewindDied: true, RewindDone: false },
            Fork = facts.Divergence?.Lsn,
            CloneWalDirectory = decision.Method == RepairMethod.NewClone && !isCloned
                ? await CloneWal.FindAsync(
                    host, HostPath.Combine(found.DataDirectory!, state.Dialect.WalDirectory), DateTimeOffset.UtcNow,
                    cancellationToken).ConfigureAwait(false)
                : null,
            CloneTablespaces = decision.Method == RepairMethod.NewClone && !isCloned
                ? await CloneTablespacesAsync(repair, cancellationToken).ConfigureAwait(false)
                : repair.CloneTablespaces,
        };
        return new RepairPlan(decision, new RepairSteps(_context, repair, decision, isRewound, own is not null).Make())
        {
            WithoutRewind = options.AllowNewClone && decision.Method == RepairMethod.Rewind
                ? (reason, token) => PlanWithAsync(server, options, reason, token)
                : null,
        };
    }

    private static async Task RequireProgramsAsync(IHost host, PgInstance server, CancellationToken cancellationToken)
    {
        string program = await ProgramPath.OfAsync(host, server, "pg_ctl", cancellationToken).ConfigureAwait(false);
        if (await host.StatAsync(program, cancellationToken).ConfigureAwait(false) is null)
            throw ProgramErrors.Missing(host, HostPath.Parent(program)!, "pg_ctl");
    }

    // The state of the server can be read only when its files are together again.
    private static RepairPlan FinishingMove(
        PgInstance server, RejoinDirectory names, string interrupted, Func<CancellationToken, Task<RepairPlan>> next)
    {
        var procedure = new Procedure($"Repair of {server.Name}");
        procedure.Add(new ProcedureStep(
            server.Name,
            $"Bring the move between '{names.Directory}' and '{interrupted}', which was interrupted, to its end; "
                + "then see what the server needs",
            RepairWork.Finishing(names, interrupted))
        { IsPointOfNoReturn = true });
        return new RepairPlan(
            new RepairDecision(RepairMethod.Follow, "was interrupted while the entries of its directory were moved", LosesCommits: false),
            procedure)
        {
            Next = next,
        };
    }

    private async Task<IReadOnlyDictionary<string, string>> CloneTablespacesAsync(RepairCase repair, CancellationToken cancellationToken)
    {
        ServerSession session = await ServerSession.OpenAsync(_context, repair.Options.Upstream, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            return await CloneTablespaces.FindAsync(
                session, repair.Host, repair.Found.DataDirectory!, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<RepairCase> CaseAsync(
        PgInstance server, PgInstance found, IHost host, RejoinDirectory names, RecoveryState state, RepairOptions options,
        ReplicationStatus upstream, UpstreamChain chain, bool isRewound, CancellationToken cancellationToken)
    {
        RecoveryConfiguration now = RecoveryEntries.Read(server, state.IsStandby, state.IsHotStandby, state.Dialect, name => state[name]);
        string? slot = UpstreamChange.SlotName(server, now, options.Upstream, options.SlotName, options.CreateSlot);
        var own = Archive.OfArchiveCommand(state.Configuration["archive_command"]);
        return new RepairCase
        {
            Server = server,
            Found = found,
            Host = host,
            Names = names,
            State = state,
            Options = options,
            Login = options.Login ?? await StandbyLogin.AtAsync(
                _context, host, found.DataDirectory == names.Rewinding ? found with { DataDirectory = names.OwnFiles } : found,
                state, options.Upstream, cancellationToken).ConfigureAwait(false),
            Source = upstream.Role == ServerRole.Primary || isRewound
                ? options.Upstream
                : chain.Top is { Role: ServerRole.Primary } top ? top.Server : options.Upstream,
            // The name of a standby. A former primary may have a name from its time as a standby, which serves as well.
            ApplicationName = now.ApplicationName ?? server.Name,
            SlotName = slot,
            MakesSlot = options.CreateSlot && !upstream.Slots.Any(present => present.Name == slot),
            HasRestoreCommand = now.RestoreCommand is not null,
            RestoreCommands =
            [
                .. new[] { options.RestoreFrom, own is OtherArchive ? null : own }
                    .OfType<Archive>()
                    .Select(one => one.RestoreCommand(host.IsWindows))
                    .Distinct(),
                .. now.RestoreCommand is { } command ? new[] { command } : [],
            ],
        };
    }

    private static async Task<bool> WasRewindingAsync(IHost host, RejoinDirectory names, CancellationToken cancellationToken)
    {
        if (await names.Place.IsThereAsync(cancellationToken).ConfigureAwait(false)
            || await host.StatAsync(names.Rewinding, cancellationToken).ConfigureAwait(false) is null)
            return false;
        return await NewDataDirectory.WriterOfAsync(host, names.Rewinding, cancellationToken).ConfigureAwait(false) is not { } writer
            ? true
            : throw new PgHaException(
                ErrorIds.RewindInProgress, PgHaErrorKind.AlreadyExists,
                $"Process {writer.Id} is rewinding '{names.Directory}' at this moment.", "Wait for it, or end it, and try again.");
    }

    private async Task<ReplicationStatus?> OwnStatusAsync(PgInstance server, RecoveryState state, CancellationToken cancellationToken)
    {
        if (!state.Status.HasProcess)
            return null;
        ReplicationStatus? status = state.Status.State == InstanceState.ColdStandby
            ? await ColdStandbyReader.ReadAsync(_context, server, cancellationToken).ConfigureAwait(false)
            : await ReplicationStatusReader.ReadOneAsync(_context, server, cancellationToken).ConfigureAwait(false);
        return status is { Role: ServerRole.Standby } ? status : throw new PgHaException(
            ErrorIds.RunningAsPrimary, PgHaErrorKind.Refused,
            $"{server} runs as a primary: what is written to it goes on beyond anything that could be compared.",
            "If it is the old primary, stop it (Stop-PgInstance), and repair it then.", server.ToString());
    }

    private static void RequireConsent(RepairCase repair, RepairDecision decision)
    {
        if (decision.LosesCommits && !repair.Options.AllowDataLoss)
        {
            throw new PgHaException(
                ErrorIds.DataLossNotAllowed, PgHaErrorKind.Refused,
                $"{repair.Server} {decision.Reason}. A rewind takes that back, and it is nowhere else.",
                "Look at it first (the server can be copied, and the copy started), or give it up with -AllowDataLoss.",
                repair.Server.ToString());
        }

        if (decision.Method == RepairMethod.NewClone && !repair.IsCloned && repair.Options is { AllowNewClone: false, NewClone: false })
        {
            throw new PgHaException(
                ErrorIds.NewCloneNotAllowed, PgHaErrorKind.Refused, $"{repair.Server} {decision.Reason}.",
                "-AllowNewClone makes a new clone beside it, which takes its place when it is complete; "
                    + "the old directory is kept under another name.",
                repair.Server.ToString());
        }
    }
}
