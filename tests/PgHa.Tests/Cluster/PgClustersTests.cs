using System.Diagnostics;
using static PgHa.Tests.Observed;

namespace PgHa.Tests;

/// <summary>A cluster from what its servers say.</summary>
public sealed class PgClustersTests
{
    [Fact]
    public void Members_are_what_they_and_their_upstreams_say_in_the_order_of_the_tree()
    {
        MemberAnswer primary = Primary("node20", 9420, Row("node23"), Row("s1", SyncState.Sync)) switch
        {
            var answer =>
                answer with { Status = answer.Status! with { ArchiveMode = ArchiveMode.On, ArchiveCommand = "cp %p /srv/archive20/%f" } },
        };
        MemberAnswer node25 = Standby("node25", 9425, 9420);
        node25 = node25 with { Status = node25.Status! with { Receiver = node25.Status.Receiver! with { ApplicationName = "s1" } } };

        PgCluster cluster = Cluster(
            Standby("node24", 9424, 9423), ArchiveFed("node21", 9421, "/srv/archive20"), node25,
            Standby("node23", 9423, 9420, Row("node24")), primary);

        Assert.Equal(["node20", "node21", "node23", "node24", "node25"], cluster.Members.Select(member => member.Name));
        Assert.Equal(
            [NodeKind.Primary, NodeKind.ArchiveFed, NodeKind.Streaming, NodeKind.Streaming, NodeKind.Streaming],
            cluster.Members.Select(member => member.Kind!.Value));
        Assert.Equal([null, null, "node20", "node23", "node20"], cluster.Members.Select(member => member.Upstream));
        Assert.Equal(
            [MemberState.Running, MemberState.Restoring, MemberState.Streaming, MemberState.Streaming, MemberState.Streaming],
            cluster.Members.Select(member => member.State));
        Assert.Equal("node20", cluster.Find("node21")!.RestoreFrom);
        Assert.Equal((SyncState.Sync, "s1"), (cluster.Find("node25")!.SyncState!.Value, cluster.Find("node25")!.ApplicationName));
        Assert.Equal((Identifier, "7000000000000000001", "node20"), (cluster.SystemIdentifier!.Value, cluster.Name, cluster.Primary!.Name));
        Assert.Equal("", cluster.Diagnosis);
        Assert.Equal(["node23", "node25"], cluster.StandbysOf(cluster.Primary).Select(member => member.Name));
    }

    [Fact]
    public void A_member_that_is_down_is_there_and_its_standbys_are_still_its_own()
    {
        PgCluster cluster = Cluster(Down("a", 1), NotStreaming("b", 2, upstreamPort: 1));

        Assert.Equal(
            (MemberState.Down, null, "ServerUnreachable"), (cluster.Find("a")!.State, cluster.Find("a")!.Role, cluster.Find("a")!.ErrorId));
        Assert.Equal((MemberState.NotStreaming, "a"), (cluster.Find("b")!.State, cluster.Find("b")!.Upstream));
        Assert.Equal(["NoPrimary", "MemberDown", "NotStreaming"], cluster.Findings.Select(finding => finding.Check));
    }

    [Fact]
    public void A_member_that_lets_nobody_in_is_known_by_its_upstream()
    {
        MemberAnswer closed = Down("b", 2) with
        {
            Failure = new PgHaException("AccessDenied", PgHaErrorKind.PermissionDenied, "b@127.0.0.1:2 let nobody in.")
        };

        PgClusterMember member = Cluster(Primary("a", 1, Row("b")), closed).Find("b")!;

        Assert.Equal(
            (MemberState.Streaming, ServerRole.Standby, "a", 0L, "AccessDenied"),
            (member.State, member.Role!.Value, member.Upstream, member.LagBytes!.Value, member.ErrorId));
        Assert.Equal(MemberState.Unknown, Cluster(Primary("a", 1), closed).Find("b")!.State);
    }

    [Fact]
    public void A_standby_whose_receiver_the_role_may_not_see_is_unknown_and_lives_on_no_archive()
    {
        MemberAnswer hidden = Standby("b", 2, 1).With(status => status with
        {
            Receiver = new ReceiverStatus { ProcessId = 7, HasRestoreCommand = true, ReceivedLsn = End, ReplayedLsn = End },
        });
        StandbyStatus row = new() { Upstream = new PgInstance(), ApplicationName = "b" };

        foreach (PgCluster cluster in new[] { Cluster(Primary("a", 1), hidden), Cluster(Primary("a", 1, row), hidden) })
        {
            PgClusterMember member = cluster.Find("b")!;
            Assert.Equal(
                (MemberState.Unknown, NodeKind.Streaming, ServerRole.Standby), (member.State, member.Kind!.Value, member.Role!.Value));
            Assert.DoesNotContain(cluster.Findings, finding => finding.Check is "MemberUnknown" or "NotStreaming" or "WaitingForArchive");
        }
    }

    [Fact]
    public void A_standby_that_only_its_upstream_knows_has_no_address_and_what_is_no_standby_is_left_out()
    {
        MemberAnswer primary = Primary(
            "a", 1, Row("far"), Row("far"), Row("sub") with { SlotName = "sub" }, Row("pg_receivewal"), Row("copy", state: "backup"));
        primary = primary with
        {
            Status = primary.Status! with
            {
                Slots = [new ReplicationSlot { Server = primary.Server, Name = "sub", Type = ReplicationSlotType.Logical }]
            },
        };

        PgCluster cluster = Cluster(primary);

        Assert.Equal(["a", "far", "far@127.0.0.1:40000"], cluster.Members.Select(member => member.Name));
        Assert.All(
            cluster.Members.Skip(1),
            member => Assert.Equal((null, "a", MemberState.Streaming), (member.Server, member.Upstream, member.State)));
    }

    [Fact]
    public void Two_primaries_are_the_first_thing_to_know()
    {
        PgCluster cluster = Cluster(Primary("a", 1), Primary("b", 2));

        Assert.Null(cluster.Primary);
        Assert.Equal(("TwoPrimaries", FindingSeverity.Critical), (cluster.Findings[0].Check, cluster.Findings[0].Severity));
    }

    [Fact]
    public void A_node_that_is_another_clusters_server_is_no_member_of_this()
    {
        var definition = new ClusterDefinition
        {
            Name = "shop",
            Nodes =
            [
                new NodeDefinition { Name = "a", DataDirectory = "/srv/a" },
                new NodeDefinition { Name = "b", DataDirectory = "/srv/b", Upstream = "a" }
            ],
        };
        MemberAnswer foreign = Primary("other", 2);
        foreign = foreign with { Status = foreign.Status! with { SystemIdentifier = new SystemIdentifier(2) }, Node = definition.Nodes[1] };

        PgCluster cluster = PgClusters.Of([foreign, Primary("a", 1) with { Node = definition.Nodes[0] }], Now, definition);

        Assert.Equal(("shop", Identifier, "a"), (cluster.Name, cluster.SystemIdentifier!.Value, cluster.Primary!.Name));
        Assert.Equal(["b", "a"], cluster.Members.Select(member => member.Name));
        Assert.Equal(["ForeignSystem", "NoFailoverCandidate"], cluster.Findings.Select(finding => finding.Check));
    }

    [Theory]
    [InlineData("scope", "scope", "/data/patroni0", "/data/patroni1", "patroni0", "patroni1")] // Patroni
    [InlineData("15/main", "15/main", "/var/lib/postgresql/15/main", "/var/lib/postgresql/15/main", "one", "two")] // Debian on two machines
    [InlineData(null, null, "/srv/node20", "/srv/data", "node20", "two")]
    [InlineData("x", "y", "/srv/a", "/srv/a", "x", "y")]
    public void A_name_is_taken_from_where_it_is_not_everybodys(
        string? cluster1, string? cluster2, string directory1, string directory2, string name1, string name2)
    {
        MemberAnswer Named(int port, string? cluster, string directory, string application)
        {
            var server = new PgInstance { Port = port, DataDirectory = directory };
            return new MemberAnswer(server)
            {
                Status = Standby("", port, 9).Status! with
                {
                    Server = server,
                    ClusterName = cluster,
                    Receiver = new ReceiverStatus { ApplicationName = application }
                }
            };
        }

        Assert.Equal([name1, name2], MemberNames.Of([Named(1, cluster1, directory1, "one"), Named(2, cluster2, directory2, "two")]));
    }

    // A server that is down tells nothing. Its standby knows it by an address, and its machine by another.
    [Theory]
    [InlineData("10.0.0.1", "db2", "10.0.0.1", "a")]
    [InlineData("127.0.0.1", "db1", "10.0.0.1", "a")]
    [InlineData("127.0.0.1", "db2", "10.0.0.1", null)]
    [InlineData("10.0.0.9", "db2", "10.0.0.1", null)]
    public void A_server_that_is_down_is_the_upstream_by_any_address_that_leads_to_it(
        string senderHost, string standbyMachine, string otherHost, string? upstream)
    {
        var down = new PgInstance { Name = "a", Host = "db1", Port = 5432, Machine = new PgMachine("db1"), DataDirectory = "/srv/a" };
        MemberAnswer standby = NotStreaming("b", 5432, upstreamPort: 5432);
        PgInstance server = standby.Server with { Host = standbyMachine, Machine = new PgMachine(standbyMachine) };
        ReplicationStatus status = standby.Status!.WithServer(server);

        PgCluster cluster = PgClusters.Of(
            [
                new MemberAnswer(down)
                {
                    KnownIdentifier = Identifier,
                    OtherHosts = [otherHost],
                    Failure = new PgHaException(ErrorIds.ServerUnreachable, PgHaErrorKind.ConnectionFailed, "down"),
                },
                new MemberAnswer(server) { Status = status with { Receiver = status.Receiver! with { SenderHost = senderHost } } },
            ],
            Now);

        Assert.Equal(upstream, cluster.Find("b")!.Upstream);
    }

    [Fact]
    public void A_server_without_any_name_is_its_address() =>
        Assert.Equal(["127.0.0.1:5432"], MemberNames.Of([new MemberAnswer(new PgInstance { DataDirectory = "/var/lib/pgsql/data" })]));

    [Fact]
    public void The_name_that_all_members_share_is_the_clusters()
    {
        MemberAnswer Shared(MemberAnswer answer) => answer with { Status = answer.Status! with { ClusterName = "batman" } };

        Assert.Equal("batman", Cluster(Shared(Primary("a", 1, Row("b"))), Shared(Standby("b", 2, 1))).Name);
    }

    [Fact]
    public void Fifty_nodes_are_put_together_in_no_time()
    {
        MemberAnswer[] answers =
        [
            Primary("n0", 5000, [.. Enumerable.Range(1, 9).Select(i => Row($"n{i}"))]),
            .. Enumerable.Range(1, 49).Select(i => Standby(
                $"n{i}", 5000 + i, 5000 + (i / 10), [.. Enumerable.Range(i * 10, 10).Where(n => n < 50).Select(n => Row($"n{n}"))])),
        ];
        PgCluster cluster = Cluster(answers);

        // The best of several: other processes may have the processors meanwhile.
        Assert.InRange(Enumerable.Range(0, 10).Min(_ => Duration(answers)), TimeSpan.Zero, TimeSpan.FromMilliseconds(200));
        Assert.Equal(50, cluster.Members.Count);
        Assert.All(cluster.Members.Skip(1), member => Assert.Equal((MemberState.Streaming, true), (member.State, member.Link is not null)));
        Assert.Equal("", cluster.Diagnosis);
    }

    private static TimeSpan Duration(MemberAnswer[] answers)
    {
        long started = Stopwatch.GetTimestamp();
        Cluster(answers);
        return Stopwatch.GetElapsedTime(started);
    }

    private static MemberAnswer NotStreaming(string name, int port, int upstreamPort)
    {
        MemberAnswer answer = Standby(name, port, upstreamPort);
        return answer with { Status = answer.Status! with { Receiver = answer.Status.Receiver! with { State = null } } };
    }
}
