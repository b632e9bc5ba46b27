using System.Text.Json;

namespace PgHa.Tests;

public sealed class PgInstanceTests
{
    private static readonly PgInstance Node = new PgInstance
    {
        Name = "node23",
        Host = "db1",
        Port = 9423,
        UserName = "admin",
        Database = "postgres",
        Options = "sslmode=require",
        SocketDirectory = "/tmp",
        Machine = new PgMachine("ssh://admin@db1?sudo=true"),
        DataDirectory = "/srv/node23",
        BinDirectory = "/usr/lib/postgresql/15/bin",
        Version = ServerVersion.Parse("15.18"),
    }.WithLogin("admin", "s3cret");

    [Fact]
    public void A_server_is_printed_as_name_and_address()
    {
        Assert.Equal("node23@db1:9423", Node.ToString());
        Assert.Equal("127.0.0.1:5432", new PgInstance().ToString());
        Assert.Equal("[::1]:5432", new PgInstance { Host = "::1" }.ToString());
    }

    [Fact]
    public void Without_a_name_it_is_called_by_its_address()
    {
        Assert.Equal("db1:9423", (Node with { Name = "" }).Name);
        Assert.Equal("db1:5433", (new PgInstance("db1") with { Port = 5433 }).Name);
    }

    [Fact]
    public void A_password_is_held_and_never_shown()
    {
        Assert.True(Node.HasPassword);
        Assert.Equal("s3cret", Node.RevealPassword());
        Assert.DoesNotContain("s3cret", Node.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", JsonSerializer.Serialize(Node), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", Node.ToConnectionSettings().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void No_public_property_gives_the_password_away()
    {
        foreach (System.Reflection.PropertyInfo property in typeof(PgInstance).GetProperties())
            Assert.DoesNotContain("s3cret", $"{property.GetValue(Node)}", StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_copy_keeps_the_password() =>
        Assert.Equal("s3cret", (Node with { Port = 1 }).RevealPassword());

    [Fact]
    public void Another_login_replaces_the_password_or_drops_it()
    {
        Assert.Equal("other", Node.WithLogin("bob", "other").RevealPassword());
        PgInstance without = Node.WithLogin("bob", null);
        Assert.Equal(("bob", null, false), (without.UserName, without.RevealPassword(), without.HasPassword));
        Assert.Equal("node23@db1:9423", without.ToString());
    }

    [Fact]
    public void Passwords_are_not_compared()
    {
        PgInstance other = Node.WithLogin("admin", "other");
        Assert.Equal(Node, other);
        Assert.Equal(Node.GetHashCode(), other.GetHashCode());
    }

    [Fact]
    public void Every_other_property_is_compared()
    {
        PgInstance[] others =
        [
            Node with { Name = "x" },
            Node with { Host = "x" },
            Node with { Port = 1 },
            Node with { UserName = "x" },
            Node with { Database = "x" },
            Node with { Options = null },
            Node with { SocketDirectory = null },
            Node with { Machine = PgMachine.This },
            Node with { DataDirectory = null },
            Node with { BinDirectory = null },
            Node with { Version = null },
        ];
        Assert.All(others, other => Assert.NotEqual(Node, other));
        // Who manages and who starts it was seen at one time, and may have changed at another.
        Assert.Equal(Node, Node with { ManagedBy = "Patroni", ControlledBy = "pg_ctl" });
        Assert.Equal(others.Length + 2, typeof(PgInstance).GetProperties().Count(property => property.CanWrite));
    }

    [Fact]
    public void Another_machine_reaches_a_server_neither_by_its_socket_nor_by_loopback()
    {
        PgMachine db1 = new("db1"), db2 = new("db2");
        PgInstance local = new() { Host = "127.0.0.1", SocketDirectory = "/tmp", Machine = db1 };

        Assert.Same(local, local.SeenFrom(db1));
        Assert.Equal(local with { Host = "db1", SocketDirectory = null }, local.SeenFrom(db2));
        Assert.Equal(local with { Host = "db1", SocketDirectory = null }, local.SeenFrom(PgMachine.This));
        Assert.Equal(
            local with { Host = "10.0.0.1", SocketDirectory = null }, (local with { Host = "10.0.0.1" }).SeenFrom(db2));
    }

    [Fact]
    public void What_is_known_by_loopback_on_this_machine_is_out_of_reach_for_others()
    {
        PgInstance here = new() { Name = "node20" };

        Assert.Same(here, here.SeenFrom(PgMachine.This));
        Assert.Equal(
            ErrorIds.AddressIsLoopback, Assert.Throws<PgHaException>(() => here.SeenFrom(new PgMachine("db1"))).ErrorId);
        Assert.Equal("db9", (here with { Host = "db9" }).SeenFrom(new PgMachine("db1")).Host);
    }

    [Fact]
    public void A_server_survives_JSON_but_for_its_password()
    {
        PgInstance? back = JsonSerializer.Deserialize<PgInstance>(JsonSerializer.Serialize(Node));
        Assert.Equal(Node, back);
        Assert.False(back!.HasPassword);
        Assert.Equal(Node.ToString(), back.ToString());
    }

    [Fact]
    public void A_server_without_a_name_survives_JSON()
    {
        PgInstance server = new("db1:5433");
        PgInstance? back = JsonSerializer.Deserialize<PgInstance>(JsonSerializer.Serialize(server));
        Assert.Equal(server, back);
        Assert.Equal("db1:5433", back!.ToString());
    }
}
