using System.Globalization;

namespace PgHa;

/// <summary>What has to be true before a switchover: all of it is looked at before anything is changed.</summary>
internal static class SwitchoverRules
{
    // A stop waits until what is complete is archived.
    private const long MaxArchiveBacklog = 8;

    /// <summary>What stands in the way.</summary>
    /// <param name="observation">The cluster, just looked at.</param>
    /// <param name="handover">What would change.</param>
    /// <param name="limits">What is asked for.</param>
    public static IReadOnlyList<OperationProblem> Check(ClusterObservation observation, Handover handover, SwitchoverLimits limits)
    {
        MemberObservation old = observation.Find(handover.Old!.Name)!;
        MemberObservation candidate = observation.Find(handover.New.Name)!;
        OperationProblem[] link = [.. Link(old.Member, candidate.Member, limits)];
        return link.Length > 0 ? link :
        [
            .. Host(handover),
            .. Room(candidate, handover),
            .. Requirements(observation, candidate, handover),
            .. Archive(old, candidate, limits),
            .. Commits(handover),
        ];
    }

    // What the rest is built on: where this does not hold, the rest says nothing.
    private static IEnumerable<OperationProblem> Link(PgClusterMember old, PgClusterMember candidate, SwitchoverLimits limits)
    {
        if (candidate.IsHot != true)
        {
            yield return new("CandidateAnswersNoSql", $"{candidate.Name} answers no queries.", "Start it as a hot standby (hot_standby = on), or choose another one.");
            yield break;
        }

        if (candidate.Upstream != old.Name)
        {
            yield return new(
                "NotADirectStandby", $"{candidate.Name} is no standby of {old.Name} itself{(candidate.Upstream is { } upstream ? $", but of {upstream}" : "")}.",
                $"Choose a standby of {old.Name}, or let it follow {old.Name} first (Set-PgUpstream).");
            yield break;
        }

        if (candidate.Link is not { IsStreaming: true })
            yield return new("CandidateNotStreaming", $"{candidate.Name} does not stream from {old.Name} at this moment.", "Bring it back first: its log (Get-PgServerLog) says why it does not.");
        if (candidate.Timeline != old.Timeline)
            yield return new("TimelineDiffers", $"{candidate.Name} is on timeline {candidate.Timeline}, and {old.Name} on {old.Timeline}.", "Let it catch up first.");
        if (candidate.Status?.Receiver?.IsReplayPaused == true)
            yield return new("ReplayPaused", $"Replay on {candidate.Name} is paused.", "Resume it (Resume-PgReplay).");
        if (candidate.ApplyDelay > TimeSpan.Zero)
            yield return new("ReplayDelayed", $"{candidate.Name} replays {LagDiagnosis.Describe(candidate.ApplyDelay.Value)} later, on purpose.", "Choose another one, or set recovery_min_apply_delay to 0 first.");
        if (candidate.LagBytes > limits.MaxLagBytes)
            yield return new("LagTooHigh", $"{candidate.Name} is {ByteSize.Format(candidate.LagBytes.Value)} behind, and writes would stop until it has caught up.", "Wait for it (Wait-PgReplication), or raise -MaxLagBytes.");
    }

    private static IEnumerable<OperationProblem> Host(Handover handover)
    {
        foreach (PgClusterMember member in handover.Followers.Select(follower => follower.Member).Append(handover.New).Where(member => member.Server?.DataDirectory is null))
        {
            yield return new(
                "HostAccessRequired", $"The files of {member.Name} are not on this machine, and it has to be stopped, or told whom to follow.",
                "Run it where the servers are.");
        }
    }

    private static IEnumerable<OperationProblem> Room(MemberObservation candidate, Handover handover)
    {
        int followers = handover.Followers.Count();
        if (Number(candidate, "max_wal_senders") is { } senders && senders < followers + candidate.Member.Status!.Standbys.Count)
            yield return new("TooFewWalSenders", string.Create(CultureInfo.InvariantCulture, $"{candidate} has max_wal_senders = {senders}, and {followers} more standbys would stream from it."), "Raise it (Set-PgSetting), and restart the standby.");
        int slots = candidate.Member.Slots.Select(slot => slot.Name).Union(handover.Slots).Count();
        if (Number(candidate, "max_replication_slots") is { } limit && limit < slots)
            yield return new("TooFewSlots", string.Create(CultureInfo.InvariantCulture, $"{candidate} has max_replication_slots = {limit}, and would have {slots} slots."), "Raise it (Set-PgSetting), and restart the standby.");
        if (candidate.Value("wal_level") == "minimal")
            yield return new("WalLevelTooLow", $"{candidate} has wal_level = minimal, with which it has no standbys.", "Set it to replica, and restart the standby.");
    }

    // As a primary it may have more transactions open than its standbys have room for.
    private static IEnumerable<OperationProblem> Requirements(ClusterObservation observation, MemberObservation candidate, Handover handover)
    {
        string[] names = [.. StandbyRequirement.Names];
        Dictionary<string, int> required = Numbers(candidate, names);
        foreach (MemberObservation follower in handover.Followers.Where(follower => follower.Member.IsHot == true).Select(follower => observation.Find(follower.Member.Name)).OfType<MemberObservation>())
        {
            IReadOnlyList<StandbyRequirement> unmet = StandbyRequirement.Unmet(required, Numbers(follower, names));
            if (unmet.Count > 0)
                yield return new("StandbySettingsTooLow", $"{follower} could not replay what {candidate} writes: {string.Join("; ", unmet)}.", "Set these alike on all nodes.");
        }
    }

    private static IEnumerable<OperationProblem> Archive(MemberObservation old, MemberObservation candidate, SwitchoverLimits limits)
    {
        if (old.Member.Status!.ArchiveMode is null)
            yield break;
        if (old.Archive is { IsStuck: true } stuck)
            yield return new("ArchivingFails", $"{old} cannot archive, and would not stop before it has: {stuck.Diagnosis}.", "Mend its archive first (Get-PgArchiveStatus).");
        else if (old.Archive?.Backlog is { Files: > MaxArchiveBacklog } backlog)
            yield return new("ArchiveBacklog", $"{old} has {backlog} to archive before it would stop.", "Wait until it has.");
        if (candidate.Member.Status!.ArchiveMode is null && !limits.AllowNoArchive)
        {
            yield return new(
                "CandidateDoesNotArchive", $"{old} archives its WAL, and {candidate} does not: from then on no backup could be recovered to a point in time.",
                "Give it an archive of its own first (Enable-PgArchiving, and restart the standby), or accept it with -AllowNoArchive.");
        }
    }

    private static IEnumerable<OperationProblem> Commits(Handover handover)
    {
        if (handover.Names is not { } names)
            yield break;
        int able = handover.Siblings.Where(sibling => sibling.Member.Link?.IsStreaming == true).Append(handover.Returning!).Count(follower => names.Covers(follower.ApplicationName))
            + handover.New.Status!.Standbys.Count(standby => standby.IsStreaming && names.Covers(standby.ApplicationName));
        if (able < names.Count)
        {
            yield return new(
                "TooFewSyncStandbys", string.Create(CultureInfo.InvariantCulture, $"Commits on {handover.New.Name} would wait for {names.Count} of '{names}', and {able} of them could confirm."),
                "Bring the others back first, or ask for fewer (Disable-PgSyncStandby).");
        }
    }

    private static Dictionary<string, int> Numbers(MemberObservation member, IEnumerable<string> names) => names
        .Select(name => (name, Value: Number(member, name))).Where(setting => setting.Value is not null).ToDictionary(setting => setting.name, setting => setting.Value!.Value);

    private static int? Number(MemberObservation member, string name) =>
        int.TryParse(member.Value(name), CultureInfo.InvariantCulture, out int number) ? number : null;
}

/// <summary>What a switchover may put up with.</summary>
/// <param name="MaxLagBytes">How far behind the candidate may be when it begins.</param>
/// <param name="AllowNoArchive">Whether the new primary may archive nothing where the old one did.</param>
internal sealed record SwitchoverLimits(long MaxLagBytes, bool AllowNoArchive);
