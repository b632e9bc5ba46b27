using PgHa.Engine.Instances;
using PgHa.Engine.Machines;
using PgHa.Engine.Recovery;
using PgHa.Engine.Replication;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Waiting;

/// <summary>Finds the way to read the position of a standby, and the position to wait for.</summary>
internal sealed class StandbyProgressFinder
{
    private static readonly TimeSpan StartingPause = TimeSpan.FromMilliseconds(50);

    private readonly EngineContext _context;
    private readonly PgInstance _standby;
    private readonly ReplicationWaitOptions _options;
    private RecoveryConfiguration? _configuration;

    /// <summary>For one standby.</summary>
    public StandbyProgressFinder(EngineContext context, PgInstance standby, ReplicationWaitOptions options)
    {
        _context = context;
        _standby = standby;
        _options = options;
    }

    /// <summary>The way, and the position.</summary>
    public async Task<(IStandbyProgress Progress, Lsn Target)> FindAsync(CancellationToken cancellationToken)
    {
        IStandbyProgress progress = await ProgressAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return (progress, await TargetAsync(progress, cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            await progress.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<IStandbyProgress> ProgressAsync(CancellationToken cancellationToken)
    {
        IStandbyProgress? progress = null;
        PgHaException? noSql = null;
        await Poll.UntilAsync(
            async () =>
            {
                try
                {
                    progress = new HotStandbyProgress(
                        await ServerSession.OpenAsync(_context, _standby, cancellationToken).ConfigureAwait(false), _options.Stage);
                }
                catch (PgHaException e) when (e.ErrorId == ErrorIds.ServerAnswersNoSql)
                {
                    noSql = e;
                    progress = await WithoutSqlAsync(cancellationToken).ConfigureAwait(false);
                }

                return progress is not null;
            },
            StartingPause, Deadline.In(_context.Timeout), () => noSql!, cancellationToken).ConfigureAwait(false);
        return progress!;
    }

    // A hot standby has no other way: it answers SQL as soon as its data is consistent.
    private async Task<IStandbyProgress?> WithoutSqlAsync(CancellationToken cancellationToken)
    {
        RecoveryConfiguration? configuration = await ConfigurationAsync(cancellationToken).ConfigureAwait(false);
        return configuration is { HotStandby: true } ? null
            : IsArchiveFed(configuration) ? await ArchiveFedAsync(cancellationToken).ConfigureAwait(false)
            : await StreamingAsync(configuration, cancellationToken).ConfigureAwait(false);
    }

    // Without access to the standby's files it has to be a hot one, or its upstream has to be named.
    private async Task<RecoveryConfiguration?> ConfigurationAsync(CancellationToken cancellationToken) =>
        _standby.DataDirectory is null
            ? null
            : _configuration ??= await new RecoverySettings(_context).GetAsync(_standby, cancellationToken).ConfigureAwait(false);

    private async Task<UpstreamProgress> StreamingAsync(RecoveryConfiguration? configuration, CancellationToken cancellationToken)
    {
        PgInstance upstream = UpstreamAddress.Of(_standby, Conninfo(configuration)) ?? _options.Upstream ?? throw UpstreamUnknown();
        ServerSession session = await ServerSession.OpenAsync(_context, upstream, cancellationToken).ConfigureAwait(false);
        return new UpstreamProgress(session, configuration?.ApplicationName ?? _standby.Name, _options.Stage);
    }

    private async Task<StartupProcessProgress> ArchiveFedAsync(CancellationToken cancellationToken)
    {
        IHost host = await _context.HostOfAsync(_standby, cancellationToken).ConfigureAwait(false);
        InstanceStatus status = await new InstanceControl(_context).GetStatusAsync(_standby, cancellationToken).ConfigureAwait(false);
        if (!status.HasProcess || status.Pid is null)
        {
            throw new PgHaException(
                ErrorIds.ServerUnreachable, PgHaErrorKind.ConnectionFailed, $"{_standby} does not run.", "Start it with Start-PgInstance.",
                _standby.ToString());
        }

        ControlData control = await ControlFile.ReadAsync(host, _standby, cancellationToken).ConfigureAwait(false);
        return new StartupProcessProgress(_standby, host, status.Pid.ProcessId, control.WalSegmentSize);
    }

    private async Task<Lsn> TargetAsync(IStandbyProgress progress, CancellationToken cancellationToken)
    {
        // A server that is no standby fails here with a better error than a missing upstream.
        await progress.PositionAsync(cancellationToken).ConfigureAwait(false);

        // A streaming standby shows its upstream in SQL, which is faster than reading its files.
        ConnectionSettings? conninfo = progress is HotStandbyProgress hot
            ? await hot.UpstreamAsync(cancellationToken).ConfigureAwait(false)
            : null;
        RecoveryConfiguration? configuration = conninfo is null ? await ConfigurationAsync(cancellationToken).ConfigureAwait(false) : null;
        bool isArchiveFed = IsArchiveFed(configuration);
        if (_options.Target is { } target && !(isArchiveFed && _options.Upstream is not null))
            return target;

        PgInstance upstream = _options.Upstream ?? UpstreamAddress.Of(_standby, conninfo ?? Conninfo(configuration))
            ?? throw UpstreamUnknown();
        ServerSession session = await ServerSession.OpenAsync(_context, upstream, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            UpstreamPosition position = new(_context, session);
            Lsn reached = _options.Target ?? await position.NowAsync(cancellationToken).ConfigureAwait(false);
            if (isArchiveFed)
                await position.ArchiveUpToAsync(reached, cancellationToken).ConfigureAwait(false);
            return reached;
        }
    }

    private static bool IsArchiveFed(RecoveryConfiguration? configuration) =>
        configuration is { UpstreamHost: null, RestoreCommand: not null };

    private static ConnectionSettings? Conninfo(RecoveryConfiguration? configuration) =>
        configuration?.PrimaryConninfo is { } text ? ConnectionSettings.Parse(text) : null;

    private PgHaException UpstreamUnknown() => new(
        ErrorIds.UpstreamUnknown,
        PgHaErrorKind.InvalidArgument,
        $"Where {_standby} should be cannot be told: its configuration names no upstream.",
        "Name the primary with -Upstream, or a position with -Lsn.",
        _standby.ToString());
}
