namespace PgHa.Engine.Replication;

/// <summary>Asks servers what the commits on the primaries among them wait for.</summary>
public static class SynchronousReplicationReader
{
    /// <summary>Asks all servers side by side.</summary>
    /// <param name="context">Log and deadlines.</param>
    /// <param name="instances">
    /// The servers. A standby is asked for the standbys that stream from it, and has no answer of its own if its primary is asked too.
    /// </param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>
    /// An answer for each primary, in the order of the servers, and the failure of each other server: <c>ServerIsStandby</c> of a
    /// standby asked without its primary, and the failures of connecting.
    /// </returns>
    public static async Task<IReadOnlyList<SynchronousReplicationAnswer>> ReadAsync(
        EngineContext context, IReadOnlyList<PgInstance> instances, CancellationToken cancellationToken)
    {
        IReadOnlyList<ReplicationStatusAnswer> answers = await ReplicationStatusReader.ReadAsync(
            context, instances, cancellationToken).ConfigureAwait(false);
        List<ReplicationStatus> statuses = [.. answers.Select(answer => answer.Status).OfType<ReplicationStatus>()];
        return [.. answers.Select(answer => Answer(context, answer, statuses)).OfType<SynchronousReplicationAnswer>()];
    }

    private static SynchronousReplicationAnswer? Answer(
        EngineContext context, ReplicationStatusAnswer answer, IReadOnlyList<ReplicationStatus> statuses)
    {
        if (answer.Status is not { } status)
            return new SynchronousReplicationAnswer(answer.Instance, null, answer.Failure);
        if (status.Role == ServerRole.Primary)
            return new SynchronousReplicationAnswer(answer.Instance, SynchronousReplicationStatuses.Of(status, statuses), null);
        if (!SynchronousReplicationStatuses.HasPrimaryOf(status, statuses))
            return new SynchronousReplicationAnswer(answer.Instance, null, SyncErrors.NotPrimary(answer.Instance));

        context.Log.Step($"{answer.Instance} is a standby: it was asked who streams from it.");
        return null;
    }
}
