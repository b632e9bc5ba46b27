using PgHa.Engine.Hosts;
using PgHa.Engine.Instances;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Replication;

/// <summary>What the host knows of a standby that answers no SQL: its control file, its state, its processes' titles.</summary>
/// <remarks>
/// The control file moves at restartpoints only; the startup process's title names the WAL file it replays or waits
/// for, so everything before that file has been replayed.
/// </remarks>
internal static class ColdStandbyReader
{
    /// <summary>The standby's status; <see langword="null"/> if the server is no standby without SQL, but starting or stopping.</summary>
    public static async Task<ReplicationStatus?> ReadAsync(EngineContext context, PgInstance instance, CancellationToken cancellationToken)
    {
        IHost host = await context.HostOfAsync(instance, cancellationToken).ConfigureAwait(false);
        PostmasterPid? pidFile = await new PostmasterProbe(host, instance.DataDirectory!).ReadAsync(cancellationToken).ConfigureAwait(false);
        // Before 10 there is no state in the file.
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
                // Before its first byte it has nothing to say.
                State = receiver is { Activity.Length: > 0 } ? receiver.Activity.Split(' ')[0] : null,
                ProcessId = receiver?.Id,
                ReceivedLsn = receiver?.Lsn,
                ReplayedLsn = replayed,
                WalFile = startup?.WalFile?.ToString(),
            },
        };
    }
}
