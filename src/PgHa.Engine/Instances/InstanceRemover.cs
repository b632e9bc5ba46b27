using PgHa.Engine.Configuration;
using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Instances;

/// <summary>Removes a server's files, but only if its directory is provably a PostgreSQL data directory.</summary>
public sealed class InstanceRemover
{
    // If one of these is missing, the directory is no data directory, or it is damaged and a person should look at it first.
    private static readonly string[] Expected = [DataDirectoryVersion.FileName, "base", "global", "pg_tblspc"];

    private static readonly TimeSpan LogCollectorEnds = TimeSpan.FromMilliseconds(400);

    private readonly EngineContext _context;

    /// <summary>Works in a context.</summary>
    public InstanceRemover(EngineContext context) => _context = context;

    /// <summary>
    /// Removes the data directory, tablespaces and WAL outside it, and the remains of an interrupted clone or initdb beside it.
    /// </summary>
    /// <remarks>A mount point is emptied; a symbolic link is removed with the directory it leads to.</remarks>
    /// <param name="instance">The server.</param>
    /// <param name="stopFirst">Stops it if it runs; otherwise a running server is refused.</param>
    /// <param name="cancellationToken">Cancels before anything is deleted.</param>
    /// <exception cref="PgHaException">
    /// <c>InstanceRunning</c>, <c>NotADataDirectory</c>, or <c>ConfigurationElsewhere</c>: a cluster of Debian's tools.
    /// </exception>
    public async Task RemoveAsync(PgInstance instance, bool stopFirst, CancellationToken cancellationToken)
    {
        IHost host = await _context.HostOfAsync(instance, cancellationToken).ConfigureAwait(false);
        string directory = HostPath.TrimEnd(instance.DataDirectory!);
        DirectoryPlace place = await DirectoryPlace.AtAsync(host, directory, cancellationToken).ConfigureAwait(false);
        string incomplete = place.Beside(NewDataDirectory.IncompleteSuffix);
        // An earlier removal was interrupted while it moved the entries of a mount point.
        if (await place.InterruptedAsync(cancellationToken).ConfigureAwait(false) is { } interrupted)
            await place.FinishAsync(interrupted).ConfigureAwait(false);
        IReadOnlyList<string>? names = await place.NamesAsync(cancellationToken).ConfigureAwait(false);
        if (names is { Count: > 0 })
        {
            await RequireDataDirectoryAsync(host, directory, names, cancellationToken).ConfigureAwait(false);
            await RequireStoppedAsync(instance, stopFirst, cancellationToken).ConfigureAwait(false);
            IReadOnlyList<string> elsewhere = await new ExternalDirectories(_context, host, directory).FindAsync(
                instance, cancellationToken).ConfigureAwait(false);
            // The directory gets this name first. So after an interruption nothing is left that looks like a server.
            await host.DeleteDirectoryAsync(incomplete, cancellationToken).ConfigureAwait(false);
            await place.MoveOutAsync(incomplete, cancellationToken).ConfigureAwait(false);
            foreach (string path in elsewhere)
            {
                _context.Log.Step($"Removing '{path}'");
                await host.DeleteDirectoryAsync(path, CancellationToken.None).ConfigureAwait(false);
            }
        }

        _context.Log.Step(names is null ? $"'{directory}' is not there" : $"Removing '{directory}'");
        if (names is { Count: 0 } && !place.IsMountPoint)
            await host.DeleteDirectoryAsync(place.Real, cancellationToken).ConfigureAwait(false);
        await DeleteAsync(host, incomplete).ConfigureAwait(false);
        if (place.IsMountPoint)
            _context.Log.Step($"'{directory}' is a mount point, and stays");
        else if (place.IsLink)
            await host.DeleteFileAsync(directory, CancellationToken.None).ConfigureAwait(false);
    }

    private static async Task RequireDataDirectoryAsync(
        IHost host, string directory, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        string[] missing = [.. Expected.Except(names)];
        if (missing.Length > 0
            || await host.StatAsync(HostPath.Combine(directory, "global", "pg_control"), cancellationToken).ConfigureAwait(false) is null)
        {
            throw new PgHaException(
                ErrorIds.NotADataDirectory, PgHaErrorKind.Refused,
                $"'{directory}' is not removed, because it does not look like a PostgreSQL data directory: "
                    + $"{(missing.Length > 0 ? string.Join(", ", missing) : "global/pg_control")} is missing.",
                "If you are sure, delete it yourself.");
        }

        string main = await ConfigurationLocation.FindAsync(host, directory, names, cancellationToken).ConfigureAwait(false);
        if (!names.Contains(ServerConfiguration.MainFileName)
            || await ConfigurationLocation.IsOutsideAsync(host, main, directory, cancellationToken).ConfigureAwait(false))
        {
            throw new PgHaException(
                ErrorIds.ConfigurationElsewhere, PgHaErrorKind.Refused,
                $"'{directory}' is not removed, because its configuration is kept elsewhere and would be left behind.",
                "A cluster of Debian's packages is removed by pg_dropcluster.");
        }
    }

    private async Task RequireStoppedAsync(PgInstance instance, bool stopFirst, CancellationToken cancellationToken)
    {
        var control = new InstanceControl(_context);
        InstanceStatus status = await control.GetStatusAsync(instance, cancellationToken).ConfigureAwait(false);
        if (!status.HasProcess)
            return;
        if (!stopFirst)
        {
            throw new PgHaException(
                ErrorIds.InstanceRunning, PgHaErrorKind.Refused, $"{instance} runs (process {status.Pid?.ProcessId}) and is not removed.",
                "Stop it first, or use -Force.", instance.ToString());
        }

        // The files need no shutdown checkpoint. But a fast stop sends the last WAL to the connected standbys.
        await control.StopAsync(instance, StopMode.Fast, cancellationToken).ConfigureAwait(false);
    }

    // The log collector ends shortly after the server, and may create a file in a directory that is being emptied.
    private static Task DeleteAsync(IHost host, string directory)
    {
        PgHaException? notEmpty = null;
        return Poll.UntilAsync(
            async () =>
            {
                try
                {
                    await host.DeleteDirectoryAsync(directory, CancellationToken.None).ConfigureAwait(false);
                    return true;
                }
                catch (PgHaException e) when (e.ErrorId == ErrorIds.DirectoryNotEmpty)
                {
                    notEmpty = e;
                    return false;
                }
            },
            TimeSpan.FromMilliseconds(100), Deadline.In(LogCollectorEnds), () => notEmpty!, CancellationToken.None);
    }
}
