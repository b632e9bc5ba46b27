using System.Text;
using PgHa.Engine.Machines;

namespace PgHa.Engine.Archiving;

/// <summary>Looks at what is in an archive.</summary>
internal static class ArchiveReader
{
    /// <summary>The same for a directory of a host's own machine.</summary>
    /// <exception cref="PgHaException"><c>ArchiveDirectoryNotFound</c>.</exception>
    public static Task<WalArchive> ReadAsync(
        IHost host, string directory, SystemIdentifier? system, CancellationToken cancellationToken) =>
        ReadAsync(new HostArchiveFiles(host, directory), system, cancellationToken);

    /// <summary>Reads names and sizes, the first page of each segment and the histories of timelines.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="system">The system it should be of, where it is known.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="PgHaException"><c>ArchiveDirectoryNotFound</c>.</exception>
    public static async Task<WalArchive> ReadAsync(
        IArchiveFiles archive, SystemIdentifier? system, CancellationToken cancellationToken)
    {
        IReadOnlyList<ArchiveEntry> entries = await archive.ListAsync(withContent: true, cancellationToken).ConfigureAwait(false)
            ?? throw new PgHaException(
                ErrorIds.ArchiveDirectoryNotFound, PgHaErrorKind.NotFound,
                $"There is no archive directory '{archive.Location}', as {archive.UserName} sees it.",
                "Name the directory that the archive_command fills (Get-PgArchiveStatus).");
        List<ArchivedFile> files = [];
        Dictionary<TimelineId, string> histories = [];
        foreach (ArchiveEntry entry in entries.Where(entry => !entry.IsDirectory))
        {
            ArchivedFile file = new(entry.Name, entry.Length, entry.ModifiedAt);
            if (entry.Content is { } content)
            {
                if (file.What is { Kind: WalArchiveFileKind.TimelineHistory } what)
                    histories[what.Timeline] = Encoding.UTF8.GetString(content);
                else
                    file = file with { Header = WalSegmentHeader.TryRead(content) };
            }

            files.Add(file);
        }

        return new WalArchive(archive.Directory, files, histories, system) { Location = archive.Location };
    }
}
