using PgHa.Engine.Recovery;
using PgHa.Engine.Replication;

namespace PgHa.Engine.Upstreams;

/// <summary>Finds a standby's place in its cluster, whether it runs or not.</summary>
internal sealed class StandbyPlaceReader
{
    private readonly EngineContext _context;

    public StandbyPlaceReader(EngineContext context) => _context = context;

    /// <summary>Reads the standby's files, and asks the standby, if it runs, and the servers above it.</summary>
    /// <param name="standby">The server, on its host.</param>
    /// <param name="advice">What to do with a server that is no standby.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="PgHaException"><c>NotAStandby</c>; its upstream does not answer.</exception>
    public async Task<(StandbyPlace Place, RecoveryState State)> ReadAsync(
        PgInstance standby, string advice, CancellationToken cancellationToken)
    {
        RecoveryState state = await RecoveryState.ReadAsync(_context, standby, cancellationToken).ConfigureAwait(false);
        if (!state.IsStandby)
            throw NotAStandby(standby, state.Status.HasProcess, advice);
        ReplicationStatus? own = await UpstreamChange.OwnStatusAsync(_context, standby, state, cancellationToken).ConfigureAwait(false);
        if (own is { Role: ServerRole.Primary })
            throw NotAStandby(standby, runs: true, advice);

        RecoveryConfiguration configuration = RecoveryEntries.Read(
            standby, state.IsStandby, state.IsHotStandby, state.Dialect, name => state[name]);
        PgInstance? address = UpstreamAddress.Of(
            standby, configuration.PrimaryConninfo is { } text ? ConnectionSettings.Parse(text) : null);
        var chain = new UpstreamChain(_context, standby, own);
        ReplicationStatus? upstream = address is null
            ? null
            : await UpstreamAsync(standby, chain, address, cancellationToken).ConfigureAwait(false);
        bool isOnTop = ReferenceEquals(chain.Top, upstream);
        upstream = Named(upstream);
        return (
            new StandbyPlace
            {
                Standby = standby,
                ApplicationName =
                    OwnName(own?.Receiver) ?? configuration.ApplicationName ?? state.Configuration["cluster_name"] ?? standby.Name,
                SlotName = configuration.SlotName,
                Own = own,
                Upstream = upstream,
                Top = isOnTop ? upstream : Named(chain.Top),
            },
            state);
    }

    private static async Task<ReplicationStatus> UpstreamAsync(
        PgInstance standby, UpstreamChain chain, PgInstance address, CancellationToken cancellationToken)
    {
        try
        {
            return await chain.RequireNoCircleAsync(address, cancellationToken).ConfigureAwait(false);
        }
        catch (PgHaException e) when (e.Kind == PgHaErrorKind.ConnectionFailed)
        {
            throw new PgHaException(
                e.ErrorId, e.Kind, $"The server that {standby} follows does not answer: {e.Message}",
                "Start that server first (Start-PgInstance), or let the standby follow another one (Set-PgUpstream, Repair-PgStandby).",
                standby.ToString(), e);
        }
    }

    // The name of the running WAL receiver counts, even if the settings have changed since. If no name is set, its default name
    // counts.
    private static string? OwnName(ReceiverStatus? receiver) =>
        receiver?.ConnectionString is { } text && ConnectionSettings.Parse(text) is var connection
            ? connection.ApplicationName ?? connection["fallback_application_name"]
            : null;

    // PgHa knows the server only by its address. Its cluster_name tells a person more, except Debian's default, which is the same for
    // every first cluster.
    private static ReplicationStatus? Named(ReplicationStatus? status) =>
        status is { ClusterName: { } name } && !name.EndsWith("/main", StringComparison.Ordinal)
            ? status.WithServer(status.Server with { Name = name })
            : status;

    private static PgHaException NotAStandby(PgInstance server, bool runs, string advice) => new(
        ErrorIds.NotAStandby, PgHaErrorKind.InvalidState,
        $"{server} is no standby: it {(runs ? "runs" : "would start")} as a primary.", advice, server.ToString());
}
