using PgHa.Engine.Management;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Replication;

/// <summary>Reads the replication status of servers.</summary>
public static class ReplicationStatusReader
{
    // Connecting is mostly waiting. All servers are asked at once, so that the unreachable ones time out together, up to a number of
    // sockets that every process may open. One server, which may be named many times, lends only some of its connections.
    private const int MaxServers = 200;
    private const int MaxOnServer = 16;

    /// <summary>Asks several servers side by side, and relates their answers to each other.</summary>
    /// <param name="context">Log and deadlines.</param>
    /// <param name="instances">The servers.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>One answer for each server, in the order of the servers. A server that is down does not affect the other answers.</returns>
    public static async Task<IReadOnlyList<ReplicationStatusAnswer>> ReadAsync(
        EngineContext context, IReadOnlyList<PgInstance> instances, CancellationToken cancellationToken)
    {
        return Relate(await AskAllAsync(context, instances, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>
    /// Asks several servers at the same time. The answers are not related to each other yet, and that of a standby without SQL may
    /// have both a status and a failure.
    /// </summary>
    internal static async Task<ReplicationStatusAnswer[]> AskAllAsync(
        EngineContext context, IReadOnlyList<PgInstance> instances, CancellationToken cancellationToken)
    {
        using var places = new SemaphoreSlim(context.ThrottleLimit ?? MaxServers);
        Dictionary<(string, int), SemaphoreSlim> connections = [];
        foreach (PgInstance instance in instances)
            connections.TryAdd((instance.Host, instance.Port), new SemaphoreSlim(MaxOnServer));
        return await Task.WhenAll(instances.Select(instance => InTurnAsync(
            connections[(instance.Host, instance.Port)],
            () => InTurnAsync(places, () => AskAsync(context, instance, cancellationToken), cancellationToken),
            cancellationToken))).ConfigureAwait(false);
    }

    /// <summary>Asks one server, by SQL.</summary>
    /// <exception cref="PgHaException">It does not answer.</exception>
    public static async Task<ReplicationStatus> ReadOneAsync(
        EngineContext context, PgInstance instance, CancellationToken cancellationToken)
    {
        ServerSession session = await ServerSession.OpenAsync(context, instance, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
            return await QueryAsync(session, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The status of one server by SQL, without those of other servers.</summary>
    internal static async Task<ReplicationStatus> QueryAsync(ServerSession session, CancellationToken cancellationToken)
    {
        var builder = new ReplicationStatusBuilder(session.Instance, session.Dialect);
        await session.QueryAllAsync(
            [
                (ReplicationStatusQuery.Server(session.Dialect), builder.ReadServer),
                (ReplicationStatusQuery.Settings, builder.ReadSettings),
                (ReplicationStatusQuery.Receiver(session.Dialect), builder.ReadReceiver),
                (ReplicationStatusQuery.Standbys(session.Dialect), builder.ReadStandby),
                (SlotQuery.Sql(session.Dialect), builder.ReadSlot),
                (ManagementQuery.Sql, builder.ReadManagement),
            ],
            cancellationToken).ConfigureAwait(false);
        ReplicationStatus status = builder.Build();
        return builder is { TimelineMayLag: true, MayReplicate: true }
            && await StandbyTimeline.AskAsync(session, cancellationToken).ConfigureAwait(false) is { } timeline
            && !(status.Timeline > timeline)
            ? status with { Timeline = timeline }
            : status;
    }

    private static async Task<T> InTurnAsync<T>(SemaphoreSlim places, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        await places.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await work().ConfigureAwait(false);
        }
        finally
        {
            places.Release();
        }
    }

    private static async Task<ReplicationStatusAnswer> AskAsync(
        EngineContext context, PgInstance instance, CancellationToken cancellationToken)
    {
        try
        {
            return new ReplicationStatusAnswer(
                instance, await ReadOneAsync(context, instance, cancellationToken).ConfigureAwait(false), null);
        }
        catch (PgHaException e) when (e.ErrorId == ErrorIds.ServerAnswersNoSql)
        {
            return await AskHostAsync(context, instance, e, cancellationToken).ConfigureAwait(false);
        }
        catch (PgHaException e)
        {
            return new ReplicationStatusAnswer(instance, null, e);
        }
    }

    // The status of a standby without SQL comes from its host and from its upstream.
    private static async Task<ReplicationStatusAnswer> AskHostAsync(
        EngineContext context, PgInstance instance, PgHaException noSql, CancellationToken cancellationToken)
    {
        if (instance.DataDirectory is null)
            return new ReplicationStatusAnswer(instance, Silent(instance), noSql);
        try
        {
            ReplicationStatus? status = await ColdStandbyReader.ReadAsync(context, instance, cancellationToken).ConfigureAwait(false);
            return new ReplicationStatusAnswer(instance, status, status is null ? noSql : null);
        }
        catch (PgHaException e)
        {
            return new ReplicationStatusAnswer(instance, Silent(instance), e);
        }
    }

    private static ReplicationStatus Silent(PgInstance instance) =>
        new() { Server = instance, Role = ServerRole.Standby, State = ServerState.StandbyWithoutSql };

    private static ReplicationStatusAnswer[] Relate(ReplicationStatusAnswer[] answers)
    {
        var related = new Queue<ReplicationStatus>(
            ReplicationStatuses.Relate([.. answers.Select(answer => answer.Status).OfType<ReplicationStatus>()]));
        return [.. answers.Select(answer => answer.Status is null ? answer : Decide(answer, related.Dequeue()))];
    }

    // A standby that did not answer itself has a status if its upstream reported on it.
    private static ReplicationStatusAnswer Decide(ReplicationStatusAnswer answer, ReplicationStatus status) =>
        answer.Failure is null || status.Upstream is not null
            ? answer with { Status = status, Failure = null }
            : answer with { Status = null };
}
