using System.Diagnostics;
using System.Security.Cryptography;
using PgHa.Engine;
using PgHa.Engine.Access;
using PgHa.Engine.Archiving;
using PgHa.Engine.Backup;
using PgHa.Engine.Instances;
using PgHa.Engine.Recovery;
using PgHa.Engine.Replication;
using PgHa.Engine.Servers;
using PgHa.Engine.Settings;

namespace PgHa.Quickstart;

/// <summary>The reference cluster without PowerShell: the steps of docs/examples/reference-cluster.ps1 on the same engine.</summary>
internal sealed class DirectCluster(string root, int port, string binDirectory, bool keep)
{
    private const string Role = "foo";

    private readonly EngineContext _engine = new(new ConsoleLog());
    private readonly string _password = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));

    /// <summary>Builds it, writes rows, waits for them everywhere, shows the state, and removes it.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        bool completed = false;
        try
        {
            long start = Stopwatch.GetTimestamp();
            Console.WriteLine($"==> Building six nodes in {root}");
            IReadOnlyList<PgInstance> nodes = await BuildAsync(cancellationToken);
            Console.WriteLine($"Built in {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s.");

            Console.WriteLine("==> Writing 1000 rows on the primary, and waiting until every node has them");
            await ExecuteAsync(nodes[0], "create table greeting as select n, 'hello ' || n as text from generate_series(1, 1000) n", cancellationToken);
            foreach (PgInstance standby in nodes.Skip(1))
                await new ReplicationWait(_engine).WaitAsync(standby, new ReplicationWaitOptions { Upstream = nodes[0] }, cancellationToken);

            Console.WriteLine("==> The state of the cluster");
            foreach (ReplicationStatusAnswer answer in await ReplicationStatusReader.ReadAsync(_engine, nodes, cancellationToken))
                Console.WriteLine(answer.Status is { } status ? Line(status) : answer.Failure!.Message);
            completed = true;
        }
        finally
        {
            // Ctrl+C stops the work, not the tidying up after it.
            if (keep && completed)
                Console.WriteLine($"==> Kept running in {root}. To remove it: stop each server with {binDirectory}/pg_ctl -D {root}/nodeNN stop, then remove the folder.");
            else
                await RemoveAsync();
        }
    }

    private async Task<IReadOnlyList<PgInstance>> BuildAsync(CancellationToken cancellationToken)
    {
        var settings = new Dictionary<string, string?> { ["max_replication_slots"] = "10", ["max_wal_senders"] = "10", ["wal_level"] = "replica" };
        var control = new InstanceControl(_engine);
        PgInstance node20 = await new InstanceInitializer(_engine).CreateAsync(
            new NewInstanceOptions { Name = "node20", DataDirectory = At("node20"), Port = port, BinDirectory = binDirectory }, cancellationToken);
        await new SettingStore(_engine).SetAsync(node20, settings, Confirmed, cancellationToken);
        await new ArchiveControl(_engine).EnableAsync(node20, new ArchiveOptions { ArchiveDirectory = At("archive20") }, Confirmed, cancellationToken);
        await control.StartAsync(node20, cancellationToken);
        await new ReplicationRoles(_engine).EnsureAsync(node20, new ReplicationRoleOptions { Name = Role, Password = _password }, Confirmed, cancellationToken);

        PgInstance node21 = await StandbyAsync(21, node20, new RecoveryOptions { RestoreFrom = At("archive20"), HotStandby = false }, cancellationToken);
        PgInstance node22 = await StandbyAsync(22, node20, Streaming(node20) with { HotStandby = false }, cancellationToken);
        await ReplicationSlots.CreatePhysicalAsync(_engine, node20, "node_slot_23", reserveWal: false, cancellationToken);
        PgInstance node23 = await StandbyAsync(23, node20, Streaming(node20) with { SlotName = "node_slot_23" }, cancellationToken);
        PgInstance node24 = await StandbyAsync(24, node23, Streaming(node23), cancellationToken);
        PgInstance node25 = await StandbyAsync(25, node20, Streaming(node20) with { ApplicationName = "s1" }, cancellationToken, archive: "archive25");

        // Last of all: from here on a commit waits for s1, so s1 has to stream first.
        await new ReplicationWait(_engine).WaitAsync(node25, new ReplicationWaitOptions(), cancellationToken);
        await SynchronousReplication.EnableAsync(_engine, node20, new SyncStandbyRequest("s1"), cancellationToken);
        return [node20, node21, node22, node23, node24, node25];
    }

    private async Task<PgInstance> StandbyAsync(
        int number, PgInstance source, RecoveryOptions recovery, CancellationToken cancellationToken, string? archive = null)
    {
        string name = $"node{number}";
        PgInstance node = await new BaseBackup(_engine).CreateAsync(
            new BaseBackupOptions { Source = source, Name = name, DataDirectory = At(name), Port = port + number - 20, Label = $"basebackup{number}" }, cancellationToken);
        await new RecoverySettings(_engine).SetAsync(node, recovery, cancellationToken);
        if (archive is not null)
        {
            await new ArchiveControl(_engine).EnableAsync(
                node, new ArchiveOptions { ArchiveDirectory = At(archive), Mode = ArchiveMode.Always }, Confirmed, cancellationToken);
        }

        return await new InstanceControl(_engine).StartAsync(node, cancellationToken);
    }

    private RecoveryOptions Streaming(PgInstance upstream) => new() { Upstream = upstream, Login = upstream.WithLogin(Role, _password) };

    private async Task ExecuteAsync(PgInstance server, string sql, CancellationToken cancellationToken)
    {
        await using ServerSession session = await ServerSession.OpenAsync(_engine, server, cancellationToken);
        await session.ExecuteAsync(sql, cancellationToken);
    }

    private async Task RemoveAsync()
    {
        Console.WriteLine($"==> Stopping the servers and removing {root}");
        IReadOnlyList<PgInstance> nodes = await new InstanceFinder(_engine).FindAsync(root, CancellationToken.None);
        foreach (PgInstance node in nodes.OrderByDescending(node => node.Port))
            await new InstanceRemover(_engine).RemoveAsync(node, stopFirst: true, CancellationToken.None);
        Directory.Delete(root, recursive: true);
    }

    private static string Line(ReplicationStatus status)
    {
        string standbys = string.Join(", ", status.Standbys.Select(standby => standby.ApplicationName));
        return $"  {status.Server,-24} {status.Role,-8} {status.CurrentLsn?.ToString() ?? "",-12} "
            + (status.Upstream is { } upstream ? $"from {upstream} " : "") + (standbys.Length > 0 ? $"to {standbys}" : "");
    }

    private static Task<bool> Confirmed(string plan) => Task.FromResult(true);

    private string At(string name) => Path.Combine(root, name);
}
