using PgHa.Engine.Servers;

namespace PgHa.Engine.Replication;

/// <summary>Waits until standbys stream from their upstream, as <c>pg_stat_replication</c> there has it.</summary>
internal static class StreamingWait
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Returns when each of the standbys streams.</summary>
    /// <param name="context">Log and deadline.</param>
    /// <param name="upstream">The server they stream from.</param>
    /// <param name="applicationNames">The standbys, as the upstream knows them.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="PgHaException"><c>OperationTimeout</c>: the message tells which standbys do not stream.</exception>
    public static Task UntilStreamingAsync(
        EngineContext context, PgInstance upstream, IReadOnlyCollection<string> applicationNames, CancellationToken cancellationToken) =>
        UntilStreamingAsync(context, upstream, applicationNames, [], cancellationToken);

    /// <summary>The process ids of an upstream's WAL senders.</summary>
    public static async Task<IReadOnlyCollection<int>> SendersAsync(
        EngineContext context, PgInstance upstream, CancellationToken cancellationToken)
    {
        ServerSession session = await ServerSession.OpenAsync(context, upstream, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            return await session.QueryAsync(
                "select pid from pg_stat_replication", row => row.Get<int>("pid"), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Returns when each standby streams through a WAL sender that is not one of the former ones.</summary>
    public static async Task UntilStreamingAsync(
        EngineContext context, PgInstance upstream, IReadOnlyCollection<string> applicationNames, IReadOnlyCollection<int> before,
        CancellationToken cancellationToken)
    {
        var deadline = Deadline.In(context.Timeout);
        ServerSession session = await ServerSession.OpenAsync(context, upstream, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            IReadOnlyList<(string Name, string State)> connected = [];
            string[] missing = [];
            await Poll.UntilAsync(
                async () =>
                {
                    connected = await session.QueryAsync(
                        "select application_name, coalesce(state, 'connected') as state from pg_stat_replication where pid <> all($1)",
                        row => (row.Text("application_name") ?? "", row.Text("state")!), cancellationToken,
                        before.ToArray()).ConfigureAwait(false);
                    missing =
                    [
                        .. applicationNames.Where(name => !connected.Any(standby =>
                            standby.State == "streaming" && StandbyName.AreEqual(name, standby.Name))),
                    ];
                    return missing.Length == 0;
                },
                Pause, deadline,
                () => new PgHaException(
                    ErrorIds.OperationTimeout, PgHaErrorKind.Timeout,
                    $"After {deadline} not every standby streams from {upstream}: {string.Join(", ", missing.Select(Found))}.",
                    "Look at the standby's log (Get-PgServerLog): it says why. Then run it again.", upstream.ToString()),
                cancellationToken).ConfigureAwait(false);

            string Found(string name) =>
                connected.FirstOrDefault(standby => StandbyName.AreEqual(name, standby.Name)).State is { } state
                    ? $"{name} is at '{state}'"
                    : $"{name} is not connected";
        }
    }
}
