using PgHa.Engine.Instances;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Operation;

/// <summary>Asks what has to be known to decide how a server gets back into its cluster.</summary>
internal sealed class RejoinInquiry
{
    private readonly EngineContext _context;
    private readonly RepairCase _case;
    private readonly ReplicationStatus? _own;

    public RejoinInquiry(EngineContext context, RepairCase repair, ReplicationStatus? own) => (_context, _case, _own) = (context, repair, own);

    /// <summary>The facts.</summary>
    public async Task<RejoinFacts> AskAsync(
        SystemIdentity identity, ReplicationStatus upstream, bool wasRewinding, bool isRewound, CancellationToken cancellationToken)
    {
        if (_case.IsCloned)
            return new RejoinFacts { CloneDone = true };
        RejoinFacts facts = wasRewinding
            ? new RejoinFacts { RewindDied = true, RewindDone = isRewound }
            : await CompareAsync(identity, upstream.Role == ServerRole.Primary, cancellationToken).ConfigureAwait(false);
        bool takesRewind = facts is not { Divergence: null, IsEndKnown: true, RewindDied: false } && !isRewound;
        return takesRewind ? facts with { RewindObstacle = await ObstacleAsync(cancellationToken).ConfigureAwait(false) } : facts;
    }

    private async Task<RejoinFacts> CompareAsync(SystemIdentity identity, bool isPrimary, CancellationToken cancellationToken)
    {
        var reader = new WalPositionReader(_context);
        WalPosition end = await reader.OfStandbyAsync(_case.Found, _case.State, _own, cancellationToken).ConfigureAwait(false);
        WalPosition? source = await reader.OfUpstreamAsync(_case.Options.Upstream, identity, isPrimary, cancellationToken).ConfigureAwait(false);
        if (source is null)
            return new RejoinFacts { IsEndKnown = false };
        bool runs = _own is not null;
        if (!runs && _case.State.Control.State == DatabaseState.ShutDown)
            end = end with { End = end.End + 1 };
        WalDivergence? divergence = end.DivergenceFrom(source);
        var dump = new WalAfterFork(_context, _case.Found, _case.State.Dialect, _case.State.Control.WalSegmentSize);
        bool isEndKnown = runs || _case.State.Control.State == DatabaseState.ShutDown;
        if (divergence is null && !isEndKnown && end.ForkFrom(source) is { Lsn: { } fork } parting)
        {
            // What its control file says is not its last WAL.
            bool? hasMore = await dump.HasRecordAsync(end.History.Timeline, fork, cancellationToken).ConfigureAwait(false);
            isEndKnown = hasMore is not null || _case.State.Control.IsCleanlyShutDown;
            divergence = hasMore == true ? new WalDivergence(parting.Timeline, fork, 0) : null;
        }
        else
        {
            isEndKnown = true;
        }

        return new RejoinFacts
        {
            Divergence = divergence,
            IsEndKnown = isEndKnown,
            LostCommits = divergence is { Timeline: { } timeline }
                ? await CountCommitsAsync(dump, end, timeline, divergence.Lsn, cancellationToken).ConfigureAwait(false)
                : null,
        };
    }

    // It may have been promoted itself since the fork, once or more.
    private static async Task<int?> CountCommitsAsync(WalAfterFork dump, WalPosition last, TimelineId timeline, Lsn fork, CancellationToken cancellationToken)
    {
        TimelineHistory own = last.History;
        int? count = await dump.CountCommitsAsync(timeline, fork, own.EndOf(timeline), cancellationToken).ConfigureAwait(false);
        foreach (TimelineSwitch end in own.Switches.SkipWhile(left => left.Timeline != timeline))
        {
            TimelineId next = own.Switches.FirstOrDefault(left => left.Timeline > end.Timeline)?.Timeline ?? own.Timeline;
            count += await dump.CountCommitsAsync(next, end.EndLsn, own.EndOf(next), cancellationToken).ConfigureAwait(false);
        }

        return count;
    }

    // Why it cannot be rewound.
    private async Task<string?> ObstacleAsync(CancellationToken cancellationToken)
    {
        if (!_case.State.Control.AllowsRewind)
            return "it has neither data checksums nor wal_log_hints";
        string program = await ProgramPath.OfAsync(_case.Host, _case.Found, RewindProgram.Name, cancellationToken).ConfigureAwait(false);
        if (await _case.Host.StatAsync(program, cancellationToken).ConfigureAwait(false) is null)
            return $"there is no {program}";
        ServerSession session = await ServerSession.OpenAsync(_context, _case.Source, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            if (!session.Dialect.RewindsFromStandby && await ServerRoles.IsStandbyAsync(session, cancellationToken).ConfigureAwait(false))
                return $"{_case.Source} is a standby, and PostgreSQL {session.Dialect.Version.Major} rewinds to a primary only";
            if (await session.ScalarAsync<string>("select current_setting('full_page_writes')", cancellationToken).ConfigureAwait(false) != "on")
                return $"full_page_writes is off on {_case.Source}";
        }

        return null;
    }
}
