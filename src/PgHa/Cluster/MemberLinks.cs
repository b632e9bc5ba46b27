namespace PgHa;

/// <summary>The rows of all <c>pg_stat_replication</c> of a cluster, each of which belongs to one standby.</summary>
internal sealed class MemberLinks(IEnumerable<ReplicationStatus> statuses)
{
    private readonly List<StandbyStatus> _rows =
    [
        // Logical subscribers have a row too, by a logical slot.
        .. statuses.SelectMany(status => status.Standbys.Where(row =>
            !status.Slots.Any(slot => slot.Name == row.SlotName && slot.Type == ReplicationSlotType.Logical))),
    ];

    /// <summary>The rows that are no known member's.</summary>
    public IReadOnlyList<StandbyStatus> Unclaimed => _rows;

    /// <summary>The row of a standby, which is nobody else's from now on; <see langword="null"/> if it is not connected.</summary>
    /// <param name="status">What the standby says of itself, if it does.</param>
    /// <param name="applicationName">The name it should be known by.</param>
    public StandbyStatus? Claim(ReplicationStatus? status, string applicationName)
    {
        if (status?.Role == ServerRole.Primary)
            return null;
        StandbyStatus[] fitting =
        [
            .. _rows.Where(row => row.ApplicationName == applicationName
                    && row.State != "backup"
                    && (status?.Upstream is null || row.Upstream == status.Upstream)
                    && row.Upstream != status?.Server)
                // Several standbys of one name are told apart by their slots at best.
                .OrderByDescending(row => row.SlotName == status?.Receiver?.SlotName),
        ];
        if (fitting is [])
            return null;
        _rows.Remove(fitting[0]);
        return fitting[0];
    }
}
