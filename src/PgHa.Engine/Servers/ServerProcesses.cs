using PgHa.Engine.Machines;

namespace PgHa.Engine.Servers;

/// <summary>The processes of a server: from its host if PgHa has access to it, even without SQL; otherwise by SQL.</summary>
public static class ServerProcesses
{
    /// <summary>The processes, the postmaster first.</summary>
    /// <exception cref="PgHaException">
    /// <c>ServerNotRunning</c>: no server runs on the data directory;
    /// <c>VersionNotSupported</c>: SQL shows the processes only in PostgreSQL 10 and newer.
    /// </exception>
    public static async Task<IReadOnlyList<ServerProcess>> GetAsync(
        EngineContext context, PgInstance instance, CancellationToken cancellationToken)
    {
        if (instance.DataDirectory is null)
            return await ServerProcessQuery.RunAsync(context, instance, cancellationToken).ConfigureAwait(false);

        IHost host = await context.HostOfAsync(instance, cancellationToken).ConfigureAwait(false);
        return await OfHostAsync(host, instance, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The postmaster on a data directory and its children, as the host lists them.</summary>
    internal static async Task<IReadOnlyList<ServerProcess>> OfHostAsync(
        IHost host, PgInstance instance, CancellationToken cancellationToken)
    {
        PostmasterPid? pidFile = await new PostmasterProbe(host, instance.DataDirectory!)
            .ReadAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<HostProcess> all = await host.ListProcessesAsync(cancellationToken).ConfigureAwait(false);
        // A crashed server leaves postmaster.pid behind, and another process may have its number by now.
        if (pidFile is null
            || all.FirstOrDefault(
                process => process.Id == pidFile.ProcessId && PostmasterCommand.IsPostmaster(process)) is not { } postmaster)
        {
            throw new PgHaException(
                ErrorIds.ServerNotRunning, PgHaErrorKind.InvalidState,
                $"{instance} is not running: there is no server on '{instance.DataDirectory}'.",
                "Start it with Start-PgInstance.", instance.ToString());
        }

        return
        [
            new ServerProcess { Server = instance, Id = postmaster.Id, Kind = "postmaster", Title = postmaster.CommandLine },
            .. all.Where(process => process.ParentId == postmaster.Id)
                .OrderBy(process => process.Id)
                .Select(process => Describe(instance, process)),
        ];
    }

    // On Windows processes have no titles, so the kind of a child process is not known.
    private static ServerProcess Describe(PgInstance instance, HostProcess process) =>
        ProcessTitle.Parse(process.CommandLine) is { } title
            ? new ServerProcess
            {
                Server = instance,
                Id = process.Id,
                Kind = title.Kind,
                Activity = title.Activity,
                UserName = title.UserName,
                Database = title.Database,
                Client = title.Client,
                WalFile = title.WalFile,
                Lsn = title.Lsn,
                Title = process.CommandLine,
            }
            : new ServerProcess { Server = instance, Id = process.Id, Kind = "unknown", Title = process.CommandLine };
}
