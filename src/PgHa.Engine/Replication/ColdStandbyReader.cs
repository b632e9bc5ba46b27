using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Replication;

/// <summary>Reads the status of a standby without SQL on its host: control file, server state and process titles.</summary>
/// <remarks>
/// The control file changes only at restartpoints. The title of the startup process names the WAL file that it replays or waits
/// for, so everything before that file has been replayed.
/// </remarks>
internal static class ColdStandbyReader
{
    /// <summary>The status; <see langword="null"/> if the server answers no SQL because it is starting or stopping.</summary>
    public static async Task<ReplicationStatus?> ReadAsync(EngineContext context, PgInstance instance, CancellationToken cancellationToken)
    {
        IHost host = await context.HostOfAsync(instance, cancellationToken).ConfigureAwait(false);
        PostmasterPid? pidFile = await new PostmasterProbe(host, instance.DataDirectory!)
            .ReadAsync(cancellationToken).ConfigureAwait(false);
        // In PostgreSQL 9.6 the file does not contain the state.
        if (pidFile?.Status is PostmasterStatus.Starting or PostmasterStatus.Stopping)
            return null;

        ControlData control = await ControlFile.ReadAsync(host, instance, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<ServerProcess> processes = await ServerProcesses.OfHostAsync(host, instance, cancellationToken).ConfigureAwait(false);
        ServerProcess? startup = processes.FirstOrDefault(process => process.Kind == "startup");
        ServerProcess? receiver = processes.FirstOrDefault(process => process.Kind == "walreceiver");
        Lsn? replayed = startup?.WalFile?.StartLsn(control.WalSegmentSize);
        return new ReplicationStatus
        {
            Server = instance,
            Role = ServerRole.Standby,
            State = ServerState.StandbyWithoutSql,
            SystemIdentifier = control.SystemIdentifier,
            Timeline = startup?.WalFile?.Timeline ?? control.Timeline,
            CurrentLsn = replayed,
            Receiver = new ReceiverStatus
            {
                // The title has no activity before the first byte arrives.
                State = receiver is { Activity.Length: > 0 } ? receiver.Activity.Split(' ')[0] : null,
                ProcessId = receiver?.Id,
                ReceivedLsn = receiver?.Lsn,
                ReplayedLsn = replayed,
                WalFile = startup?.WalFile?.ToString(),
            },
        };
    }
}
