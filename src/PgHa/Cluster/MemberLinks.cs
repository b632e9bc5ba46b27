namespace PgHa;

/// <summary>The rows of <c>pg_stat_replication</c> of all servers of a cluster; each row belongs to one standby.</summary>
internal sealed class MemberLinks(IEnumerable<ReplicationStatus> statuses)
{
    private readonly List<StandbyStatus> _rows =
    [
        // Logical subscribers have a row too, by a logical slot.
        .. statuses.SelectMany(status => status.Standbys.Where(row =>
            !status.Slots.Any(slot => slot.Name == row.SlotName && slot.Type == ReplicationSlotType.Logical))),
    ];

    /// <summary>The rows that belong to no known member.</summary>
    public IReadOnlyList<StandbyStatus> Unclaimed => _rows;

    /// <summary>
    /// Takes the row of a standby, so that no other standby gets the same row; <see langword="null"/> if the standby is not connected.
    /// </summary>
    /// <param name="status">The standby's own report, if there is one.</param>
    /// <param name="applicationName">The standby's application name.</param>
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
                // Only their slots can tell several standbys with the same name apart.
                .OrderByDescending(row => row.SlotName == status?.Receiver?.SlotName),
        ];
        if (fitting is [])
            return null;
        _rows.Remove(fitting[0]);
        return fitting[0];
    }
}
