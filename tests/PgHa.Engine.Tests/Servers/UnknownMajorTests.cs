using System.Globalization;
using PgHa.Engine.Machines.Local;
using PgHa.Engine.Servers;
using PgHa.Engine.Tests.Support;
using PgHa.TestServers;

namespace PgHa.Engine.Tests.Servers;

/// <summary>A major that PgHa does not know: its control file is read by its own programs.</summary>
public sealed class UnknownMajorTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void It_is_warned_of_once_in_a_command()
    {
        var log = new RecordingLog();
        var context = new EngineContext(log);
        var known = new PgInstance { Name = "known" };

        context.WarnOfUnknownMajor(
            known, new ServerVersion((int.Parse(ServerDialect.Newest.Major, CultureInfo.InvariantCulture) * 10_000) + 3));
        Assert.Empty(log.Warnings);
        context.WarnOfUnknownMajor(new PgInstance { Name = "newer" }, ServerVersion.OfMajor(99));
        context.WarnOfUnknownMajor(new PgInstance { Name = "another" }, ServerVersion.OfMajor(99));

        string warning = Assert.Single(log.Warnings);
        Assert.Contains("newer@127.0.0.1:5432 is PostgreSQL 99", warning, StringComparison.Ordinal);
        Assert.Contains($"PostgreSQL {ServerDialect.Newest.Major}", warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_layout_is_read_by_the_servers_own_pg_controldata()
    {
        await using TestArea area = await MakeAsync("99", "99.1");
        var server = new PgInstance { Name = "node", DataDirectory = area["data"], BinDirectory = area["bin"] };

        ControlData control = await ControlFile.ReadAsync(new LocalHost(new RecordingLog()), server, Cancellation);

        Assert.Equal(("7713700604273896615", DatabaseState.ShutDown), (control.SystemIdentifier.ToString(), control.State));
        Assert.Equal((128, new Lsn(0x174FF18)), (control.MaxLocksPerTransaction, control.CheckpointLsn));
    }

    [Fact]
    public async Task A_pg_controldata_of_another_major_is_not_believed()
    {
        await using TestArea area = await MakeAsync("98", "99.1");
        var server = new PgInstance { Name = "node", DataDirectory = area["data"], BinDirectory = area["bin"] };

        PgHaException e = await TestCluster.FailsAsync(
            "ControlFileNotSupported", () => ControlFile.ReadAsync(new LocalHost(new RecordingLog()), server, Cancellation));

        Assert.Contains("is not of the server's major, 98", e.Message, StringComparison.Ordinal);
    }

    private static async Task<TestArea> MakeAsync(string major, string programs)
    {
        TestArea area = await TestArea.CreateAsync(Cancellation);
        byte[] file = new byte[8192];
        BitConverter.GetBytes(9900).CopyTo(file, 8);
        Directory.CreateDirectory(Path.Combine(area["data"], "global"));
        await File.WriteAllBytesAsync(Path.Combine(area["data"], "global", "pg_control"), file, Cancellation);
        await File.WriteAllTextAsync(Path.Combine(area["data"], "PG_VERSION"), $"{major}\n", Cancellation);
        Directory.CreateDirectory(area["bin"]);
        string program = Path.Combine(area["bin"], "pg_controldata");
        await File.WriteAllTextAsync(program, $"""
            #!/bin/sh
            [ "$1" = --version ] && echo 'pg_controldata (PostgreSQL) {programs}' && exit
            cat <<'END'
            {Printed}
            END
            """, Cancellation);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return area;
    }

    private const string Printed = """
        pg_control version number:            9900
        Catalog version number:               209901011
        Database system identifier:           7713700604273896615
        Database cluster state:               shut down
        pg_control last modified:             Sun Nov 29 20:57:59 2026
        Latest checkpoint location:           0/0174FF18
        Latest checkpoint's REDO location:    0/0174FF18
        Latest checkpoint's TimeLineID:       1
        Latest checkpoint's PrevTimeLineID:   1
        Minimum recovery ending location:     0/00000000
        Min recovery ending loc's timeline:   0
        Backup start location:                0/00000000
        Backup end location:                  0/00000000
        End-of-backup record required:        no
        wal_level setting:                    replica
        wal_log_hints setting:                off
        max_connections setting:              101
        max_worker_processes setting:         8
        max_wal_senders setting:              10
        max_prepared_xacts setting:           0
        max_locks_per_xact setting:           128
        track_commit_timestamp setting:       off
        Bytes per WAL segment:                16777216
        Data page checksum version:           1
        Something new in 99:                  yes
        """;
}
