using PgHa.Engine.Machines;
using PgHa.Engine.Procedures;
using PgHa.Engine.Recovery;
using PgHa.Engine.Servers;

namespace PgHa.Engine.PrimaryChange;

/// <summary>
/// Finishes a change of the primary that stopped after the promotion: the remaining standbys follow the new primary.
/// </summary>
internal sealed class HandoverCompletion
{
    private readonly EngineContext _context;
    private readonly PgCluster _cluster;
    private readonly PgClusterMember _primary;

    public HandoverCompletion(EngineContext context, PgCluster cluster, PgClusterMember primary)
    {
        _context = context;
        _cluster = cluster;
        _primary = primary;
    }

    /// <summary>Plans the remaining steps; the procedure is empty if all standbys follow the primary.</summary>
    public async Task<Procedure> PlanAsync(string name, CancellationToken cancellationToken)
    {
        List<(HandoverFollower Follower, bool IsDown)> lost = [];
        Dictionary<string, StandbyLogin> logins = [];
        foreach (PgClusterMember member in _cluster.Members.Where(member =>
            member != _primary && member.Server?.DataDirectory is not null && member.Upstream != _primary.Name))
        {
            bool isDown = member.State == MemberState.Down;
            if (!isDown && !IsLost(member) && !IsExpected(member))
                continue;
            if (isDown && !await IsShutDownStandbyAsync(member.Server!, cancellationToken).ConfigureAwait(false))
                continue;
            if (await StandbyLogin.OfAsync(_context, member.Server!, cancellationToken).ConfigureAwait(false) is not { } login)
                continue;
            logins[member.Name] = login;
            RecoveryConfiguration recovery = await new RecoverySettings(_context).GetAsync(
                member.Server!, cancellationToken).ConfigureAwait(false);
            lost.Add((new HandoverFollower(member, recovery.ApplicationName ?? member.Name, recovery.SlotName), isDown));
        }

        return Make(new Procedure(name), lost, new HandoverWork(_context, _primary.Server!, logins));
    }

    // A standby whose upstream answers reconnects by itself.
    private bool IsLost(PgClusterMember member) =>
        member is { State: MemberState.NotStreaming, Status: not null } && _cluster.Find(member.Upstream) is not { Status: not null };

    // The standby follows another server, perhaps the old primary, which is a standby by now. But the primary has a slot for it, or
    // lists it in synchronous_standby_names.
    private bool IsExpected(PgClusterMember member) =>
        member is { Role: ServerRole.Standby, Kind: NodeKind.Streaming } && FailoverCandidate.NameOf(member) is var name
        && (_primary.Slots.Any(slot => slot.Name == member.SlotName && !slot.IsActive)
            || _primary.Status!.SynchronousStandbyNames?.Names.Any(listed => StandbyName.AreEqual(listed, name)) == true);

    private Procedure Make(Procedure procedure, List<(HandoverFollower Follower, bool IsDown)> lost, HandoverWork work)
    {
        string[] slots = [.. lost.Select(one => one.Follower.SlotName).OfType<string>().Distinct()];
        ProcedureStep? prepared = slots.Length == 0
            ? null
            : procedure.Add(
                _primary.Name, $"Create {Plural.Of(slots.Length, "slot", "slots")} {string.Join(", ", slots)}",
                token => work.CreateSlotsAsync(slots, _ => { }, token));
        List<ProcedureStep> following = [];
        foreach ((HandoverFollower follower, bool isDown) in lost)
        {
            following.Add(isDown
                ? procedure.Add(
                    follower.Member.Name, $"Start it as a standby of {_primary.Name}", token => StartAsync(work, follower, token), prepared)
                : procedure.Add(
                    follower.Member.Name, $"Follow {_primary.Name}", token => work.FollowAsync(follower, planned: null, token), prepared));
        }

        string[] names = [.. lost.Select(one => one.Follower.ApplicationName)];
        if (names.Length > 0)
        {
            procedure.Add(
                _primary.Name, $"Wait until {string.Join(", ", names)} {Plural.Of(names.Length, "streams", "stream")}",
                token => work.WaitAsync(names, token), following);
        }

        foreach (PgClusterMember standby in _cluster.StandbysOf(_primary).Where(standby =>
            standby is { Status.Receiver.SynchronizesSlots: true, Server: not null }
            && SlotSyncDiagnosis.OwnNamesakes(standby.Status, _primary.Status).Any()))
        {
            procedure.Add(standby.Name, $"Remove its own failover slots, which {_primary.Name} carries on",
                token => SlotHandoverSteps.RemoveCarriedAsync(_context, standby.Server!, _primary.Server!, token));
        }

        return procedure;
    }

    private static async Task StartAsync(HandoverWork work, HandoverFollower follower, CancellationToken cancellationToken)
    {
        await work.SetUpstreamAsync(follower, cancellationToken).ConfigureAwait(false);
        await work.StartAsync(follower.Member.Server!, cancellationToken).ConfigureAwait(false);
    }

    // A server that crashed as a primary may have WAL that the new primary never received. It needs Repair-PgStandby.
    private async Task<bool> IsShutDownStandbyAsync(PgInstance server, CancellationToken cancellationToken)
    {
        if (await ServerFiles.AreThereAsync(_context, server, cancellationToken).ConfigureAwait(false) != true)
            return false;
        IHost host = await _context.HostOfAsync(server, cancellationToken).ConfigureAwait(false);
        ControlData control = await ControlFile.ReadAsync(host, server, cancellationToken).ConfigureAwait(false);
        return control.IsCleanlyShutDown
            && (await new RecoverySettings(_context).GetAsync(server, cancellationToken).ConfigureAwait(false)).StandbyMode;
    }
}
