namespace PgHa.Tests.Management;

public sealed class ServerManagementTests
{
    private static readonly SignPlace[] Everywhere = [SignPlace.Sql, SignPlace.File, SignPlace.Process];

    [Theory]
    // Nobody could look, or only at traces.
    [InlineData("", "", ManagementCertainty.Unknown, "unknown")]
    [InlineData("", "File", ManagementCertainty.Unknown, "unknown")]
    [InlineData("", "Process", ManagementCertainty.Unknown, "unknown")]
    // One look at the server is enough, or both at its host.
    [InlineData("", "Sql", ManagementCertainty.None, null)]
    [InlineData("", "File,Process", ManagementCertainty.None, null)]
    [InlineData("Patroni:IsManaged", "Sql", ManagementCertainty.Certain, "Patroni")]
    [InlineData("Patroni:WasManaged", "File,Process", ManagementCertainty.WasManaged, null)]
    [InlineData("Patroni:WasManaged", "Sql", ManagementCertainty.WasManaged, null)]
    // Traces are not "no" where nobody could see the processes.
    [InlineData("Patroni:WasManaged", "File", ManagementCertainty.Possible, "possibly Patroni")]
    // Its process and its traces together.
    [InlineData("Patroni:WasManaged,Patroni:RunsHere", "File,Process", ManagementCertainty.Certain, "Patroni")]
    [InlineData("Stolon:WasManaged,Patroni:RunsHere", "File,Process", ManagementCertainty.WasManaged, null)]
    // A manager that leaves files in each directory does not manage one without them.
    [InlineData("Patroni:RunsHere", "File,Process", ManagementCertainty.None, null)]
    [InlineData("Patroni:RunsHere", "Process", ManagementCertainty.Possible, "possibly Patroni")]
    [InlineData("Repmgr:RunsHere", "File,Process", ManagementCertainty.Possible, "possibly repmgr")]
    [InlineData("Pacemaker:RunsHere", "Sql,File,Process", ManagementCertainty.Possible, "possibly Pacemaker")]
    // Who has a Patroni in each pod is the one to talk to.
    [InlineData("Patroni:IsManaged,CrunchyOperator:IsManaged", "Sql", ManagementCertainty.Certain, "the Crunchy operator")]
    [InlineData("Repmgr:WasManaged,Patroni:IsManaged", "Sql", ManagementCertainty.Certain, "Patroni")]
    public void Who_is_in_charge_follows_from_the_signs_and_from_where_it_was_possible_to_look(
        string signs, string looked, ManagementCertainty certainty, string? managedBy)
    {
        ServerManagement management = ServerManagement.Decide(
            [.. Words(signs).Select(sign => sign.Split(':')).Select(parts => new ManagementSign(
                Enum.Parse<ServerManager>(parts[0]), SignPlace.Process, Enum.Parse<SignMeaning>(parts[1]), "a sign"))],
            [.. Words(looked).Select(Enum.Parse<SignPlace>)]);

        Assert.Equal((certainty, managedBy), (management.Certainty, management.ManagedBy));
        Assert.Equal(certainty is ManagementCertainty.Certain or ManagementCertainty.Possible, management.IsManaged);
    }

    [Fact]
    public void Nobody_differs_from_unknown()
    {
        Assert.Null(ServerManagement.Decide([], Everywhere).ManagedBy);
        Assert.Equal("nobody", ServerManagement.Decide([], Everywhere).ToString());
        Assert.Equal("unknown", ServerManagement.Unknown.ManagedBy);
        Assert.Equal("unknown", ServerManagement.Unknown.ToString());
        Assert.Equal(
            "nobody; formerly Patroni",
            ServerManagement.Decide([Sign(ServerManager.Patroni, SignMeaning.WasManaged)], Everywhere).ToString());
    }

    [Fact]
    public void A_cluster_is_managed_by_who_manages_a_member_and_unknown_only_where_nobody_could_look_at_any()
    {
        ServerManagement none = ServerManagement.Decide([], Everywhere);
        ServerManagement patroni = ServerManagement.Decide([Sign(ServerManager.Patroni, SignMeaning.IsManaged)], Everywhere);

        Assert.Equal("unknown", Cluster(ServerManagement.Unknown, ServerManagement.Unknown).ManagedBy);
        Assert.Null(Cluster(ServerManagement.Unknown, none).ManagedBy);
        Assert.Equal("Patroni", Cluster(none, ServerManagement.Unknown, patroni).ManagedBy);
        Assert.Equal("unknown", new PgCluster { Name = "empty" }.ManagedBy);
    }

    private static PgCluster Cluster(params ServerManagement[] members) => new()
    {
        Name = "shop",
        Members = [.. members.Select((one, i) => new PgClusterMember { Cluster = "shop", Name = $"n{i}", Management = one })],
    };

    private static ManagementSign Sign(ServerManager manager, SignMeaning meaning) => new(manager, SignPlace.Sql, meaning, "a sign");

    private static string[] Words(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries);
}
