using PgHa.Engine.Cluster;
using PgHa.Engine.Instances.Control;
using PgHa.Engine.Procedures;
using PgHa.Engine.Recovery;

namespace PgHa.Engine.Operation;

/// <summary>Takes a standby that was suspended back into service: it catches up, and commits wait for as many standbys as before.</summary>
/// <remarks>
/// No file says that a standby is suspended, or what commits waited for before. The standby's name is still in
/// <c>synchronous_standby_names</c>, and the old value is needed only if the count was lowered. See <see cref="NodeSuspension"/>.
/// </remarks>
public sealed class NodeResumption
{
    private readonly EngineContext _context;
    private readonly NamesToPutBack _toPutBack;

    /// <summary>Works in a context, for one standby or several, one after the other.</summary>
    public NodeResumption(EngineContext context) => (_context, _toPutBack) = (context, new NamesToPutBack(context));

    /// <summary>Makes sure that the standby can go on, and says what will be done. It changes nothing.</summary>
    /// <param name="standby">The standby, running or not, on its host.</param>
    /// <param name="names">What commits on the primary shall wait for again; <see langword="null"/> leaves that as it is.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="PgHaException">
    /// <c>NotAStandby</c>: the server would start as a primary; its upstream does not answer; or, if the standby could not stream, a
    /// failure of <see cref="UpstreamChange.PlanAsync"/>: <c>StandbyDiverged</c>, <c>SlotNotFound</c>, <c>SlotInUse</c>,
    /// <c>StandbySettingsTooLow</c>.
    /// </exception>
    public async Task<Procedure> PlanAsync(PgInstance standby, SynchronousStandbyNames? names, CancellationToken cancellationToken)
    {
        (StandbyPlace place, RecoveryState _) = await new StandbyPlaceReader(_context).ReadAsync(
            standby, "A former primary is taken back into its cluster by Repair-PgStandby; Start-PgInstance starts a primary.",
            cancellationToken).ConfigureAwait(false);
        if (place.Upstream is { } upstream && place.Own is null)
        {
            await new UpstreamChange(_context).PlanAsync(
                standby, new UpstreamChangeOptions { Upstream = upstream.Server }, cancellationToken).ConfigureAwait(false);
        }

        await ServerControls.RequireAsync(_context, [standby], ControlAct.Start, cancellationToken).ConfigureAwait(false);
        PgInstance? source = place.Upstream is null
            ? await PrimaryOfArchiveAsync(standby, cancellationToken).ConfigureAwait(false)
            : (place.Primary ?? place.Upstream).Server;
        return new NodeResumptionSteps(_context, place, source, _toPutBack).Make(
            names is not null && CanPutBack(place, names) ? names : null);
    }

    /// <summary>Carries it out.</summary>
    /// <exception cref="PgHaException">A step failed; running it again goes on where it stopped.</exception>
    public Task RunAsync(Procedure procedure, CancellationToken cancellationToken) =>
        new ProcedureRunner(_context).RunAsync(procedure, cancellationToken);

    /// <summary>
    /// Ends the work after the last standby: puts back the names that need several standbys, and warns of those that still lack
    /// standbys.
    /// </summary>
    public Task FinishAsync(CancellationToken cancellationToken) => _toPutBack.FinishAsync(cancellationToken);

    private bool CanPutBack(StandbyPlace place, SynchronousStandbyNames names)
    {
        string name = place.Standby.Name;
        if (!place.IsDirect)
        {
            _context.Log.Warn(
                $"{name} is no standby of the primary itself{(place.Upstream is { } upstream ? $", but of {upstream.Server.Name}" : "")}: "
                + $"what commits wait for stays as it is, not '{names}'.");
            return false;
        }

        if (!ResumedNames.AreOthers(place.Primary!.SynchronousStandbyNames, names))
            return true;
        _context.Log.Warn(
            $"Commits on {place.Primary.Server.Name} wait for '{place.Primary.SynchronousStandbyNames}', "
            + $"which is more than another count of '{names}': "
            + "somebody has changed that since, and it stays so (Enable-PgSyncStandby).");
        return false;
    }

    // An archive does not name its primary, so the primary is looked for among the servers of this machine.
    private async Task<PgInstance?> PrimaryOfArchiveAsync(PgInstance standby, CancellationToken cancellationToken)
    {
        DiscoveredClusters found = await new ClusterDiscovery(_context).DiscoverAsync([standby], cancellationToken).ConfigureAwait(false);
        return found.Clusters is [{ Primary.Server: { } primary }] ? primary : null;
    }
}
