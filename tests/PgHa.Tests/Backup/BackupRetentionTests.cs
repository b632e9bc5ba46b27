namespace PgHa.Tests.Backup;

public sealed class BackupRetentionTests
{
    private static readonly DateTimeOffset Day0 = new(2026, 11, 1, 3, 0, 0, TimeSpan.Zero);

    private static Lsn At(int day) => new((ulong)(day + 1) << 24);

    private static PgBaseBackup Full(int day, ulong system = 7_000_000_000_000_000_001, string? name = null) => new()
    {
        Directory = $"/backups/{name ?? $"{day}"}",
        Format = BackupFormat.Plain,
        Label = $"{day}",
        Version = ServerVersion.Parse("17"),
        SystemIdentifier = new SystemIdentifier(system),
        Timeline = new TimelineId(1),
        StartLsn = At(day),
        StartTime = Day0.AddDays(day),
    };

    private static PgBaseBackup Changes(int day, int since) =>
        Full(day) with { IncrementalFromLsn = At(since), IncrementalFromTimeline = new TimelineId(1) };

    private static IReadOnlyList<string> Removed(BackupRetention retention, bool mayRemoveLast, params PgBaseBackup[] backups)
    {
        IReadOnlyList<PgBaseBackup> linked = BackupChain.Link(backups);
        return [.. BackupRemoval.Decide(linked, retention.Expired(linked), mayRemoveLast).Where(verdict => verdict.IsRemoved)
            .Select(verdict => verdict.Backup.Label)];
    }

    private static BackupRetention Last(int count) => new() { KeepLast = count };

    private static BackupRetention Since(int day) => new() { KeepSince = Day0.AddDays(day) };

    [Fact]
    public void The_last_are_kept() => Assert.Equal(["0", "1"], Removed(Last(2), false, Full(0), Full(1), Full(2), Full(3)));

    [Fact]
    public void Of_fewer_than_are_to_be_kept_all_are() => Assert.Empty(Removed(Last(3), false, Full(0), Full(1)));

    [Fact]
    public void What_is_younger_is_kept() => Assert.Equal(["0", "1"], Removed(Since(2), false, Full(0), Full(1), Full(2), Full(3)));

    [Fact]
    public void With_both_rules_what_either_keeps_is_kept()
    {
        Assert.Equal(["0"], Removed(Since(3) with { KeepLast = 3 }, false, Full(0), Full(1), Full(2), Full(3)));
        Assert.Equal(["0"], Removed(Since(1) with { KeepLast = 1 }, false, Full(0), Full(1), Full(2), Full(3)));
    }

    [Fact]
    public void Without_a_rule_nothing_is_decided() =>
        Assert.Equal("RetentionNotSaid", Assert.Throws<PgHaException>(() => Removed(new BackupRetention(), false, Full(0))).ErrorId);

    [Fact]
    public void The_last_of_a_system_stays_unless_it_may_go()
    {
        Assert.Equal(["0"], Removed(Since(9), false, Full(0), Full(1)));
        Assert.Equal(["0", "1"], Removed(Since(9), true, Full(0), Full(1)));
    }

    [Fact]
    public void Systems_are_counted_apart() =>
        Assert.Equal(["0"], Removed(Last(1), false, Full(0), Full(1), Full(2, 8)));

    [Fact]
    public void What_changes_are_based_on_stays_with_them_and_says_why()
    {
        PgBaseBackup[] backups = [Full(0), Full(1), Changes(2, since: 1), Changes(3, since: 2)];
        Assert.Equal(["0"], Removed(Last(1), false, backups));
        IReadOnlyList<PgBaseBackup> linked = BackupChain.Link(backups);
        IReadOnlyList<BackupVerdict> verdicts = BackupRemoval.Decide(linked, Last(1).Expired(linked), false);
        Assert.Equal([null, "2", "3", null], verdicts.Select(verdict => verdict.NeededBy?.Label));
        Assert.Equal("Keep 1 in /backups/1: '/backups/2' has the changes since it", verdicts[1].ToString());
    }

    [Fact]
    public void Changes_without_what_they_are_based_on_do_not_count()
    {
        // The full backup of day 1 is lost: neither 2 nor 3 can be restored.
        Assert.Empty(Removed(Last(1), false, Full(0), Changes(2, since: 1), Changes(3, since: 2)));
        Assert.Equal(["2", "3"], Removed(Since(9), false, Full(0), Changes(2, since: 1), Changes(3, since: 2)));
    }

    [Fact]
    public void One_of_two_backups_that_changes_can_be_based_on_is_enough()
    {
        PgBaseBackup merged = Full(1, name: "merged");
        IReadOnlyList<PgBaseBackup> linked = BackupChain.Link([Full(0), Changes(1, since: 0), merged, Changes(2, since: 1)]);
        Assert.Equal("/backups/1", linked[3].BasedOn);
        Assert.Equal(
            [true, true, false, false], BackupRemoval.Decide(linked, [linked[0], linked[1]], false).Select(verdict => verdict.IsRemoved));
        // Another server that was promoted at the same position is no replacement.
        linked = BackupChain.Link([Full(1), Full(1, name: "twin") with { Timeline = new TimelineId(2) }, Changes(2, since: 1)]);
        Assert.Equal([false, false, false], BackupRemoval.Decide(linked, [linked[0]], false).Select(verdict => verdict.IsRemoved));
    }

    [Fact]
    public void A_backup_that_does_not_tell_its_time_stays() =>
        Assert.Equal(["1"], Removed(Last(1), false, Full(0) with { StartTime = null }, Full(1), Full(2)));

    [Fact]
    public void A_chain_that_goes_in_a_circle_has_an_end()
    {
        IReadOnlyList<PgBaseBackup> linked = BackupChain.Link([Changes(1, since: 2), Changes(2, since: 1), Full(3)]);
        Assert.Equal(
            ["1", "2"],
            BackupRemoval.Decide(linked, [linked[0], linked[1]], false).Where(verdict => verdict.IsRemoved)
                .Select(verdict => verdict.Backup.Label));
    }

    [Fact]
    public void Nothing_that_is_needed_ever_goes_and_all_else_does()
    {
        Random random = new(20261122);
        for (int run = 0; run < 2000; run++)
        {
            List<PgBaseBackup> backups = [];
            for (int day = 0; day < random.Next(1, 12); day++)
            {
                backups.Add(random.Next(2) == 0
                    ? Full(day, (ulong)random.Next(7, 9))
                    : Changes(day, since: random.Next(-1, day)) with { SystemIdentifier = new SystemIdentifier((ulong)random.Next(7, 9)) });
            }

            IReadOnlyList<PgBaseBackup> linked = BackupChain.Link(backups);
            PgBaseBackup[] unwanted = [.. linked.Where(_ => random.Next(3) > 0)];
            IReadOnlyList<BackupVerdict> verdicts = BackupRemoval.Decide(linked, unwanted, mayRemoveLast: false);

            PgBaseBackup[] kept = [.. verdicts.Where(verdict => !verdict.IsRemoved).Select(verdict => verdict.Backup)];
            Assert.All(verdicts.Where(verdict => verdict.IsRemoved), verdict => Assert.Contains(verdict.Backup, unwanted));
            Assert.All(kept.Where(backup => BackupChain.IsWhole(backup, linked)), backup => Assert.True(BackupChain.IsWhole(backup, kept)));
            Assert.All(
                linked.Where(backup => BackupChain.IsWhole(backup, linked)).Select(backup => backup.SystemIdentifier).Distinct(),
                system => Assert.Contains(kept, backup => backup.SystemIdentifier == system && BackupChain.IsWhole(backup, kept)));
            // What was unwanted and stayed has a reason.
            Assert.All(verdicts.Where(verdict => !verdict.IsRemoved && unwanted.Contains(verdict.Backup)), verdict => Assert.True(
                verdict.IsLast || kept.Any(other => other.BasedOn == verdict.Backup.Directory)));
        }
    }

    [Theory]
    [InlineData("PG_VERSION", false)]
    [InlineData("base/1/PG_VERSION", false)]
    [InlineData("pg_tblspc/16384/PG_15_202209061/5/PG_VERSION", false)]
    [InlineData("global/pg_control", false)]
    [InlineData("pg_wal/000000010000000000000003", false)]
    [InlineData("pg_xlog/000000010000000000000003", false)]
    [InlineData("base.tar.gz", false)]
    [InlineData("conf.d/own.conf", false)]
    [InlineData("node/PG_VERSION", true)]
    [InlineData("base/node/PG_VERSION", true)]
    [InlineData("node/global/pg_control", true)]
    [InlineData("incremental/backup_label", true)]
    [InlineData("tar/base.tar.gz", true)]
    [InlineData("archive/000000010000000000000003", true)]
    [InlineData("pg_wal/archive/000000010000000000000003", true)]
    public void What_is_not_the_backups_own_is_told(string path, bool isForeign) =>
        Assert.Equal(isForeign ? path : null, BackupRemoval.ForeignFile(["backup_label", path]));
}
