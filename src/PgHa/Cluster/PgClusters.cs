using System.Globalization;

namespace PgHa;

/// <summary>Makes a cluster from the reports of its servers.</summary>
public static class PgClusters
{
    private const string SlotlessReceiver = "pg_receivewal";

    /// <summary>Combines the answers of one cluster's servers.</summary>
    /// <param name="answers">The answers, one for each server; with a definition, in its order.</param>
    /// <param name="observedAt">When they were asked.</param>
    /// <param name="definition">The definition they were asked by.</param>
    public static PgCluster Of(IReadOnlyList<MemberAnswer> answers, DateTimeOffset observedAt, ClusterDefinition? definition = null)
    {
        IReadOnlyList<string> names = MemberNames.Of(answers);
        ReplicationStatus?[] statuses = Relate(answers, names);
        SystemIdentifier? system = SystemOf(answers);
        string name = definition?.Name ?? SharedName(statuses) ?? system?.ToString() ?? "unknown";

        List<PgClusterMember> members = [];
        var links = new MemberLinks(statuses.OfType<ReplicationStatus>());
        for (int i = 0; i < answers.Count; i++)
            members.Add(Member(name, names[i], answers[i], statuses[i], links));
        NameUpstreams(members, statuses, answers);
        foreach (StandbyStatus row in links.Unclaimed.Where(IsStandby))
            members.Add(Unseen(name, row, members));
        NameArchives(members);

        var cluster = new PgCluster
        {
            Name = name,
            SystemIdentifier = system,
            Members = definition is null ? InTreeOrder(members) : members,
            Definition = definition,
            ObservedAt = observedAt,
        };
        return cluster with
        {
            Findings =
            [
                .. ClusterChecks
                    .Run(new ClusterObservation(cluster, [.. cluster.Members.Select(member => new MemberObservation(member))]))
                    .Where(finding => finding.Severity > FindingSeverity.Information),
            ],
        };
    }

    // The findings name a server as its status does, so the status gets the server's name first.
    private static ReplicationStatus?[] Relate(IReadOnlyList<MemberAnswer> answers, IReadOnlyList<string> names)
    {
        ReplicationStatus?[] named = [.. answers.Select((answer, i) => answer.Status?.WithServer(answer.Server with { Name = names[i] }))];
        var related = new Queue<ReplicationStatus>(ReplicationStatuses.Relate([.. named.OfType<ReplicationStatus>()]));
        for (int i = 0; i < named.Length; i++)
        {
            // A standby that could report nothing itself has a status if its upstream reported it.
            if (named[i] is not null && related.Dequeue() is var status)
                named[i] = answers[i].Failure is null || status.Upstream is not null ? status : null;
        }

        return named;
    }

    // The definition's primary decides, so that a server of another cluster at a standby's address counts as the foreign one.
    private static SystemIdentifier? SystemOf(IReadOnlyList<MemberAnswer> answers) =>
        answers.FirstOrDefault(answer => answer is { Node.Kind: NodeKind.Primary, Status.Role: ServerRole.Primary })?.SystemIdentifier
        ?? answers.Select(answer => answer.SystemIdentifier).OfType<SystemIdentifier>()
            .GroupBy(identifier => identifier).OrderByDescending(same => same.Count()).FirstOrDefault()?.Key;

    // cluster_name may be the name of a node, or Debian's default (such as 17/main): neither names the cluster.
    private static string? SharedName(ReplicationStatus?[] statuses)
    {
        string?[] names =
        [
            .. statuses.OfType<ReplicationStatus>()
                .Where(status => status.State == ServerState.Running)
                .Select(status => status.ClusterName),
        ];
        return names.Length > 1 && names.Distinct().ToArray() is [{ } only] && !only.EndsWith("/main", StringComparison.Ordinal)
            ? only
            : null;
    }

    private static PgClusterMember Member(string cluster, string name, MemberAnswer answer, ReplicationStatus? status, MemberLinks links)
    {
        StandbyStatus? link = links.Claim(status, status?.Receiver?.ApplicationName ?? answer.Node?.ApplicationName ?? name);
        return new PgClusterMember
        {
            Cluster = cluster,
            Name = name,
            Server = answer.Server with { Name = name },
            Node = answer.Node,
            Management = answer.Management,
            Kind = KindOf(status, link),
            State = StateOf(status, link, answer.Failure),
            ArchiveDirectory = status is { ArchiveMode: not null } ? ArchiveLocation.OfArchiveCommand(status.ArchiveCommand) : null,
            RestoreFrom = ArchiveLocation.OfRestoreCommand(status?.Receiver?.RestoreCommand),
            Status = status,
            Link = link,
            Error = status is null ? answer.Failure?.Message : null,
            ErrorId = status is null ? answer.Failure?.ErrorId : null,
            SystemIdentifier = status?.SystemIdentifier ?? answer.SystemIdentifier,
        };
    }

    private static PgClusterMember Unseen(string cluster, StandbyStatus row, List<PgClusterMember> members) => new()
    {
        Cluster = cluster,
        Name = row.ApplicationName.Length > 0 && members.All(member => member.Name != row.ApplicationName)
            ? row.ApplicationName
            : string.Create(CultureInfo.InvariantCulture, $"{row.ApplicationName}@{row.Address ?? "local"}:{row.Port ?? row.ProcessId}"),
        Kind = NodeKind.Streaming,
        State = StateOf(null, row, null),
        Upstream = row.Upstream.Name,
        Link = row,
    };

    // A client that takes WAL through a logical slot, for a backup or into an archive is no standby.
    private static bool IsStandby(StandbyStatus row) =>
        row is { IsLogical: false, State: not "backup" }
            && row.ApplicationName is not (SlotlessReceiver or "pg_basebackup" or "pg_recvlogical" or "barman_receive_wal");

    private static NodeKind? KindOf(ReplicationStatus? status, StandbyStatus? link) => status switch
    {
        null => link is null ? null : NodeKind.Streaming,
        { Role: ServerRole.Primary } => NodeKind.Primary,
        { Receiver: { MayStream: true } or { HasUpstream: true } or { HasUpstream: null, SenderHost: not null } } => NodeKind.Streaming,
        { Receiver.HasUpstream: false } or { Receiver.HasRestoreCommand: true } => NodeKind.ArchiveFed,
        _ => link is null ? null : NodeKind.Streaming,
    };

    private static MemberState StateOf(ReplicationStatus? status, StandbyStatus? link, PgHaException? failure)
    {
        if (status is { Role: ServerRole.Primary })
            return MemberState.Running;
        if (link is { State: "startup" or "catchup" })
            return MemberState.CatchingUp;
        if (link is { State: "streaming" } || status is { Receiver.IsStreaming: true })
            return MemberState.Streaming;
        // A role without pg_read_all_stats sees that there is a connection, but not its state.
        if (status is null || link is { State: null } || status.Receiver is { IsStreaming: null })
            return failure is { ErrorId: ErrorIds.ServerUnreachable } ? MemberState.Down : MemberState.Unknown;
        return KindOf(status, link) == NodeKind.ArchiveFed ? MemberState.Restoring : MemberState.NotStreaming;
    }

    private static void NameUpstreams(
        List<PgClusterMember> members, ReplicationStatus?[] statuses, IReadOnlyList<MemberAnswer> answers)
    {
        for (int i = 0; i < statuses.Length; i++)
        {
            string? name = statuses[i]?.Upstream?.Name ?? members[i].Link?.Upstream.Name
                ?? ConfiguredUpstream(members[i], members, answers)?.Name;
            members[i] = members[i] with { Upstream = members[i].Kind == NodeKind.Streaming ? name : null };
        }
    }

    // A server that is down reports nothing that relates it to the standby, so it is found by its address.
    private static PgClusterMember? ConfiguredUpstream(
        PgClusterMember standby, List<PgClusterMember> members, IReadOnlyList<MemberAnswer> answers)
    {
        if (standby.Status?.Receiver is not { SenderHost: { } host } receiver)
            return null;
        for (int i = 0; i < answers.Count; i++)
        {
            if (members[i] != standby && IsAt(answers[i], host, receiver.SenderPort ?? PgInstance.DefaultPort, standby.Server))
                return members[i];
        }

        return null;
    }

    // A loopback address means the machine that it is used on.
    private static bool IsAt(MemberAnswer answer, string host, int port, PgInstance? standby) =>
        answer.Server.Port == port
        && (Loopback.Is(host)
            ? answer.Server.Machine == standby?.Machine && (!answer.Server.Machine.IsThisMachine || Loopback.Is(answer.Server.Host))
            : answer.Server.Host == host || answer.OtherHosts.Contains(host));

    private static void NameArchives(List<PgClusterMember> members)
    {
        for (int i = 0; i < members.Count; i++)
        {
            if (members[i].RestoreFrom is { } directory
                && members.FirstOrDefault(member => member.ArchiveDirectory == directory && member != members[i]) is { } owner)
            {
                members[i] = members[i] with { RestoreFrom = owner.Name };
            }
        }
    }

    private static List<PgClusterMember> InTreeOrder(List<PgClusterMember> members)
    {
        List<PgClusterMember> ordered = [];
        PgClusterMember[] byName =
        [
            .. members.OrderBy(member => member.Role != ServerRole.Primary).ThenBy(member => member.Name, StringComparer.Ordinal),
        ];
        foreach (PgClusterMember root in byName.Where(member => byName.All(other => other.Name != SourceOf(member))))
            Add(root);
        // Standbys that are set up to stream from each other are below no root.
        ordered.AddRange(byName.Except(ordered).ToArray());
        return ordered;

        static string? SourceOf(PgClusterMember member) => member.Upstream ?? member.RestoreFrom;

        void Add(PgClusterMember member)
        {
            ordered.Add(member);
            foreach (PgClusterMember standby in byName.Where(standby => SourceOf(standby) == member.Name))
                Add(standby);
        }
    }
}
