using System.Globalization;

namespace PgHa;

/// <summary>Why a standby does not have all that its primary has, as the standby sees it.</summary>
internal static class StandbyDiagnosis
{
    public static IEnumerable<ReplicationFinding> Of(ReplicationStatus status, ReplicationStatus? upstream)
    {
        if (status.Receiver is not { } receiver)
            yield break;

        if (receiver is { IsStreaming: false, HasUpstream: true })
        {
            yield return OfMissingStream(status, receiver, upstream);
        }
        else if (receiver is { IsStreaming: false, HasRestoreCommand: not false } && LagDiagnosis.IsSignificant(status.LagBytes))
        {
            yield return Finding(
                status, ReplicationFindingCause.WaitingForArchive,
                $"waits for {receiver.WalFile ?? "the next WAL file"} from its archive, {ByteSize.Format(status.LagBytes!.Value)} behind");
        }

        if (receiver.IsReplayPaused)
        {
            yield return Finding(status, ReplicationFindingCause.ReplayPaused, $"has its replay paused{NotReplayed(receiver)}");
        }
        else if (receiver.ApplyDelay > TimeSpan.Zero)
        {
            yield return Finding(
                status, ReplicationFindingCause.ReplayDelayed,
                $"replays {LagDiagnosis.Describe(receiver.ApplyDelay.Value)} late on purpose{NotReplayed(receiver)}");
        }
        else if (LagDiagnosis.IsSignificant(receiver.ReplayLagBytes, status.LagTime))
        {
            yield return Finding(status, ReplicationFindingCause.ReplaySlow, $"replays slowly{NotReplayed(receiver)}");
        }

        if (receiver.IsStreaming == true
            && receiver.SenderLsn - receiver.ReceivedLsn is { } notReceived
            && LagDiagnosis.IsSignificant(notReceived))
        {
            yield return Finding(
                status, ReplicationFindingCause.ReceivingSlow,
                $"receives slowly, {ByteSize.Format(notReceived)} behind its upstream");
        }
    }

    private static ReplicationFinding OfMissingStream(ReplicationStatus status, ReceiverStatus receiver, ReplicationStatus? upstream)
    {
        string from = receiver.SenderHost is { } host ? Address(host, receiver.SenderPort ?? PgInstance.DefaultPort) : Listed(receiver);
        if (receiver.SlotName is { } name && upstream is not null)
        {
            if (upstream.Slots.FirstOrDefault(slot => slot.Name == name) is not { } slot)
            {
                return Finding(
                    status, ReplicationFindingCause.SlotMissing,
                    $"cannot stream: there is no slot '{name}' on {upstream.Server}");
            }

            if (slot.WalStatus == SlotWalStatus.Lost || slot.InvalidationReason is not null)
            {
                return Finding(
                    status, ReplicationFindingCause.SlotLost,
                    $"cannot stream: slot '{name}' on {upstream.Server} is lost, and WAL with it");
            }
        }

        return Finding(status, ReplicationFindingCause.NotStreaming, $"does not stream from {from}: see its log (Get-PgServerLog)");
    }

    // primary_conninfo may name several hosts, of which the server takes the first that answers.
    private static string Listed(ReceiverStatus receiver)
    {
        ConnectionSettings? conninfo = receiver.ConnectionString is { Length: > 0 } text ? ConnectionSettings.Parse(text) : null;
        return conninfo is { HasSeveralHosts: true }
            ? string.Join(" or ", conninfo.Hosts.Select(other => Address(other.Host, other.Port)))
            : "its upstream";
    }

    private static string Address(string host, int port) => string.Create(CultureInfo.InvariantCulture, $"{host}:{port}");

    private static string NotReplayed(ReceiverStatus receiver) =>
        receiver.ReplayLagBytes is > 0 and { } bytes ? $", {ByteSize.Format(bytes)} received and not replayed" : "";

    private static ReplicationFinding Finding(ReplicationStatus status, ReplicationFindingCause cause, string what) =>
        new(cause, status.Server.Name, $"{status.Server.Name} {what}");
}
