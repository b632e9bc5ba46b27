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

    /// <summary>What is wrong with the archive in a directory of this machine.</summary>
    /// <exception cref="PgHaException"><c>ArchiveDirectoryNotFound</c>, or no access to it.</exception>
    public async Task<IReadOnlyList<ArchiveFinding>> ExamineAsync(string directory, CancellationToken cancellationToken)
    {
        IHost host = await HostSelector.ForDirectoryAsync(
            directory, serverUser: null, cancellationToken, _context.Log).ConfigureAwait(false);
        WalArchive archive = await ArchiveReader.ReadAsync(host, directory, system: null, cancellationToken).ConfigureAwait(false);
        return ArchiveExamination.Of(
            archive,
            await PartialsAsync(host, archive, cancellationToken).ConfigureAwait(false),
            server: null,
            TimeProvider.System.GetUtcNow());
    }

    /// <summary>What is wrong with the archive of a server, which is compared with the WAL that the server still has.</summary>
    /// <param name="server">The server.</param>
    /// <param name="directory">Its archive; <see langword="null"/> for the one its <c>archive_command</c> names.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="PgHaException">
    /// <c>ArchiveNotKnown</c>, <c>ArchiveDirectoryNotFound</c>, <c>HostAccessRequired</c>, <c>NotADataDirectory</c>.
    /// </exception>
    public async Task<IReadOnlyList<ArchiveFinding>> ExamineAsync(PgInstance server, string? directory, CancellationToken cancellationToken)
    {
        IHost host = await _context.HostOfAsync(server, cancellationToken).ConfigureAwait(false);
        Archive source = directory is null
            ? await ArchiveSource.OfAsync(_context, server, cancellationToken).ConfigureAwait(false)
            : new DirectoryArchive(directory);
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

        WalArchive archive = await ArchiveReader.ReadAsync(
            host, ((DirectoryArchive)source).Directory, control.SystemIdentifier, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<SegmentComparison> comparisons =
        [
            .. await PartialsAsync(host, archive, cancellationToken).ConfigureAwait(false),
            .. await OwnAsync(host, archive, wal, archiving.Archived, cancellationToken).ConfigureAwait(false),
        ];
        return ArchiveExamination.Of(archive, comparisons, archiving, TimeProvider.System.GetUtcNow());
    }

    private static async Task<string> WalDirectoryAsync(IHost host, PgInstance server, CancellationToken cancellationToken) =>
        Path.Combine(
            server.DataDirectory!,
            (await InstanceControl.DialectAsync(server, host, cancellationToken).ConfigureAwait(false)).WalDirectory);

    private static async Task<IReadOnlyList<WalArchiveFileName>> ArchivedAsync(
        IHost host, string walDirectory, CancellationToken cancellationToken)
    {
        const string Done = ".done";
        IReadOnlyList<string> names = await host.ListAsync(
            Path.Combine(walDirectory, "archive_status"), cancellationToken).ConfigureAwait(false)
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
        IHost host, WalArchive archive, CancellationToken cancellationToken)
    {
        List<SegmentComparison> comparisons = [];
        foreach (ArchivedFile partial in archive.Files.Where(
            file => file is { IsCompressed: false, What.Kind: WalArchiveFileKind.PartialSegment }))
        {
            WalFileName segment = partial.What!.Segment!.Value;
            if (archive.Has(segment))
            {
                await CompareAsync(
                    host, archive, segment, Path.Combine(archive.Directory, partial.Name), partial.Name, isPartial: true, comparisons,
                    cancellationToken).ConfigureAwait(false);
            }
        }

        return comparisons;
    }

    private static async Task<IReadOnlyList<SegmentComparison>> OwnAsync(
        IHost host, WalArchive archive, string walDirectory, IReadOnlyList<WalArchiveFileName> archived,
        CancellationToken cancellationToken)
    {
        List<SegmentComparison> comparisons = [];
        foreach (WalArchiveFileName file in archived.Where(
            file => file.Kind == WalArchiveFileKind.Segment && archive.Has(file.Segment!.Value)))
        {
            string own = Path.Combine(walDirectory, file.ToString());
            await CompareAsync(
                host, archive, file.Segment!.Value, own, own, isPartial: false, comparisons, cancellationToken).ConfigureAwait(false);
        }

        return comparisons;
    }

    private static async Task CompareAsync(
        IHost host, WalArchive archive, WalFileName segment, string otherPath, string other, bool isPartial,
        List<SegmentComparison> comparisons, CancellationToken cancellationToken)
    {
        byte[]? content = await host.ReadFileAsync(
            Path.Combine(archive.Directory, segment.ToString()), cancellationToken).ConfigureAwait(false);
        byte[]? otherContent = await host.ReadFileAsync(otherPath, cancellationToken).ConfigureAwait(false);
        // A file may be missing: a server may recycle an archived segment at any moment, and a compressed one has another name.
        if (content is not null && otherContent is not null)
        {
            int shared = isPartial ? archive.LengthAtFork(segment) : archive.SegmentSize.Bytes;
            comparisons.Add(SegmentComparison.Of(segment.ToString(), content, other, otherContent, isPartial, shared));
        }
    }
}
