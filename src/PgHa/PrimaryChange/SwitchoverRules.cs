using System.Globalization;

namespace PgHa;

/// <summary>What has to be true before a switchover. All of it is checked before anything is changed.</summary>
internal static class SwitchoverRules
{
    // A primary stops only after it has archived all complete files.
    private const long MaxArchiveBacklog = 8;

    /// <summary>What stands in the way.</summary>
    /// <param name="observation">The cluster, as observed just now.</param>
    /// <param name="handover">What would change.</param>
    /// <param name="limits">The limits that the caller set.</param>
    public static IReadOnlyList<OperationProblem> Check(ClusterObservation observation, Handover handover, SwitchoverLimits limits)
    {
        MemberObservation old = observation.Find(handover.Old!.Name)!;
        MemberObservation candidate = observation.Find(handover.Candidate.Name)!;
        OperationProblem[] link = [.. Link(old.Member, candidate.Member, limits)];
        return link.Length > 0 ? link :
        [
            .. Host(handover),
            .. Settings(observation, handover),
            .. Room(candidate, handover),
            .. Requirements(observation, candidate, handover, limits.Restarted),
            .. Archive(old, candidate, limits),
            .. Commits(handover),
        ];
    }

    // The other checks rest on these: where these fail, the others say nothing.
    private static IEnumerable<OperationProblem> Link(PgClusterMember old, PgClusterMember candidate, SwitchoverLimits limits)
    {
        if (candidate.IsHot != true)
        {
            yield return new(
                ErrorIds.CandidateAnswersNoSql, $"{candidate.Name} answers no queries.",
                "Start it as a hot standby (hot_standby = on), or choose another one.");
            yield break;
        }

        if (candidate.Upstream != old.Name)
        {
            yield return new(
                ErrorIds.NotADirectStandby,
                $"{candidate.Name} is no standby of {old.Name} itself{(candidate.Upstream is { } upstream ? $", but of {upstream}" : "")}.",
                $"Choose a standby of {old.Name}, or let it follow {old.Name} first (Set-PgUpstream).");
            yield break;
        }

        if (candidate.Link is not { IsStreaming: true })
            yield return candidate.Link is { IsStreaming: null }
                ? new(ErrorIds.CandidateNotStreaming, $"Whether {candidate.Name} streams from {old.Name} is not known.",
                    "Use a role that sees it: a superuser, or a member of pg_monitor.")
                : new(ErrorIds.CandidateNotStreaming, $"{candidate.Name} does not stream from {old.Name} at this moment.",
                    "Bring it back first: its log (Get-PgServerLog) says why it does not.");
        if (candidate.Timeline is null || candidate.Timeline != old.Timeline)
        {
            yield return new(
                ErrorIds.TimelineDiffers,
                $"{candidate.Name} is on {(candidate.Timeline is { } timeline ? $"timeline {timeline}" : "an unknown timeline")}, "
                    + $"and {old.Name} on {old.Timeline?.ToString() ?? "an unknown one"}.",
                "Let it catch up first.");
        }

        if (candidate.Status?.Receiver?.IsReplayPaused == true)
            yield return new(ErrorIds.ReplayPaused, $"Replay on {candidate.Name} is paused.", "Resume it (Resume-PgReplay).");
        if (candidate.ApplyDelay is not { } delay)
        {
            yield return new(
                ErrorIds.ReplayDelayUnknown, $"Whether {candidate.Name} replays later on purpose (recovery_min_apply_delay) is not known.",
                "Run it where the files of that server are.");
        }
        else if (delay > TimeSpan.Zero)
        {
            yield return new(
                ErrorIds.ReplayDelayed, $"{candidate.Name} replays {LagDiagnosis.Describe(delay)} later, on purpose.",
                "Choose another one, or set recovery_min_apply_delay to 0 first.");
        }

        if (candidate.LagBytes is not { } lag)
        {
            yield return new(
                ErrorIds.LagUnknown, $"How far {candidate.Name} is behind is not known.",
                "Use a role that sees it: a superuser, or a member of pg_monitor.");
        }
        else if (lag > limits.MaxLagBytes)
        {
            yield return new(
                ErrorIds.LagTooHigh, $"{candidate.Name} is {ByteSize.Format(lag)} behind, and writes would stop until it has caught up.",
                "Wait for it (Wait-PgReplication), or raise -MaxLagBytes.");
        }
    }

    private static IEnumerable<OperationProblem> Host(Handover handover)
    {
        foreach (PgClusterMember member in handover.Followers.Select(follower => follower.Member)
            .Append(handover.Candidate).Where(member => member.Server?.DataDirectory is null))
        {
            yield return new(
                ErrorIds.HostAccessRequired,
                $"The files of {member.Name} are not on this machine, and it has to be stopped, or told whom to follow.",
                "Run it where the servers are.");
        }
    }

    // Without the settings the checks that follow would find nothing, as if all were well.
    private static IEnumerable<OperationProblem> Settings(ClusterObservation observation, Handover handover)
    {
        string[] unread =
        [
            .. handover.Followers.Select(follower => follower.Member).Append(handover.Candidate)
                .Where(member => member.IsHot == true && observation.Find(member.Name) is not { Settings: not null })
                .Select(member => member.Name),
        ];
        if (unread.Length > 0)
        {
            yield return new(
                ErrorIds.SettingsUnknown,
                $"The settings of {string.Join(", ", unread)} could not be read, so whether they fit is not known.",
                "Use a role that may read them; -Verbose says what failed.");
        }
    }

    private static IEnumerable<OperationProblem> Room(MemberObservation candidate, Handover handover)
    {
        int followers = handover.Followers.Count();
        if (Number(candidate, "max_wal_senders") is { } senders && senders < followers + candidate.Member.Status!.Standbys.Count)
        {
            yield return new(
                ErrorIds.TooFewWalSenders,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{candidate} has max_wal_senders = {senders}, and {followers} more standbys would stream from it."),
                "Raise it (Set-PgSetting), and restart the standby.");
        }

        int slots = candidate.Member.Slots.Select(slot => slot.Name).Union(handover.Slots).Count();
        if (Number(candidate, "max_replication_slots") is { } limit && limit < slots)
        {
            yield return new(
                ErrorIds.TooFewSlots,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{candidate} has max_replication_slots = {limit}, and would have {slots} slots."),
                "Raise it (Set-PgSetting), and restart the standby.");
        }

        if (candidate.Value("wal_level") == "minimal")
        {
            yield return new(
                ErrorIds.WalLevelTooLow, $"{candidate} has wal_level = minimal, with which it has no standbys.",
                "Set it to replica, and restart the standby.");
        }
    }

    // As a primary it may have more transactions open than its standbys have room for.
    private static IEnumerable<OperationProblem> Requirements(
        ClusterObservation observation, MemberObservation candidate, Handover handover, IReadOnlyCollection<string> restarted)
    {
        TransactionRoom required = RoomOf(candidate);
        foreach (HandoverFollower follower in handover.Followers.Where(follower => follower.Member.IsHot == true))
        {
            // The old primary is restarted, so the settings in its files count.
            if (observation.Find(follower.Member.Name) is { } seen
                && TransactionRoom.OfFollowing(
                    required, follower == handover.Returning ? RoomOf(seen).Restarted() : RoomOf(seen)) is { } problem)
            {
                yield return problem;
            }
        }

        TransactionRoom RoomOf(MemberObservation member) =>
            TransactionRoom.Of(member) is var room && restarted.Contains(member.Member.Name) ? room.Restarted() : room;
    }

    private static IEnumerable<OperationProblem> Archive(MemberObservation old, MemberObservation candidate, SwitchoverLimits limits)
    {
        if (old.Member.Status!.ArchiveMode is null)
            yield break;
        if (old.Archive is null or { IsStuck: false, Backlog: null })
        {
            yield return new(
                ErrorIds.ArchivingUnknown,
                $"Whether {old} archives, and how much waits to be, is not known: it would not stop before it has.",
                "Use a role that sees it: a superuser, or a member of pg_monitor.");
        }
        else if (old.Archive is { IsStuck: true } stuck)
        {
            yield return new(
                ErrorIds.ArchivingFails, $"{old} cannot archive, and would not stop before it has: {stuck.Diagnosis}.",
                "Mend its archive first (Get-PgArchiveStatus).");
        }
        else if (old.Archive?.Backlog is { Files: > MaxArchiveBacklog } backlog)
        {
            yield return new(ErrorIds.ArchiveBacklog, $"{old} has {backlog} to archive before it would stop.", "Wait until it has.");
        }

        if (candidate.Member.Status!.ArchiveMode is null && !limits.AllowNoArchive)
            yield return DoesNotArchive(old.Member.Name, candidate.Member.Name);
    }

    /// <summary>The problem of a candidate that archives nothing where the old primary did.</summary>
    /// <param name="old">The old primary.</param>
    /// <param name="candidate">The candidate.</param>
    public static OperationProblem DoesNotArchive(string old, string candidate) => new(
        ErrorIds.CandidateDoesNotArchive,
        $"{old} archives its WAL, and {candidate} does not: from then on no backup could be recovered to a point in time.",
        "Give it an archive of its own first (Enable-PgArchiving, and restart the standby), or accept it with -AllowNoArchive.");

    private static IEnumerable<OperationProblem> Commits(Handover handover)
    {
        if (handover.Names is not { } names)
            yield break;
        int able = handover.Siblings.Where(sibling => sibling.Member.Link?.IsStreaming == true)
                .Append(handover.Returning!).Count(follower => names.Covers(follower.ApplicationName))
            + handover.Candidate.Status!.Standbys.Count(standby => standby.IsStreaming == true && names.Covers(standby.ApplicationName));
        if (able < names.Count)
        {
            yield return new(
                ErrorIds.TooFewSyncStandbys,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Commits on {handover.Candidate.Name} would wait for {names.Count} of '{names}', and {able} of them could confirm."),
                "Bring the others back first, or ask for fewer (Disable-PgSyncStandby).");
        }
    }

    private static int? Number(MemberObservation member, string name) =>
        int.TryParse(member.Value(name), CultureInfo.InvariantCulture, out int number) ? number : null;
}

/// <summary>What the caller accepts in a switchover.</summary>
/// <param name="MaxLagBytes">How far behind the candidate may be when it begins.</param>
/// <param name="AllowNoArchive">Whether the candidate may archive nothing where the old primary did.</param>
internal sealed record SwitchoverLimits(long MaxLagBytes, bool AllowNoArchive)
{
    /// <summary>The names of the standbys that are restarted before it.</summary>
    public IReadOnlyCollection<string> Restarted { get; init; } = [];
}
