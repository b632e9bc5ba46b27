using System.Text;
using PgHa.Engine.Machines;

namespace PgHa.Engine.Archiving;

/// <summary>Looks at what is in an archive.</summary>
internal static class ArchiveReader
{
    /// <summary>Reads names and sizes, the first page of each segment and the histories of timelines.</summary>
    /// <param name="host">Where the archive is.</param>
    /// <param name="directory">The archive.</param>
    /// <param name="system">The system it should be of, where it is known.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="PgHaException"><c>ArchiveDirectoryNotFound</c>.</exception>
    public static async Task<WalArchive> ReadAsync(
        IHost host, string directory, SystemIdentifier? system, CancellationToken cancellationToken)
    {
        IReadOnlyList<DirectoryEntry> entries = await host.ListEntriesAsync(directory, cancellationToken).ConfigureAwait(false)
            ?? throw new PgHaException(
                ErrorIds.ArchiveDirectoryNotFound, PgHaErrorKind.NotFound,
                    $"There is no archive directory '{directory}' on {host.Description}.",
                "Name the directory that the archive_command fills (Get-PgArchiveStatus).");
        List<ArchivedFile> files = [];
        Dictionary<TimelineId, string> histories = [];
        foreach (DirectoryEntry entry in entries.Where(entry => !entry.Status.IsDirectory))
        {
            ArchivedFile file = new(entry.Name, entry.Status.Length, entry.Status.ModifiedAt);
            string path = Path.Combine(directory, file.Name);
            if (file is { IsCompressed: false, Segment: not null, Length: > 0 }
                && await host.ReadFileHeadAsync(path, WalSegmentHeader.Length, cancellationToken).ConfigureAwait(false) is { } head)
            {
                file = file with { Header = WalSegmentHeader.TryRead(head) };
            }

            if (file is { IsCompressed: false, What: { Kind: WalArchiveFileKind.TimelineHistory } what }
                && await host.ReadFileAsync(path, cancellationToken).ConfigureAwait(false) is { } text)
            {
                histories[what.Timeline] = Encoding.UTF8.GetString(text);
            }

            files.Add(file);
        }

        return new WalArchive(directory, files, histories, system);
    }
}
