namespace PgHa;

/// <summary>Why a server keeps WAL, and what each reason costs.</summary>
internal static class WalKeepers
{
    /// <summary>The reasons, the one that reaches back furthest first.</summary>
    public static IReadOnlyList<WalKeeper> Of(WalRetention retention)
    {
        // A checkpoint removes files from the oldest on, so that only the first reason keeps anything that no other does.
        WalKeeper[] keepers = [.. All(retention).OrderBy(keeper => keeper.StartLsn)];
        if (keepers is [{ } first, { } second, ..])
            keepers[0] = first with { BytesAlone = retention.SegmentStart(second.StartLsn) - retention.SegmentStart(first.StartLsn) };
        return keepers;
    }

    private static IEnumerable<WalKeeper> All(WalRetention retention)
    {
        foreach (ReplicationSlot slot in retention.Slots)
        {
            // A lost slot keeps nothing any more.
            if (slot.RestartLsn is { } restart && !SlotWords.IsLost(slot))
                yield return Keeper(retention, WalKeeperKind.Slot, slot.Name, restart) with { Slot = slot };
        }

        if (retention.Archive is { IsArchiving: true, Backlog: { OldestLsn: { } oldest } backlog })
            yield return Keeper(retention, WalKeeperKind.Archiver, "archiver", oldest) with { IsEstimated = backlog.IsEstimated };

        if (retention.SummarizedLsn is { } summarized)
            yield return Keeper(retention, WalKeeperKind.Summarizer, "summarizer", summarized);

        if (retention.WalKeepSize > 0)
            yield return Keeper(retention, WalKeeperKind.Setting, retention.WalKeepSetting, KeptBySetting(retention));

        yield return Keeper(retention, WalKeeperKind.Checkpoint, "checkpoint", retention.RedoLsn);
    }

    // A server that has not written that much yet cannot keep it.
    private static Lsn KeptBySetting(WalRetention retention)
    {
        Lsn start = new(retention.CurrentLsn.Value - Math.Min(retention.CurrentLsn.Value, (ulong)retention.WalKeepSize));
        return retention.OldestLsn is { } oldest && oldest > start ? oldest : start;
    }

    private static WalKeeper Keeper(WalRetention retention, WalKeeperKind kind, string name, Lsn start) => new()
    {
        Kind = kind,
        Name = name,
        StartLsn = start,
        Bytes = Math.Max(0, retention.CurrentLsn - start),
    };
}
