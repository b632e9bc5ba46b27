using PgHa.Engine.Instances;
using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Archiving;

/// <summary>Tells whether a server could recover from an archive. It reads, and changes nothing.</summary>
public sealed class ArchiveExaminer
{
    private readonly EngineContext _context;

    /// <summary>Works in a context.</summary>
    public ArchiveExaminer(EngineContext context) => _context = context;

    /// <summary>What is wrong with the archive in a directory of this machine, or in one that this process's user reaches by ssh.</summary>
    /// <exception cref="PgHaException"><c>ArchiveDirectoryNotFound</c>, or no access to it.</exception>
    public async Task<IReadOnlyList<ArchiveFinding>> ExamineAsync(string location, CancellationToken cancellationToken)
    {
        IArchiveFiles files = await ArchiveSource.FilesAsync(_context, location, reachedBy: null, cancellationToken).ConfigureAwait(false);
        WalArchive archive = await ArchiveReader.ReadAsync(files, system: null, cancellationToken).ConfigureAwait(false);
        return ArchiveExamination.Of(
            archive,
            await PartialsAsync(files, archive, cancellationToken).ConfigureAwait(false),
            server: null,
            TimeProvider.System.GetUtcNow());
    }

    /// <summary>What is wrong with the archive of a server, which is compared with the WAL that the server still has.</summary>
    /// <param name="server">The server.</param>
    /// <param name="location">Its archive; <see langword="null"/> for the one its <c>archive_command</c> names.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="PgHaException">
    /// <c>ArchiveNotKnown</c>, <c>ArchiveDirectoryNotFound</c>, <c>HostAccessRequired</c>, <c>NotADataDirectory</c>.
    /// </exception>
    public async Task<IReadOnlyList<ArchiveFinding>> ExamineAsync(PgInstance server, string? location, CancellationToken cancellationToken)
    {
        IHost host = await _context.HostOfAsync(server, cancellationToken).ConfigureAwait(false);
        Archive source = location is null
            ? await ArchiveSource.OfAsync(_context, server, cancellationToken).ConfigureAwait(false)
            : FileArchive.At(location);
        ControlData control = await ControlFile.ReadAsync(host, server, cancellationToken).ConfigureAwait(false);
        // The server's list of archived files is read before the archive, so that every file in the list must be in the archive.
        string wal = await WalDirectoryAsync(host, server, cancellationToken).ConfigureAwait(false);
        bool isStandby = control.State is DatabaseState.InArchiveRecovery or DatabaseState.ShutDownInRecovery;
        ServerArchiving archiving = new(
            server, isStandby ? null : control.Timeline, await ArchivedAsync(host, wal, cancellationToken).ConfigureAwait(false));
        if (source is PgBackRestArchive pgBackRest)
        {
            IReadOnlyList<WalArchive> archives = await new PgBackRestReader(_context, host, pgBackRest).ReadAsync(
                server, control.SystemIdentifier, control.WalSegmentSize, cancellationToken).ConfigureAwait(false);
            return [.. archives.SelectMany(one => ArchiveExamination.Of(one, [], archiving, TimeProvider.System.GetUtcNow()))];
        }

        IArchiveFiles files = ArchiveSource.FilesOf(_context, (FileArchive)source, host);
        WalArchive archive = await ArchiveReader.ReadAsync(files, control.SystemIdentifier, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<SegmentComparison> comparisons =
        [
            .. await PartialsAsync(files, archive, cancellationToken).ConfigureAwait(false),
            .. await OwnAsync(files, host, archive, wal, archiving.Archived, cancellationToken).ConfigureAwait(false),
        ];
        return ArchiveExamination.Of(archive, comparisons, archiving, TimeProvider.System.GetUtcNow());
    }

    private static async Task<string> WalDirectoryAsync(IHost host, PgInstance server, CancellationToken cancellationToken) =>
        HostPath.Combine(
            server.DataDirectory!,
            (await InstanceControl.DialectAsync(server, host, cancellationToken).ConfigureAwait(false)).WalDirectory);

    private static async Task<IReadOnlyList<WalArchiveFileName>> ArchivedAsync(
        IHost host, string walDirectory, CancellationToken cancellationToken)
    {
        const string Done = ".done";
        IReadOnlyList<string> names = await host.ListAsync(
            HostPath.Combine(walDirectory, "archive_status"), cancellationToken).ConfigureAwait(false)
            ?? [];
        return
        [
            .. names
                .Where(name => name.EndsWith(Done, StringComparison.Ordinal))
                .Select(name => WalArchiveFileName.TryParse(name[..^Done.Length]))
                .OfType<WalArchiveFileName>(),
        ];
    }

    // Compares each partial segment with the complete one. Up to the end of the timeline both must be equal.
    private static async Task<IReadOnlyList<SegmentComparison>> PartialsAsync(
        IArchiveFiles files, WalArchive archive, CancellationToken cancellationToken)
    {
        List<SegmentComparison> comparisons = [];
        foreach (ArchivedFile partial in archive.Files.Where(
            file => file is { IsCompressed: false, What.Kind: WalArchiveFileKind.PartialSegment }))
        {
            WalFileName segment = partial.What!.Segment!.Value;
            if (archive.Has(segment))
            {
                byte[]? content = await files.ReadAsync(partial.Name, maxBytes: null, cancellationToken).ConfigureAwait(false);
                await CompareAsync(
                    files, archive, segment, content, partial.Name, isPartial: true, comparisons, cancellationToken).ConfigureAwait(false);
            }
        }

        return comparisons;
    }

    private static async Task<IReadOnlyList<SegmentComparison>> OwnAsync(
        IArchiveFiles files, IHost server, WalArchive archive, string walDirectory, IReadOnlyList<WalArchiveFileName> archived,
        CancellationToken cancellationToken)
    {
        List<SegmentComparison> comparisons = [];
        foreach (WalArchiveFileName file in archived.Where(
            file => file.Kind == WalArchiveFileKind.Segment && archive.Has(file.Segment!.Value)))
        {
            string own = HostPath.Combine(walDirectory, file.ToString());
            byte[]? content = await server.ReadFileAsync(own, cancellationToken).ConfigureAwait(false);
            await CompareAsync(
                files, archive, file.Segment!.Value, content, own, isPartial: false, comparisons, cancellationToken).ConfigureAwait(false);
        }

        return comparisons;
    }

    private static async Task CompareAsync(
        IArchiveFiles files, WalArchive archive, WalFileName segment, byte[]? otherContent, string other, bool isPartial,
        List<SegmentComparison> comparisons, CancellationToken cancellationToken)
    {
        byte[]? content = otherContent is null
            ? null
            : await files.ReadAsync(segment.ToString(), maxBytes: null, cancellationToken).ConfigureAwait(false);
        // A file may be missing: a server may recycle an archived segment at any moment, and a compressed one has another name.
        if (content is not null && otherContent is not null)
        {
            int shared = isPartial ? archive.LengthAtFork(segment) : archive.SegmentSize.Bytes;
            comparisons.Add(SegmentComparison.Of(segment.ToString(), content, other, otherContent, isPartial, shared));
        }
    }
}
