namespace PgHa;

/// <summary>Where a standby's lag is, as its upstream sees it.</summary>
internal static class SenderDiagnosis
{
    /// <param name="standby">The standby.</param>
    /// <param name="now">The upstream's clock.</param>
    public static IEnumerable<ReplicationFinding> Of(StandbyStatus standby, DateTimeOffset? now)
    {
        // A base backup is sent by a WAL sender too, and has no positions.
        if (standby.State == "backup")
            yield break;

        foreach (ReplicationFinding silence in OfSilence(standby, now))
            yield return silence;

        if (WidestGap(standby) is { } gap)
            yield return gap;
    }

    /// <summary>Whether a standby has not replied for long.</summary>
    public static IEnumerable<ReplicationFinding> OfSilence(StandbyStatus standby, DateTimeOffset? now)
    {
        // The reply time is by the standby's clock, so a clock that is far off could cause or hide this finding. A
        // connection cannot be silent for longer than it has been there.
        if (now - standby.ReplyTime is { } silent && silent >= LagDiagnosis.Silence && now - standby.BackendStart >= LagDiagnosis.Silence)
        {
            yield return Finding(
                standby,
                ReplicationFindingCause.StandbySilent,
                $"has not replied for {LagDiagnosis.Describe(silent)}: it hangs, the network is broken, or the clocks differ");
        }
    }

    // One cause per standby: the stage at which most WAL piles up holds up the stages after it.
    private static ReplicationFinding? WidestGap(StandbyStatus standby)
    {
        (long? Bytes, TimeSpan? Age, ReplicationFindingCause Cause, string Reason)[] gaps =
        [
            (standby.SendLagBytes, null, ReplicationFindingCause.SendingSlow,
                "not sent yet: the upstream is overloaded, or the standby takes no more"),
            (standby.WriteLagBytes, standby.WriteLag, ReplicationFindingCause.ReceivingSlow,
                "sent and not written by the standby: the network is slow, or the standby is under load"),
            (standby.FlushLagBytes, standby.FlushLag, ReplicationFindingCause.FlushingSlow,
                "written and not flushed by the standby: its disk is slow"),
            (standby.ReplayLagBytes, standby.ReplayLag, ReplicationFindingCause.ReplaySlow,
                "flushed and not replayed by the standby: replay is slow, paused, delayed or held up by queries"),
        ];
        var widest = gaps.MaxBy(gap => gap.Bytes ?? 0);
        if (!LagDiagnosis.IsSignificant(widest.Bytes, widest.Age))
            return null;
        string part = widest.Bytes >= standby.LagBytes ? "all" : ByteSize.Format(widest.Bytes!.Value);
        return Finding(
            standby, widest.Cause, $"is {ByteSize.Format(standby.LagBytes ?? widest.Bytes!.Value)} behind, {part} of it {widest.Reason}");
    }

    private static ReplicationFinding Finding(StandbyStatus standby, ReplicationFindingCause cause, string what) =>
        new(cause, standby.ApplicationName, $"{(standby.IsLogical ? "logical consumer" : "standby")} '{standby.ApplicationName}' {what}");
}
