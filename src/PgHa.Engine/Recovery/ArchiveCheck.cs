using PgHa.Engine.Machines;

namespace PgHa.Engine.Recovery;

/// <summary>Makes sure that a standby can restore from an archive, before its configuration says so.</summary>
internal static class ArchiveCheck
{
    /// <summary>Checks that the directory is there, is readable, and has WAL of the standby's own system.</summary>
    /// <exception cref="PgHaException"><c>ArchiveDirectoryNotFound</c>, <c>ForeignSystemIdentifier</c>.</exception>
    public static async Task RequireAsync(
        IHost host, PgInstance standby, string archive, ControlData control, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> names = await host.ListAsync(archive, cancellationToken).ConfigureAwait(false)
            ?? throw new PgHaException(
                "ArchiveDirectoryNotFound", PgHaErrorKind.NotFound,
                $"There is no archive directory '{archive}' on the machine of {standby}.",
                "Name the directory that Enable-PgArchiving fills.", standby.ToString());

        // All files of an archive belong to one system. The newest file is the least likely to be removed in the meantime.
        string? newest = names.LastOrDefault(name => WalFileName.TryParse(name, out _));
        if (newest is null
            || await host.ReadFileHeadAsync(
                Path.Combine(archive, newest), WalSegmentHeader.Length, cancellationToken).ConfigureAwait(false) is not { } segment
            || WalSegmentHeader.TryRead(segment) is not { } header)
        {
            return;
        }

        if (header.SystemIdentifier != control.SystemIdentifier)
            throw UpstreamCheck.ForeignSystem(standby, control.SystemIdentifier, $"the archive '{archive}'", header.SystemIdentifier);
    }
}
