using System.Globalization;
using PgHa.Engine.Instances;
using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Cloning;

/// <summary>The data directory of a clone, and the directory beside it in which the clone is made.</summary>
/// <remarks>
/// Only a complete clone gets the real name, by one rename. So a directory under the other name is either being made at this
/// moment, or was left by a program that was killed. PgHa removes the latter. If the data directory is a mount point, the other
/// directory is inside it (see <see cref="DirectoryPlace"/>).
/// </remarks>
internal sealed class CloneTarget
{
    // The cancellation that stopped a clone must not stop the removal of its files.
    private static readonly TimeSpan CleaningTime = TimeSpan.FromSeconds(60);

    private readonly IHost _host;
    private readonly DirectoryPlace _place;

    private CloneTarget(IHost host, string directory, DirectoryPlace place) => (_host, Directory, _place) = (host, directory, place);

    /// <summary>Looks at a directory, which need not exist.</summary>
    public static async Task<CloneTarget> AtAsync(IHost host, string directory, CancellationToken cancellationToken)
    {
        directory = HostPath.TrimEnd(directory);
        return new CloneTarget(host, directory, await DirectoryPlace.AtAsync(host, directory, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>The clone's data directory.</summary>
    public string Directory { get; }

    /// <summary>Where it is made.</summary>
    public string Incomplete => _place.Beside(NewDataDirectory.IncompleteSuffix);

    /// <summary>The last step in words, for the plan: it makes the complete clone the data directory.</summary>
    public string LastStep => _place switch
    {
        { IsMountPoint: true } => $"Move what is in it up into '{Directory}', which is a mount point and cannot be replaced",
        { IsLink: true } => $"Rename it to '{_place.Real}', where the link '{Directory}' leads",
        _ => $"Rename it to '{Directory}'",
    };

    /// <summary>
    /// The directory of the password file, which exists only during the copying. The server's user may write no file beside the clone
    /// where the parent is root's.
    /// </summary>
    public string PassDirectory => Incomplete + ".pgpass";

    /// <summary>The password file.</summary>
    public string PassFile => HostPath.Combine(PassDirectory, "pgpass");

    /// <summary>Makes sure that the directory is missing or empty.</summary>
    /// <exception cref="PgHaException"><c>DirectoryNotEmpty</c>, <c>NotADirectory</c>.</exception>
    public async Task RequireFreeAsync(CancellationToken cancellationToken)
    {
        if (_place.IsMountPoint)
            await RequireUsableMountPointAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<string>? names = await _place.NamesAsync(cancellationToken).ConfigureAwait(false);
        if (names is { Count: > 0 })
        {
            throw new PgHaException(
                ErrorIds.DirectoryNotEmpty,
                PgHaErrorKind.AlreadyExists,
                $"'{Directory}' is not empty: {await DescribeAsync(names, cancellationToken).ConfigureAwait(false)}.",
                "Name another directory, or remove this one first. PgHa never writes over one.");
        }

        if (names is null && await _host.StatAsync(_place.Real, cancellationToken).ConfigureAwait(false) is not null)
        {
            throw new PgHaException(
                ErrorIds.NotADirectory, PgHaErrorKind.AlreadyExists,
                $"'{Directory}' is no directory.", "Name a directory that does not exist yet.");
        }
    }

    // A mount point cannot be replaced by a rename. Everything that could stop the last step has to be known before the first.
    private async Task RequireUsableMountPointAsync(CancellationToken cancellationToken)
    {
        if (await _host.StatAsync(_place.Real, cancellationToken).ConfigureAwait(false) is { Owner: { } owner } && owner != _host.UserName)
        {
            throw new PgHaException(
                ErrorIds.NotDirectoryOwner, PgHaErrorKind.PermissionDenied,
                $"'{Directory}' is a mount point that belongs to {owner}, and {_host.UserName} is to write there.",
                $"Give it to that user, as in: chown {_host.UserName} {ShellQuoting.Quote(_place.Real)}");
        }

        if (await _place.InterruptedAsync(cancellationToken).ConfigureAwait(false) is { } interrupted)
        {
            throw new PgHaException(
                ErrorIds.DirectoryNotEmpty, PgHaErrorKind.AlreadyExists,
                $"'{Directory}' is not empty: it is a mount point in which a complete directory was being moved into place, "
                + $"which was interrupted; the rest of it is in '{interrupted}'.",
                "Repair-PgStandby brings the move to its end. If nobody needs what is there, empty the directory.");
        }
    }

    // What a user should know before deleting the directory.
    private async Task<string> DescribeAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        if (!names.Contains("PG_VERSION"))
            return $"it holds {string.Join(", ", names.Take(3))}{(names.Count > 3 ? " …" : "")}";
        string owner = names.Contains(PostmasterProbe.FileName) ? "a server that runs, or has crashed," : "a stopped server";
        try
        {
            ControlData control = await ControlFile.ReadAsync(_host, Directory, cancellationToken).ConfigureAwait(false);
            return $"it is the data directory of {owner} of system {control.SystemIdentifier}";
        }
        catch (PgHaException)
        {
            return $"it is the data directory of {owner}";
        }
    }

    /// <summary>Whether a clone that was killed left something to remove.</summary>
    /// <exception cref="PgHaException"><c>CloneInProgress</c>: a <c>pg_basebackup</c> writes there at this moment.</exception>
    public async Task<bool> HasLeftoverAsync(CancellationToken cancellationToken)
    {
        if (await _host.StatAsync(Incomplete, cancellationToken).ConfigureAwait(false) is null)
            return false;

        if (await NewDataDirectory.WriterOfAsync(_host, Incomplete, cancellationToken).ConfigureAwait(false) is { } writer)
        {
            throw new PgHaException(
                ErrorIds.CloneInProgress,
                PgHaErrorKind.AlreadyExists,
                $"Process {writer.Id} is cloning into '{Directory}' at this moment.",
                "Wait for it, or end it and try again.");
        }

        return true;
    }

    /// <summary>Makes sure that a source's data fit on the file system.</summary>
    /// <exception cref="PgHaException"><c>DiskTooSmall</c>.</exception>
    public async Task RequireSpaceAsync(PgInstance source, long size, CancellationToken cancellationToken)
    {
        long? free = await _host.FreeSpaceAsync(_place.Real, cancellationToken).ConfigureAwait(false);
        if (free >= size || free is null)
            return;
        throw new PgHaException(
            ErrorIds.DiskTooSmall, PgHaErrorKind.InvalidState,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{source} has {size >> 20} MB of data, and the file system of '{Directory}' has {free >> 20} MB free."),
            "Make room, or copy to another file system.",
            source.ToString());
    }

    /// <summary>Makes the complete clone the data directory.</summary>
    public Task TakePlaceAsync(CancellationToken cancellationToken) => _place.MoveInAsync(Incomplete, cancellationToken);

    /// <summary>Undoes <see cref="TakePlaceAsync"/>.</summary>
    public Task LeavePlaceAsync(CancellationToken cancellationToken) => _place.MoveOutAsync(Incomplete, cancellationToken);

    /// <summary>Removes the unfinished clone.</summary>
    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        await _host.DeleteDirectoryAsync(Incomplete, cancellationToken).ConfigureAwait(false);
        await _host.DeleteDirectoryAsync(PassDirectory, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes what a killed clone has left.</summary>
    /// <exception cref="PgHaException"><c>CloneInProgress</c>.</exception>
    public async Task RemoveLeftoverAsync(IEngineLog log, CancellationToken cancellationToken)
    {
        if (!await HasLeftoverAsync(cancellationToken).ConfigureAwait(false))
            return;
        log.Milestone($"Removing '{Incomplete}', left behind by a clone that was killed.");
        await RemoveAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes the unfinished clone after a failure. If that fails too, the first failure stays visible.</summary>
    /// <param name="log">The log that gets a warning if the clone cannot be removed.</param>
    /// <param name="tablespaces">The clone's directories outside its data directory.</param>
    public async Task CleanAsync(IEngineLog log, IReadOnlyList<string> tablespaces)
    {
        using CancellationTokenSource deadline = new(CleaningTime);
        try
        {
            await RemoveAsync(deadline.Token).ConfigureAwait(false);
            foreach (string directory in tablespaces)
                await _host.DeleteDirectoryAsync(directory, deadline.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is PgHaException or OperationCanceledException)
        {
            // The failure that led here says more than this one.
            log.Warn($"What was copied to '{Incomplete}' could not be removed: {e.Message}");
        }
    }
}
