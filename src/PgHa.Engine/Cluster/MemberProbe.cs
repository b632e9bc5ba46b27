using PgHa.Engine.Management;
using PgHa.Engine.Recovery;
using PgHa.Engine.Replication;

namespace PgHa.Engine.Cluster;

/// <summary>Asks the servers of a cluster for their status, and reads from their files what they do not tell by SQL.</summary>
internal sealed class MemberProbe
{
    private readonly EngineContext _context;
    private readonly ManagementReader _management;

    public MemberProbe(EngineContext context) => (_context, _management) = (context, new ManagementReader(context));

    /// <summary>Asks the servers in parallel. A server that is down does not affect the answers of the others.</summary>
    public async Task<IReadOnlyList<MemberAnswer>> AskAsync(IReadOnlyList<PgInstance> servers, CancellationToken cancellationToken)
    {
        // While they answer, their machines show who manages them.
        Task<HostLook[]> looks = Task.WhenAll(servers.Select(server => _management.LookAsync(server, cancellationToken)));
        ReplicationStatusAnswer[] answers = await ReplicationStatusReader.AskAllAsync(
            _context, servers, cancellationToken).ConfigureAwait(false);
        MemberAnswer[] members = await Task.WhenAll(
            answers.Select(answer => WithFilesAsync(answer, cancellationToken))).ConfigureAwait(false);
        return
        [
            .. members.Zip(await looks.ConfigureAwait(false), (member, look) =>
                member with { Management = ManagementReader.Decide(look, member.Status?.ManagementSigns) }),
        ];
    }

    private async Task<MemberAnswer> WithFilesAsync(ReplicationStatusAnswer answer, CancellationToken cancellationToken)
    {
        var member = new MemberAnswer(answer.Instance) { Status = answer.Status, Failure = answer.Failure };
        if (answer.Instance.DataDirectory is not { } directory)
            return member;
        if (answer.Status?.SystemIdentifier is null)
        {
            member = member with
            {
                KnownIdentifier = await new MachineMembers(_context, answer.Instance.Machine).IdentifierAsync(
                    directory, cancellationToken).ConfigureAwait(false),
            };
        }

        return answer.Status is
        {
            Role: ServerRole.Standby,
            Receiver: null or { HasUpstream: null } or { RestoreCommand: null, HasRestoreCommand: null }
        } status
            ? member with { Status = await WithFilesAsync(status, cancellationToken).ConfigureAwait(false) }
            : member;
    }

    // A standby that is not streaming tells where its WAL comes from only by SQL, and only in PostgreSQL 12 and newer.
    private async Task<ReplicationStatus> WithFilesAsync(ReplicationStatus status, CancellationToken cancellationToken)
    {
        try
        {
            RecoveryConfiguration files = await new RecoverySettings(_context).GetAsync(
                status.Server, cancellationToken).ConfigureAwait(false);
            ReceiverStatus receiver = status.Receiver ?? new ReceiverStatus();
            return status with
            {
                Receiver = receiver with
                {
                    HasUpstream = receiver.HasUpstream ?? files.UpstreamHost is not null,
                    HasRestoreCommand = receiver.HasRestoreCommand ?? files.RestoreCommand is not null,
                    RestoreCommand = receiver.RestoreCommand ?? (files.RestoreCommand is { } command ? Secrets.Redact(command) : null),
                    ConnectionString = receiver.ConnectionString ?? files.PrimaryConninfo,
                    SenderHost = receiver.SenderHost ?? (files.Upstream?.Contains(',') == true ? null : files.UpstreamHost),
                    SenderPort = receiver.SenderPort ?? files.UpstreamPort,
                    ApplicationName = receiver.ApplicationName ?? files.ApplicationName,
                    SlotName = receiver.SlotName ?? files.SlotName,
                    ApplyDelay = receiver.ApplyDelay ?? files.ApplyDelay,
                },
            };
        }
        catch (Exception e) when (e is PgHaException or MalformedTextException)
        {
            _context.Log.Detail($"{status.Server}: its files do not say where its WAL comes from: {e.Message}");
            return status;
        }
    }
}
