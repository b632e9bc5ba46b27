using PgHa.Engine.Machines.Local;
using PgHa.Engine.Procedures;
using PgHa.Engine.Repair;
using PgHa.Engine.Tests.Faults;
using PgHa.Engine.Tests.Support;

namespace PgHa.Engine.Tests.Schedules;

/// <summary>Three servers of this machine.</summary>
internal sealed class LocalScheduledCluster : IScheduledCluster
{
    private readonly FaultyCluster _faulty;

    private LocalScheduledCluster(FaultyCluster faulty) => _faulty = faulty;

    public IReadOnlyList<string> Names => [.. Cluster.Nodes.Select(node => node.Name)];

    private OperatedCluster Cluster => _faulty.Cluster;

    public static async Task<LocalScheduledCluster> BuildAsync() => new(await FaultyCluster.BuildAsync(Fault.Killed));

    public async Task StrikeAsync(ScheduledRound round)
    {
        string? name = round.Victim == Schedule.ThePrimary ? (await Cluster.LookAsync()).Primary?.Name : round.Victim;
        if (name is null)
            return;
        PgInstance victim = Cluster.Node(name);
        switch (round.Fault)
        {
            case ScheduledFault.Kill:
                int? killed = await SignalAsync("KILL", victim);
                // PostgreSQL does not start while a process has the number in postmaster.pid, even one that nobody has waited for yet.
                while (killed is not null && Directory.Exists($"/proc/{killed}"))
                    await Task.Delay(20, TestCluster.Deadline);
                break;
            case ScheduledFault.Stop:
                await Cluster.Servers.Control.StopAsync(victim, StopMode.Fast, TestCluster.Deadline);
                break;
            case ScheduledFault.Freeze:
                await SignalAsync("STOP", victim);
                await Task.Delay(round.Length, TestCluster.Deadline);
                await SignalAsync("CONT", victim);
                break;
            case ScheduledFault.OperatorKilled:
                break; // That is up to the operator.
        }
    }

    public async Task ActAsync(ScheduledRound round)
    {
        switch (round.Act)
        {
            case OperatorAct.Switchover:
                await RunAsync(await Cluster.PlanSwitchAsync(round.Candidate), round);
                break;
            case OperatorAct.Failover:
                await RunAsync(await Cluster.PlanFailoverAsync(), round);
                break;
            case OperatorAct.Repair:
                await RepairAsync(round);
                break;
            case OperatorAct.Start:
                foreach (string name in Names)
                    await _faulty.StartAsync(name);
                break;
        }
    }

    public Task<string> HealAsync() => _faulty.HealAsync();

    public Task AssertNothingLostAsync(string primary) => _faulty.Writers.AssertNothingLostAsync(Cluster.Node(primary));

    public ValueTask DisposeAsync() => _faulty.DisposeAsync();

    private async Task RepairAsync(ScheduledRound round)
    {
        if ((await Cluster.LookAsync()).Primary is not { } primary)
            return;
        foreach (string name in Names.Where(name => name != primary.Name))
        {
            RepairPlan plan = await new StandbyRepair(Cluster.Context).PlanAsync(
                Cluster.Node(name), FaultyCluster.RepairOf(Cluster, name, primary.Name), TestCluster.Deadline);
            await RunAsync(plan.Procedure, round);
        }
    }

    private async Task RunAsync(Procedure procedure, ScheduledRound round)
    {
        if (round.Fault == ScheduledFault.OperatorKilled && procedure.Steps.Count > 0)
        {
            int step = (int)(round.Step * procedure.Steps.Count);
            procedure = Sabotage.KilledAt(procedure, step, afterwards: round.Length.Milliseconds % 2 == 0);
        }

        await new ProcedureRunner(Cluster.Context).RunAsync(procedure, TestCluster.Deadline);
    }

    // Twice: the postmaster may begin another process meanwhile, and of a killed postmaster nobody is a child any more.
    private async Task<int?> SignalAsync(string signal, PgInstance server)
    {
        if (await Cluster.Servers.Control.GetStatusAsync(server, TestCluster.Deadline) is not { HasProcess: true, Pid.ProcessId: var id })
            return null;
        await SendAsync(signal, [id, .. await ChildrenAsync(id)]);
        await SendAsync(signal, await ChildrenAsync(id));
        return id;
    }

    private static async Task<IReadOnlyList<int>> ChildrenAsync(int postmaster) =>
        [.. (await new LocalHost().ListProcessesAsync(TestCluster.Deadline))
            .Where(process => process.ParentId == postmaster).Select(process => process.Id)];

    // A process may have ended meanwhile.
    private static async Task SendAsync(string signal, IReadOnlyList<int> processes) => await TestCluster.RunAsync(
        "sh", "-c", $"for pid in {string.Join(' ', processes)}; do kill -{signal} $pid 2>/dev/null; done; true");
}
