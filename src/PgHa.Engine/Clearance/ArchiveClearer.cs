using System.Globalization;
using PgHa.Engine.Archiving;

namespace PgHa.Engine.Clearance;

/// <summary>Removes from archives the WAL that no base backup, server or slot needs any more.</summary>
public sealed class ArchiveClearer
{
    private readonly EngineContext _context;

    /// <summary>Works in a context.</summary>
    public ArchiveClearer(EngineContext context) => _context = context;

    /// <summary>
    /// The archives of servers. A server that does not archive has none. If no server has one, the failure of the first is thrown.
    /// </summary>
    /// <exception cref="PgHaException"><c>ArchiveNotKnown</c>.</exception>
    public async Task<IReadOnlyList<string>> ArchivesOfAsync(IReadOnlyList<PgInstance> servers, CancellationToken cancellationToken)
    {
        List<string> archives = [];
        PgHaException? failure = null;
        foreach (PgInstance server in servers)
        {
            try
            {
                archives.Add(await ArchiveSource.LocationOfAsync(_context, server, cancellationToken).ConfigureAwait(false));
            }
            catch (PgHaException e)
            {
                failure ??= e;
            }
        }

        return archives.Count > 0 || failure is null ? [.. archives.Select(HostPath.TrimEnd).Distinct()] : throw failure;
    }

    /// <summary>Finds what can be removed from an archive. It reads, and changes nothing.</summary>
    /// <param name="location">The archive. At another machine the user of the first server logs in.</param>
    /// <param name="options">Who needs its WAL.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="PgHaException">
    /// <c>ArchiveDirectoryNotFound</c>, <c>NotAnArchive</c>, <c>BackupNotFound</c>, <c>ForeignSystemIdentifier</c>,
    /// <c>ArchiveOfUnknownSystem</c>, <c>NothingToKeepFrom</c>, <c>ServerNeedUnknown</c>, <c>BackupNeedUnknown</c>,
    /// <c>PositionNotReadable</c>, <c>PositionBeyondArchive</c>.
    /// </exception>
    public async Task<ArchiveClearancePlan> PlanAsync(
        string location, ArchiveClearanceOptions options, CancellationToken cancellationToken)
    {
        IArchiveFiles files = await FilesAsync(location, options, cancellationToken).ConfigureAwait(false);
        // The WAL directory of a server has files of the same names, and the server may need any of them to start.
        IReadOnlyList<ArchiveEntry>? entries = await files.ListAsync(withContent: false, cancellationToken).ConfigureAwait(false);
        if (entries?.Any(entry => entry.Name == "archive_status") == true)
        {
            throw new PgHaException(
                ErrorIds.NotAnArchive, PgHaErrorKind.Refused, $"'{location}' is the WAL directory of a server and no archive.",
                "Name the directory that the archive_command fills (Get-PgArchiveStatus).", location);
        }

        // First the archive: what a backup that is completed meanwhile needs is not in it, or was written after all that is kept.
        WalArchive archive = await ArchiveReader.ReadAsync(files, system: null, cancellationToken).ConfigureAwait(false);
        ArchiveNeed[] servers = [.. await ServerNeedsAsync(options, cancellationToken).ConfigureAwait(false)];
        List<ArchiveNeed> backups = [];
        foreach (string folder in options.BackupFolders)
        {
            backups.AddRange(await new BackupNeedReader(_context, unknown => Unknown(options, unknown))
                .ReadAsync(folder, cancellationToken).ConfigureAwait(false));
        }

        archive = Identified(archive, [.. servers, .. backups]);
        if (servers.FirstOrDefault(
            server => server.System != archive.SystemIdentifier && archive.SystemIdentifier is not null) is { } foreign)
        {
            throw new PgHaException(
                ErrorIds.ForeignSystemIdentifier, PgHaErrorKind.Refused,
                $"The archive '{location}' is of system {archive.SystemIdentifier}, and {foreign.Keepers[0].Name} of {foreign.System}.",
                "Name the archive of that server, or the servers of that archive.", location);
        }

        ArchiveNeed[] own = [.. backups.Where(backup => backup.System is null || backup.System == archive.SystemIdentifier)];
        foreach (ArchiveNeed other in backups.Except(own))
            _context.Log.Step($"Another system's, and of no account for '{location}': {other.Keepers[0]}");
        ArchiveKeeper? position = options.KeepFrom is null
            ? null
            : RequireWithin(archive, ArchiveKeeper.At(options.KeepFrom, archive.SegmentSize));
        // The need of a server alone does not suffice: it does not tell which backups its WAL is archived for.
        bool isDetermined = position is not null || own.Any(backup => backup.System is not null);
        return ArchiveClearancePlan.Of(
            archive,
            isDetermined
                ? [.. own.Concat(servers).SelectMany(need => need.Keepers), .. position is null ? (ArchiveKeeper[])[] : [position]]
                : []);
    }

    /// <summary>Removes the planned files of an archive that this process's user reaches.</summary>
    /// <exception cref="PgHaException"><c>ArchiveNotCleared</c>: only some files could be removed; the message says how many.</exception>
    public Task<ArchiveClearance> ClearAsync(ArchiveClearancePlan plan, CancellationToken cancellationToken) =>
        ClearAsync(plan, new ArchiveClearanceOptions(), cancellationToken);

    /// <summary>Removes the planned files, the oldest first, and returns when the removal is on disk.</summary>
    /// <param name="plan">The files.</param>
    /// <param name="options">What the plan was made with.</param>
    /// <param name="cancellationToken">Cancels halfway; what is left then has no gap.</param>
    /// <exception cref="PgHaException"><c>ArchiveNotCleared</c>: only some files could be removed; the message says how many.</exception>
    public async Task<ArchiveClearance> ClearAsync(
        ArchiveClearancePlan plan, ArchiveClearanceOptions options, CancellationToken cancellationToken)
    {
        string activity = $"Clearing '{plan.ArchiveDirectory}'";
        IArchiveFiles files = await FilesAsync(plan.ArchiveDirectory, options, cancellationToken).ConfigureAwait(false);
        int removed = 0;
        try
        {
            await files.DeleteAsync([.. plan.Removed.Select(file => file.Name)], Progress, cancellationToken).ConfigureAwait(false);
        }
        catch (PgHaException e)
        {
            throw new PgHaException(
                ErrorIds.ArchiveNotCleared, PgHaErrorKind.OperationFailed,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Of '{plan.ArchiveDirectory}' only {removed} of {plan.Removed.Count} files were removed: {e.Message}"),
                "What is left has no gap. Run it again when the cause is gone.", plan.ArchiveDirectory, e);
        }
        finally
        {
            _context.Log.Progress(new EngineProgress(activity, "", IsCompleted: true));
        }

        return plan.Result();

        void Progress(int gone)
        {
            removed = gone;
            _context.Log.Progress(new EngineProgress(activity, plan.Removed[gone - 1].Name, gone * 100 / plan.Removed.Count));
        }
    }

    private Task<IArchiveFiles> FilesAsync(string location, ArchiveClearanceOptions options, CancellationToken cancellationToken) =>
        ArchiveSource.FilesAsync(
            _context, location, options.Servers.FirstOrDefault(server => server.DataDirectory is not null), cancellationToken);

    private async Task<IReadOnlyList<ArchiveNeed>> ServerNeedsAsync(ArchiveClearanceOptions options, CancellationToken cancellationToken)
    {
        foreach (string name in options.UnknownServers)
        {
            Unknown(options, new PgHaException(
                ErrorIds.ServerNeedUnknown, PgHaErrorKind.Refused, $"What WAL {name} needs is not known: nobody knows its address.",
                "Name it with -Instance, or go on without it by -IgnoreUnknownNeed.", name));
        }

        List<ArchiveNeed> needs = [];
        foreach (PgInstance server in options.Servers)
        {
            try
            {
                (ArchiveNeed need, IReadOnlyList<StandbyStatus> standbys) = await ServerNeedReader.ReadAsync(
                    _context, server, cancellationToken).ConfigureAwait(false);
                needs.Add(need);
                foreach (StandbyStatus standby in standbys.Where(
                    standby => standby.SlotName is null && !options.Servers.Any(other => other.Name == standby.ApplicationName)))
                {
                    _context.Log.Warn($"{standby.ApplicationName} streams from {server} without a slot: "
                        + "what WAL it needs is not known, because it was not named.");
                }
            }
            catch (PgHaException e) when (e.ErrorId == ErrorIds.ServerNeedUnknown)
            {
                Unknown(options, e);
            }
        }

        return needs;
    }

    private void Unknown(ArchiveClearanceOptions options, PgHaException failure)
    {
        if (!options.IgnoreUnknownNeed)
            throw failure;
        _context.Log.Warn(failure.Message);
    }

    // Compressed segments do not tell their system. Without the segment size their names do not tell their positions.
    private static WalArchive Identified(WalArchive archive, IReadOnlyList<ArchiveNeed> needs)
    {
        if (archive.SystemIdentifier is not null || !archive.Files.Any(file => file.What is { Segment: not null }))
            return archive;
        return needs.Select(need => need.System).OfType<SystemIdentifier>().Distinct().ToArray() is [var system]
            && needs.Select(need => need.SegmentSize).FirstOrDefault(size => size is not null) is { } size
                ? archive.Of(system, size)
                : throw new PgHaException(
                    ErrorIds.ArchiveOfUnknownSystem, PgHaErrorKind.Refused,
                    $"Of which system '{archive.Location}' is, and how large its segments are, "
                        + "cannot be told, because all of them are compressed.",
                    "Name a server that archives there, or a folder with plain backups of that server alone.", archive.Location);
    }

    private static ArchiveKeeper RequireWithin(WalArchive archive, ArchiveKeeper position)
    {
        WalFileName[] lasts = [.. archive.TimelinesWithSegments.Select(archive.LastOf).OfType<WalFileName>()];
        return lasts.Length == 0 || position.StartLsn <= lasts.Max(last => last.EndLsn(archive.SegmentSize)) + archive.SegmentSize.Bytes
            ? position
            : throw new PgHaException(
                ErrorIds.PositionBeyondArchive, PgHaErrorKind.InvalidArgument,
                $"'{position.Name}' is beyond the archive '{archive.Location}', "
                    + $"which ends with {lasts.MaxBy(last => last.EndLsn(archive.SegmentSize))}.",
                "See whether the position is right: all of the archive would go.", archive.Location);
    }
}
