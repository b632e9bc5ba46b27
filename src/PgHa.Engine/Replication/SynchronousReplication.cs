using PgHa.Engine.Servers;

namespace PgHa.Engine.Replication;

/// <summary>Turns synchronous replication on and off, by SQL only.</summary>
/// <remarks>
/// After the reload the commits of all sessions wait. So PgHa checks before that standbys can confirm, and proves it afterwards.
/// <c>statement_timeout</c> does not end a hanging commit. Cancelling ends the wait, but the commit has happened on the primary.
/// <c>ALTER SYSTEM</c> itself commits nothing and never waits. See
/// <see href="https://www.postgresql.org/docs/current/warm-standby.html#SYNCHRONOUS-REPLICATION">Synchronous Replication</see>.
/// </remarks>
public static class SynchronousReplication
{
    // A standby reports within milliseconds of its first byte. A client that never reports, such as pg_receivewal, is no standby.
    private static readonly TimeSpan FirstReport = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Adds standbys to those that commits wait for.</summary>
    /// <returns>The new value of <c>synchronous_standby_names</c>.</returns>
    /// <exception cref="PgHaException">
    /// <c>ServerIsStandby</c>; <c>StandbyNotStreaming</c>, <c>TooFewSyncStandbys</c>: commits would hang;
    /// <c>SyncCountTooHigh</c>; <c>QuorumNotSupported</c>; <c>SyncStandbysNotEffective</c>: the standbys did not become
    /// synchronous before the deadline, and the old setting has been put back.
    /// </exception>
    public static async Task<SynchronousStandbyNames> EnableAsync(
        EngineContext context, PgInstance primary, SyncStandbyRequest request, CancellationToken cancellationToken)
    {
        ServerSession session = await ServerSession.OpenAsync(context, primary, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            ReplicationStatus status = await ReadReportedAsync(session, request, cancellationToken).ConfigureAwait(false);
            if (status.Role != ServerRole.Primary)
                throw SyncErrors.NotPrimary(primary);

            SynchronousStandbyNames target = SyncStandbyPlan.Add(
                status.SynchronousStandbyNames, request.Names, request.Method, request.Count);
            CommitLevel? level = request.CommitLevel ?? status.SynchronousCommit;
            Check(context, status, request, target, level);
            if (target.Equals(status.SynchronousStandbyNames) && level == status.SynchronousCommit)
            {
                context.Log.Step($"{primary}: commits wait for '{target}' already.");
                return target;
            }

            await ChangeAsync(context, session, request, target, cancellationToken).ConfigureAwait(false);
            return target;
        }
    }

    /// <summary>Removes standbys from those that commits wait for. Commits that hang because of them return.</summary>
    /// <param name="context">Log and deadlines.</param>
    /// <param name="instance">The server.</param>
    /// <param name="names">The standbys; none means all.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The new value of <c>synchronous_standby_names</c>; <see langword="null"/> if it is empty.</returns>
    /// <exception cref="PgHaException"><c>StandbyListedByWildcard</c>; <c>SyncStandbysNotEffective</c>.</exception>
    public static async Task<SynchronousStandbyNames?> DisableAsync(
        EngineContext context, PgInstance instance, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        ServerSession session = await ServerSession.OpenAsync(context, instance, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            ReplicationStatus status = await ReplicationStatusReader.QueryAsync(session, cancellationToken).ConfigureAwait(false);
            if (status.SynchronousStandbyNames is not { } current)
            {
                context.Log.Step($"{instance}: commits wait for no standby already.");
                return null;
            }

            SynchronousStandbyNames? target = names.Count == 0 ? null : SyncStandbyPlan.Remove(current, names);
            if (target == current)
            {
                context.Log.Step($"{instance}: '{current}' names none of {string.Join(", ", names)}.");
                return current;
            }

            if (target is not null && SyncStandbyPlan.Assess(target, status.Standbys) is { WouldHang: not false } assessment)
                context.Log.Warn(SyncErrors.HangWarning(instance, target, assessment));
            string text = target?.ToString(session.Dialect) ?? "";
            context.Log.Step(
                target is null
                    ? $"{instance}: commits wait for no standby from now on."
                    : $"{instance}: commits wait for '{target}' from now on.");
            await SyncSettings.ChangeAsync(
                context, session, new Dictionary<string, string> { [SyncSettings.Names] = text },
                now => Equals(now.SynchronousStandbyNames, target), cancellationToken).ConfigureAwait(false);
            return target;
        }
    }

    /// <summary>Has commits wait for exactly these standbys.</summary>
    /// <exception cref="PgHaException">What <see cref="EnableAsync"/> fails with.</exception>
    public static async Task ReplaceAsync(
        EngineContext context, PgInstance primary, SynchronousStandbyNames names, CommitLevel? level, CancellationToken cancellationToken)
    {
        var request = new SyncStandbyRequest(names.Names) { Method = names.Method, Count = names.Count, CommitLevel = level };
        ServerSession session = await ServerSession.OpenAsync(context, primary, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            ReplicationStatus status = await ReadReportedAsync(session, request, cancellationToken).ConfigureAwait(false);
            if (status.Role != ServerRole.Primary)
                throw SyncErrors.NotPrimary(primary);
            Check(context, status, request, names, level ?? status.SynchronousCommit);
            await ChangeAsync(context, session, request, names, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task ChangeAsync(
        EngineContext context, ServerSession session, SyncStandbyRequest request, SynchronousStandbyNames target,
        CancellationToken cancellationToken)
    {
        var changes = new Dictionary<string, string> { [SyncSettings.Names] = target.ToString(session.Dialect) };
        if (request.CommitLevel is { } asked)
            changes[SyncSettings.CommitLevel] = asked.ToSetting();
        context.Log.Step($"{session.Instance}: commits wait for '{target}' from now on.");
        await SyncSettings.ChangeAsync(
            context, session, changes, now => IsEffective(now, target, request), cancellationToken).ConfigureAwait(false);
    }

    private static async Task<ReplicationStatus> ReadReportedAsync(
        ServerSession session, SyncStandbyRequest request, CancellationToken cancellationToken)
    {
        ReplicationStatus? status = null;
        await Poll.TryUntilAsync(
            async () =>
            {
                status = await ReplicationStatusReader.QueryAsync(session, cancellationToken).ConfigureAwait(false);
                bool isFresh = status.Standbys.Any(
                    standby => standby is { IsStreaming: false } or { FlushedLsn: null } && IsNamed(request, standby));
                return !isFresh;
            },
            Pause, Deadline.In(FirstReport), cancellationToken).ConfigureAwait(false);
        return status!;
    }

    private static bool IsNamed(SyncStandbyRequest request, StandbyStatus standby) =>
        request.Names.Any(name => StandbyName.Matches(name, standby.ApplicationName));

    private static void Check(
        EngineContext context, ReplicationStatus status, SyncStandbyRequest request, SynchronousStandbyNames target, CommitLevel? level)
    {
        IReadOnlyList<string> absent = SyncStandbyPlan.NotStreaming(request.Names, status.Standbys);
        if (absent.Count > 0 && !request.EvenIfCommitsHang)
            throw SyncErrors.NotStreaming(status, absent);
        if (SyncStandbyPlan.Assess(target, status.Standbys) is { WouldHang: not false } assessment)
        {
            if (!request.EvenIfCommitsHang)
                throw SyncErrors.TooFew(status.Server, target, assessment);
            context.Log.Warn(SyncErrors.HangWarning(status.Server, target, assessment));
        }

        foreach (string name in SyncStandbyPlan.Ambiguous(target, status.Standbys))
        {
            context.Log.Warn($"DuplicateApplicationName: several standbys of {status.Server} call themselves '{name}'. "
                + "A commit that one of them confirms may be missing on the others: give each a name of its own.");
        }

        if (level?.WaitsForStandbys() == false)
            context.Log.Warn($"{status.Server}: synchronous_commit is '{level.Value.ToSetting()}', so commits do not wait for '{target}'.");
    }

    // The server computes sync_state from the settings of the asking session and from the priorities that the WAL senders have
    // read. So when it is right, both have read the new configuration.
    private static bool IsEffective(ReplicationStatus now, SynchronousStandbyNames target, SyncStandbyRequest request)
    {
        if (!target.Equals(now.SynchronousStandbyNames) || (request.CommitLevel is { } level && level != now.SynchronousCommit))
            return false;
        return request.EvenIfCommitsHang
            || (now.Standbys.Count(standby => standby.IsSynchronous == true) >= target.Count
                && request.Names.All(name => name == "*"
                    || now.Standbys.Any(standby => standby.SyncPriority > 0 && StandbyName.AreEqual(name, standby.ApplicationName))));
    }
}
