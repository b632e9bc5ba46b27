namespace PgHa.Engine.Maintenance;

/// <summary>Makes commits wait for as many standbys as before, as far as these standbys are back.</summary>
/// <remarks>
/// If several standbys come back one after the other, the names of an earlier one may need a standby that comes back later.
/// </remarks>
internal sealed class NamesToPutBack
{
    private readonly EngineContext _context;
    private readonly List<(StandbyPlace Place, SynchronousStandbyNames Names)> _left = [];

    public NamesToPutBack(EngineContext context) => _context = context;

    /// <summary>Puts names back, as far as enough standbys can confirm commits.</summary>
    public async Task PutBackAsync(StandbyPlace place, SynchronousStandbyNames names, CancellationToken cancellationToken)
    {
        if ((await RaiseAsync(place, names, cancellationToken).ConfigureAwait(false))?.Count is not { } count || count < names.Count)
            _left.Add((place, names));
    }

    /// <summary>Tries the remaining names once more, and warns of those that still lack standbys.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        foreach ((StandbyPlace place, SynchronousStandbyNames names) in _left)
        {
            SynchronousStandbyNames? reached = await RaiseAsync(place, names, cancellationToken).ConfigureAwait(false);
            if (reached is not null && (reached.Count >= names.Count || ResumedNames.AreOthers(reached, names)))
                continue;
            SuspendedNode left = new() { Server = place.Standby, SyncStandbyNames = names.ToString() };
            _context.Log.Warn(
                $"Commits on {place.Primary!.Server.Name} wait for {(reached is null ? "no standby" : $"'{reached}'")}: "
                + $"of '{names}' no more can confirm. Once they stream: {left.ResumeCommand}");
        }

        _left.Clear();
    }

    private async Task<SynchronousStandbyNames?> RaiseAsync(
        StandbyPlace place, SynchronousStandbyNames names, CancellationToken cancellationToken)
    {
        var commits = new CommitWaits(_context, place.Primary!.Server);
        ReplicationStatus now = await commits.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (ResumedNames.Of(now.SynchronousStandbyNames, names, SyncStandbyPlan.Assess(names, now.Standbys).Acknowledging)
            is not { } target)
        {
            return now.SynchronousStandbyNames;
        }

        await commits.SetAsync(target, cancellationToken).ConfigureAwait(false);
        return target;
    }
}
