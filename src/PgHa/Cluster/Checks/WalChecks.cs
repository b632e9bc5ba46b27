using static PgHa.FindingSeverity;

namespace PgHa;

/// <summary>Checks of whether WAL is archived, and is kept as long as it is needed but not for ever.</summary>
internal static class WalChecks
{
    public static IReadOnlyList<ClusterCheck> All { get; } =
    [
        LinkChecks.OfStatus(
            ReplicationFindingCause.SlotLost, Critical, "WAL that a slot claims is gone",
            "Bring a standby back from the archive or by a new clone; a logical consumer takes a new slot and a new copy of its tables. "
                + "Then drop the lost slot."),
        LinkChecks.OfStatus(
            ReplicationFindingCause.SlotInDanger, Critical, "WAL that a slot claims goes at the next checkpoint",
            "Bring its standby or consumer back at once, or raise max_slot_wal_keep_size."),
        LinkChecks.OfStatus(
            ReplicationFindingCause.SlotUnused, Warning, "Nothing is connected to a slot, and WAL piles up",
            "Bring its standby or consumer back, or drop the slot (Remove-PgReplicationSlot). "
                + "A slot of another tool is dropped by that tool."),
        new("SlotUnlimited", Information, "Slots may keep WAL until the disk is full (max_slot_wal_keep_size=-1)", SlotUnlimited),
        OfWal(WalFindingCause.StandbyLost, Critical, "WAL that a standby needs is gone", "It takes the archive or a new clone."),
        OfWal(
            WalFindingCause.StandbyAtRisk, Warning, "Nothing keeps the WAL that a standby needs",
            "Give it a slot, or raise what is kept (wal_keep_size)."),
        OfWal(
            WalFindingCause.ArchivingFails, Critical, "The archive takes no file",
            "See what the command says in the server's log (Get-PgServerLog)."),
        OfWal(
            WalFindingCause.ArchivingNotConfigured, Critical, "A server shall archive and is not told how",
            "Enable it with Enable-PgArchiving."),
        OfWal(
            WalFindingCause.ArchivingStalled, Critical, "Files wait to be archived, and none has been for long",
            "See what the command waits for."),
        OfWal(
            WalFindingCause.ArchivingSlow, Warning, "WAL is written faster than it is archived", "Look at the archive's disk or network."),
        OfWal(
            WalFindingCause.ArchiveIncomplete, Critical, "WAL is missing in an archive that the server counts as complete",
            "Take a new base backup: recovery from an older one ends at the gap. Raise pgBackRest's archive-push-queue-max, or watch it."),
        OfWal(
            WalFindingCause.ArchiveNotProven, Information, "A tool archives, and could not be asked what it has",
            "Ask it on its machine (pgbackrest info, barman check), or let PgHa run on the server's."),
        new("ArchiveShared", Critical, "Several members archive into one directory", ArchiveShared),
        new("NoArchive", Information, "No member archives: there is no recovery to a point in time", NoArchive),
    ];

    private static ClusterCheck OfWal(WalFindingCause cause, FindingSeverity severity, string description, string advice) =>
        new(cause.ToString(), severity, description, observation =>
            from member in observation.Members
            from finding in (member.Retention?.Findings ?? []).Concat(member.Archive?.Findings ?? []).Distinct()
            where finding.Cause == cause
            select new Symptom(member.Member.Name, finding.Text, advice));

    private static IEnumerable<Symptom> SlotUnlimited(ClusterObservation observation) =>
        from member in observation.Members
        where member.Member.Slots.Count > 0 && member.Value("max_slot_wal_keep_size") == "-1"
        select new Symptom(
            member.Member.Name, $"{member} has {member.Member.Slots.Count} slot(s), and max_slot_wal_keep_size sets no limit",
            "Set max_slot_wal_keep_size to what the disk can spare.");

    // A standby with archive_mode=on begins to archive when it is promoted, while the old primary may archive still.
    private static IEnumerable<Symptom> ArchiveShared(ClusterObservation observation) =>
        from member in observation.Members
        let directory = (member.Value("archive_mode") ?? "off") == "off"
            ? null
            : ArchiveLocation.OfArchiveCommand(member.Value("archive_command"))
        where directory is not null
        group member by (directory, SshArchive.IsLocation(directory) ? "" : Host(member)) into same
        where same.Count() > 1
        select new Symptom(
            null, $"{string.Join(" and ", same)} archive into '{same.Key.directory}'",
            "Give each an archive of its own (Enable-PgArchiving).");

    private static string Host(MemberObservation member) =>
        member.Member.Server is { } server && !Loopback.Is(server.Host) ? server.Host : "localhost";

    private static IEnumerable<Symptom> NoArchive(ClusterObservation observation)
    {
        if (observation.Primary is { Settings: not null }
            && observation.Members.All(member => (member.Value("archive_mode") ?? "off") == "off"))
        {
            yield return new Symptom(null, "no member archives its WAL", "Enable it on the primary with Enable-PgArchiving.");
        }
    }
}
