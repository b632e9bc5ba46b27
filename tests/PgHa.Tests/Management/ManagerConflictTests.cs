namespace PgHa.Tests.Management;

public sealed class ManagerConflictTests
{
    public static TheoryData<ServerManager> Managers => [.. Enum.GetValues<ServerManager>()];

    // What each manager leaves to the administrator.
    private static readonly Dictionary<ServerManager, ManagedOperation[]> Free = new()
    {
        [ServerManager.PgAutoFailover] =
            [ManagedOperation.Settings, ManagedOperation.Slots, ManagedOperation.Archiving, ManagedOperation.Hba],
        [ServerManager.Repmgr] =
        [
            ManagedOperation.Start, ManagedOperation.Restart, ManagedOperation.Settings, ManagedOperation.SynchronousStandbys,
            ManagedOperation.Slots, ManagedOperation.Archiving, ManagedOperation.Hba,
        ],
        [ServerManager.Pacemaker] =
        [
            ManagedOperation.Settings, ManagedOperation.SynchronousStandbys, ManagedOperation.Slots, ManagedOperation.Archiving,
            ManagedOperation.Hba,
        ],
        [ServerManager.AmazonRds] = [ManagedOperation.Slots],
        [ServerManager.AzureDatabase] = [ManagedOperation.Slots],
        [ServerManager.CloudSql] = [ManagedOperation.Slots],
    };

    [Theory, MemberData(nameof(Managers))]
    public void A_manager_minds_every_change_but_those_that_it_leaves_to_the_administrator(ServerManager manager)
    {
        foreach (ManagedOperation operation in Enum.GetValues<ManagedOperation>())
        {
            ManagerConflict? conflict = ManagerConflict.Of(manager, operation);

            Assert.Equal(Free.GetValueOrDefault(manager)?.Contains(operation) == true, conflict is null);
            if (conflict is null)
                continue;
            // They stand in sentences: "If PgHa did this, …." and "….".
            Assert.True(char.IsLower(conflict.Consequence[0]) || ServerManagers.NameOf(manager).StartsWith(conflict.Consequence[..4],
                StringComparison.Ordinal) || conflict.Consequence.StartsWith("Patroni", StringComparison.Ordinal), conflict.Consequence);
            Assert.True(char.IsUpper(conflict.Command[0]), conflict.Command);
            Assert.All(
                new[] { conflict.Consequence, conflict.Command, conflict.Afterwards ?? "x" },
                text => Assert.False(text.EndsWith('.'), text));
        }
    }

    [Theory]
    [InlineData(ServerManager.Patroni, nameof(ManagedOperation.Switchover), "patronictl switchover --candidate")]
    [InlineData(ServerManager.Patroni, nameof(ManagedOperation.Failover), "patronictl failover --candidate")]
    [InlineData(ServerManager.Patroni, nameof(ManagedOperation.Promotion), "patronictl failover --candidate")]
    [InlineData(ServerManager.Patroni, nameof(ManagedOperation.Start), "patronictl resume")]
    [InlineData(ServerManager.Patroni, nameof(ManagedOperation.Stop), "patronictl pause")]
    [InlineData(ServerManager.Patroni, nameof(ManagedOperation.Restart), "patronictl restart CLUSTER MEMBER")]
    [InlineData(ServerManager.Patroni, nameof(ManagedOperation.RollingRestart), "patronictl restart CLUSTER ")]
    [InlineData(ServerManager.Patroni, nameof(ManagedOperation.Maintenance), "patronictl pause")]
    [InlineData(ServerManager.Patroni, nameof(ManagedOperation.Repair), "patronictl reinit")]
    [InlineData(ServerManager.Patroni, nameof(ManagedOperation.UpstreamChange), "replicatefrom")]
    [InlineData(ServerManager.Patroni, nameof(ManagedOperation.Build), "start Patroni")]
    [InlineData(ServerManager.Repmgr, nameof(ManagedOperation.Build), "repmgr standby register")]
    [InlineData(ServerManager.PgAutoFailover, nameof(ManagedOperation.Build), "pg_autoctl create postgres")]
    [InlineData(ServerManager.Patroni, nameof(ManagedOperation.Settings), "patronictl edit-config --pg")]
    [InlineData(ServerManager.Patroni, nameof(ManagedOperation.SynchronousStandbys), "synchronous_mode")]
    [InlineData(ServerManager.Patroni, nameof(ManagedOperation.Slots), "patronictl edit-config")]
    [InlineData(ServerManager.Patroni, nameof(ManagedOperation.Archiving), "patronictl edit-config --pg archive_mode=on")]
    [InlineData(ServerManager.Patroni, nameof(ManagedOperation.Hba), "pg_hba")]
    [InlineData(ServerManager.Patroni, nameof(ManagedOperation.Remove), "patronictl remove")]
    [InlineData(ServerManager.Repmgr, nameof(ManagedOperation.Switchover), "repmgr standby switchover")]
    [InlineData(ServerManager.Repmgr, nameof(ManagedOperation.Failover), "repmgr standby promote")]
    [InlineData(ServerManager.Repmgr, nameof(ManagedOperation.RollingRestart), "repmgr standby switchover")]
    [InlineData(ServerManager.Repmgr, nameof(ManagedOperation.Stop), "repmgr service pause")]
    [InlineData(ServerManager.Repmgr, nameof(ManagedOperation.Repair), "repmgr node rejoin")]
    [InlineData(ServerManager.Repmgr, nameof(ManagedOperation.UpstreamChange), "repmgr standby follow")]
    [InlineData(ServerManager.PgAutoFailover, nameof(ManagedOperation.Switchover), "pg_autoctl perform switchover")]
    [InlineData(ServerManager.PgAutoFailover, nameof(ManagedOperation.Failover), "pg_autoctl perform failover")]
    [InlineData(ServerManager.PgAutoFailover, nameof(ManagedOperation.Stop), "pg_autoctl enable maintenance")]
    [InlineData(ServerManager.PgAutoFailover, nameof(ManagedOperation.Remove), "pg_autoctl drop node")]
    [InlineData(ServerManager.CloudNativePg, nameof(ManagedOperation.Switchover), "kubectl cnpg promote")]
    [InlineData(ServerManager.CrunchyOperator, nameof(ManagedOperation.Switchover), "In the pod: run patronictl switchover")]
    [InlineData(ServerManager.ZalandoOperator, nameof(ManagedOperation.Settings), "spec.postgresql.parameters")]
    [InlineData(ServerManager.Pacemaker, nameof(ManagedOperation.Switchover), "pcs resource move")]
    [InlineData(ServerManager.Stolon, nameof(ManagedOperation.Failover), "stolonctl failkeeper")]
    [InlineData(ServerManager.AmazonRds, nameof(ManagedOperation.Failover), "aws rds failover-db-cluster")]
    [InlineData(ServerManager.AzureDatabase, nameof(ManagedOperation.Settings), "az postgres flexible-server parameter set")]
    [InlineData(ServerManager.CloudSql, nameof(ManagedOperation.Promotion), "gcloud sql instances promote-replica")]
    public void The_managers_own_command_for_the_same_is_named(ServerManager manager, string operation, string command) =>
        Assert.Contains(
            command, ManagerConflict.Of(manager, Enum.Parse<ManagedOperation>(operation))!.Command, StringComparison.Ordinal);

    [Fact]
    public void A_refusal_says_who_was_seen_where_what_would_happen_and_what_to_type()
    {
        ServerManagement management = ServerManagement.Decide(
            [
                new(ServerManager.Patroni, SignPlace.File, SignMeaning.WasManaged, "the file patroni.dynamic.json"),
                new(ServerManager.Patroni, SignPlace.Sql, SignMeaning.IsManaged, "the session 'Patroni'"),
            ],
            [SignPlace.Sql]);

        PgHaException refusal = ManagementRefusal.Of("a of shop", management, ManagedOperation.Switchover)!;

        Assert.Equal(("ManagedByAnother", PgHaErrorKind.Refused), (refusal.ErrorId, refusal.Kind));
        Assert.Equal(
            "a of shop is managed by Patroni: the session 'Patroni' (by SQL) and the file patroni.dynamic.json (in its files). "
                + "If PgHa did this, Patroni demotes a primary that does not hold its lock, and afterwards no member is the primary.",
            refusal.Message);
        Assert.Contains("patronictl switchover", refusal.Advice, StringComparison.Ordinal);
        Assert.Contains("-EvenIfManaged", refusal.Advice, StringComparison.Ordinal);
        Assert.Null(ManagementRefusal.Of("a", ServerManagement.Unknown, ManagedOperation.Switchover));
    }

    [Theory, MemberData(nameof(Managers))]
    public void A_clone_of_a_managed_server_is_a_warning_with_the_managers_own_way(ServerManager manager)
    {
        ServerManagement management = ServerManagement.Decide(
            [new(manager, SignPlace.Sql, SignMeaning.IsManaged, "a sign")], [SignPlace.Sql]);
        ServerManagement former = ServerManagement.Decide(
            [new(manager, SignPlace.Sql, SignMeaning.WasManaged, "a trace")], [SignPlace.Sql]);
        ManagerConflict conflict = ManagerConflict.Of(manager, ManagedOperation.Clone)!;

        Assert.Null(ManagementRefusal.Of("a", management, ManagedOperation.Clone));
        Assert.Equal(
            $"a is managed by {ServerManagers.NameOf(manager)}, and {conflict.Consequence}. {conflict.Command}.",
            ManagementRefusal.WarningOf("a", management, ManagedOperation.Clone));
        Assert.Null(ManagementRefusal.WarningOf("a", former, ManagedOperation.Clone));
    }

    [Fact]
    public void Who_insists_is_told_what_to_type_afterwards()
    {
        ServerManagement repmgr = ServerManagement.Decide(
            [new(ServerManager.Repmgr, SignPlace.Sql, SignMeaning.IsManaged, "the session 'repmgr'")], [SignPlace.Sql]);

        string warning = ManagementRefusal.WarningOf("a of shop", repmgr, ManagedOperation.Switchover)!;

        Assert.Contains("Afterwards: Run repmgr primary register --force", warning, StringComparison.Ordinal);
        Assert.Contains("repmgr standby register --force", warning, StringComparison.Ordinal);
        Assert.Null(ManagementRefusal.WarningOf("a", repmgr, ManagedOperation.Settings));
    }

    [Fact]
    public void Traces_alone_are_no_refusal_but_a_warning()
    {
        ServerManagement former = ServerManagement.Decide(
            [new(ServerManager.Patroni, SignPlace.File, SignMeaning.WasManaged, "the file patroni.dynamic.json")],
            [SignPlace.File, SignPlace.Process]);

        Assert.Null(ManagementRefusal.Of("a", former, ManagedOperation.Stop));
        Assert.Equal(
            "a has traces of Patroni, which is not seen at work: the file patroni.dynamic.json (in its files). "
                + "If it comes back, Patroni starts the server again, or makes another member the primary.",
            ManagementRefusal.WarningOf("a", former, ManagedOperation.Stop));
        Assert.Null(ManagementRefusal.WarningOf("a", ServerManagement.Unknown, ManagedOperation.Stop));
    }

    [Theory]
    [InlineData("work_mem", nameof(ManagedOperation.Settings))]
    [InlineData("work_mem,Synchronous_Standby_Names", nameof(ManagedOperation.SynchronousStandbys))]
    [InlineData("synchronous_standby_names,primary_conninfo", nameof(ManagedOperation.UpstreamChange))]
    [InlineData("restore_command", nameof(ManagedOperation.UpstreamChange))]
    public void A_change_of_settings_is_what_the_settings_are_about(string names, string operation) =>
        Assert.Equal(Enum.Parse<ManagedOperation>(operation), ManagedOperations.OfSettings(names.Split(',')));
}
