using PgHa.Engine.Programs;
using PgHa.Engine.Servers;
using PgHa.Engine.Upstreams;
using PgHa.Engine.Wal;

namespace PgHa.Engine.Repair;

/// <summary>Collects the facts that decide how a server returns to its cluster.</summary>
internal sealed class RejoinInquiry
{
    private readonly EngineContext _context;
    private readonly RepairCase _case;
    private readonly ReplicationStatus? _own;

    public RejoinInquiry(EngineContext context, RepairCase repair, ReplicationStatus? own) =>
        (_context, _case, _own) = (context, repair, own);

    /// <summary>The facts.</summary>
    public async Task<RepairFacts> AskAsync(
        SystemIdentity identity, ReplicationStatus upstream, bool wasRewinding, bool isRewound, CancellationToken cancellationToken)
    {
        if (_case.IsCloned)
            return new RepairFacts { CloneDone = true };
        RepairFacts facts = wasRewinding
            ? new RepairFacts { RewindDied = true, RewindDone = isRewound }
            : await CompareAsync(identity, upstream.Role == ServerRole.Primary, cancellationToken).ConfigureAwait(false);
        if (!wasRewinding && _own is null && await TraceAsync(facts, cancellationToken).ConfigureAwait(false) is { } trace)
        {
            _context.Log.Warn(
                $"{_case.Server}: a rewind that PgHa did not begin died midway in its directory: "
                + $"{trace} is of a later timeline than its control file tells of. "
                + "Its settings may be those of the server that it was rewound to: see to its port and its name.");
            facts = facts with { RewindDied = true };
        }

        bool takesRewind =
            facts is not { Divergence: null, IsEndKnown: true, RewindDied: false } && !isRewound && facts.RewindObstacle is null;
        return takesRewind ? facts with { RewindObstacle = await ObstacleAsync(cancellationToken).ConfigureAwait(false) } : facts;
    }

    private async Task<RepairFacts> CompareAsync(SystemIdentity identity, bool isPrimary, CancellationToken cancellationToken)
    {
        var reader = new WalPositionReader(_context);
        WalPosition end = await reader.OfStandbyAsync(_case.Found, _case.State, _own, cancellationToken).ConfigureAwait(false);
        WalPosition? source = await reader.OfUpstreamAsync(
            _case.Options.Upstream, identity, isPrimary, cancellationToken).ConfigureAwait(false);
        if (source is null)
            return new RepairFacts { IsEndKnown = false };
        bool runs = _own is not null;
        if (!runs && _case.State.Control.State == DatabaseState.ShutDown)
            end = end with { End = end.End + 1 };
        TimelineId own = end.History.Timeline;
        WalDivergence? namesake = own == source.History.Timeline ? await NamesakeAsync(end, cancellationToken).ConfigureAwait(false) : null;
        WalDivergence? divergence = namesake ?? end.DivergenceFrom(source);
        var dump = new WalAfterFork(_context, _case.Found, _case.State.Dialect, _case.State.Control.WalSegmentSize);
        bool isEndKnown = runs || _case.State.Control.State == DatabaseState.ShutDown;
        if (divergence is null && !isEndKnown && end.ForkFrom(source) is { Lsn: { } fork } parting)
        {
            // The server was not shut down as a primary, so its control file does not tell where its WAL ends.
            bool? hasMore = await dump.HasRecordAsync(end.History.Timeline, fork, cancellationToken).ConfigureAwait(false);
            isEndKnown = hasMore is not null || _case.State.Control.IsCleanlyShutDown;
            divergence = hasMore == true ? new WalDivergence(parting.Timeline, fork, 0) : null;
        }
        else
        {
            isEndKnown = true;
        }

        return new RepairFacts
        {
            Divergence = divergence,
            IsEndKnown = isEndKnown,
            MissingWal = divergence is null && isEndKnown ? await MissingWalAsync(end.End, cancellationToken).ConfigureAwait(false) : null,
            // pg_rewind compares only the numbers of the timelines, and would do nothing.
            RewindObstacle = namesake is not null
                ? $"both began a timeline {own}, each by its own promotion, and pg_rewind takes them for one"
                : null,
            LostCommits = divergence is { Timeline: { } timeline }
                ? await CountCommitsAsync(dump, end, timeline, divergence.Lsn, cancellationToken).ConfigureAwait(false)
                : null,
        };
    }

    private async Task<WalArchiveFileName?> TraceAsync(RepairFacts facts, CancellationToken cancellationToken)
    {
        string wal = HostPath.Combine(_case.Found.DataDirectory!, _case.State.Dialect.WalDirectory);
        IReadOnlyList<string> files = await _case.Host.ListAsync(wal, cancellationToken).ConfigureAwait(false) ?? [];
        return RewindTrace.Find(_case.State.Control, facts.Divergence is not null, files);
    }

    // The comparison ignores timelines: a server that has this part of the WAL has it on the timeline that it sends.
    private async Task<WalFileName?> MissingWalAsync(Lsn end, CancellationToken cancellationToken)
    {
        if (_case.HasRestoreCommand || _own?.Receiver?.IsStreaming == true)
            return null;
        WalRetention retention = await WalRetentionReader.ReadAsync(
            _context, _case.Options.Upstream, cancellationToken).ConfigureAwait(false);
        if (retention.Files is not { } files || end >= files.Oldest.StartLsn(retention.SegmentSize))
            return null;
        // The server may have received more WAL than its control file proves. The file's header is checked, because a recycled file
        // still has the header of an older one.
        string path = HostPath.Combine(_case.Found.DataDirectory!, _case.State.Dialect.WalDirectory, files.Oldest.ToString());
        byte[]? joint = await _case.Host.ReadFileHeadAsync(path, WalSegmentHeader.Length, cancellationToken).ConfigureAwait(false);
        return joint is not null && WalSegmentHeader.TryRead(joint)?.StartLsn == files.Oldest.StartLsn(retention.SegmentSize)
            ? null
            : WalFileName.At(files.Oldest.Timeline, end, retention.SegmentSize);
    }

    // Both were promoted, and both timelines have the same number.
    private async Task<WalDivergence?> NamesakeAsync(WalPosition position, CancellationToken cancellationToken) =>
        position.History.Switches is [.., { EndLsn: var begin }] && position.End > begin
        && await new TimelineIdentity(_context, _case).DiffersAsync(
            position.History.Timeline, begin, _case.Options.Upstream, cancellationToken).ConfigureAwait(false)
            ? new WalDivergence(position.History.Timeline, begin, position.End - begin)
            : null;

    // The server itself may have been promoted since the fork, even more than once. The commits on these timelines count too.
    private static async Task<int?> CountCommitsAsync(
        WalAfterFork dump, WalPosition last, TimelineId timeline, Lsn fork, CancellationToken cancellationToken)
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

    // The reason why the server cannot be rewound.
    private async Task<string?> ObstacleAsync(CancellationToken cancellationToken)
    {
        if (!_case.State.Control.AllowsRewind)
            return "it has neither data checksums nor wal_log_hints";
        // A rewind writes a control file with this state, perhaps before all other files are on disk. A base backup leaves this state
        // too.
        if (_case.State.Control.State == DatabaseState.InArchiveRecovery && (_case.Found != _case.Server || !_case.State.IsStandby))
            return "a recovery of it has not ended, and pg_rewind would end it, on the timeline of its source";
        string program = await ProgramPath.OfAsync(_case.Host, _case.Found, RewindProgram.Name, cancellationToken).ConfigureAwait(false);
        if (await _case.Host.StatAsync(program, cancellationToken).ConfigureAwait(false) is null)
            return $"there is no {program}";
        ServerSession session = await ServerSession.OpenAsync(_context, _case.Source, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            if (!session.Dialect.RewindsFromStandby && await ServerRoles.IsStandbyAsync(session, cancellationToken).ConfigureAwait(false))
                return $"{_case.Source} is a standby, and PostgreSQL {session.Dialect.Version.Major} rewinds to a primary only";
            if (await session.ScalarAsync<string>("select current_setting('full_page_writes')", cancellationToken).ConfigureAwait(false)
                != "on")
            {
                return $"full_page_writes is off on {_case.Source}";
            }
        }

        return null;
    }
}
