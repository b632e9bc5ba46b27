using System.Globalization;

namespace PgHa.Engine.Tests.Schedules;

/// <summary>What an operator does in a round.</summary>
public enum OperatorAct
{
    /// <summary>A planned change of the primary.</summary>
    Switchover,

    /// <summary>An unplanned one, also where the primary lives: it is refused then.</summary>
    Failover,

    /// <summary>Takes everybody back who does not follow the primary.</summary>
    Repair,

    /// <summary>Starts what is down.</summary>
    Start,
}

/// <summary>What befalls a server, or the operator, meanwhile.</summary>
public enum ScheduledFault
{
    /// <summary>The server's processes are killed.</summary>
    Kill,

    /// <summary>Somebody stops the server.</summary>
    Stop,

    /// <summary>The server's processes are stopped for a while (SIGSTOP), as on a machine that hangs.</summary>
    Freeze,

    /// <summary>PgHa is killed before or after a step.</summary>
    OperatorKilled,
}

/// <summary>One round: the operator acts, and something happens at the same time.</summary>
/// <param name="Act">What the operator does.</param>
/// <param name="Candidate">The next primary of a switchover.</param>
/// <param name="Fault">What happens.</param>
/// <param name="Victim">The server that it happens to, or <see cref="Schedule.ThePrimary"/>.</param>
/// <param name="Delay">How long after the operator began; negative: how long before.</param>
/// <param name="Length">How long a server hangs.</param>
/// <param name="Step">Where PgHa is killed: a share of its steps.</param>
public sealed record ScheduledRound(
    OperatorAct Act, string Candidate, ScheduledFault Fault, string Victim, TimeSpan Delay, TimeSpan Length, double Step)
{
    public override string ToString()
    {
        string act = Act == OperatorAct.Switchover ? $"switchover to {Candidate}" : Act.ToString().ToLowerInvariant();
        return Fault == ScheduledFault.OperatorKilled
            ? string.Create(CultureInfo.InvariantCulture, $"{act}, killed at {Step:P0} of its steps")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{act}, and {Fault.ToString().ToLowerInvariant()} {Victim} {Math.Abs(Delay.TotalMilliseconds)} ms "
                    + $"{(Delay < TimeSpan.Zero ? "before" : "after")}");
    }
}

/// <summary>Rounds that a seed determines. The same seed gives the same rounds; what comes of them depends on the moment.</summary>
public static class Schedule
{
    /// <summary>The victim is whoever is the primary at that moment.</summary>
    public const string ThePrimary = "the primary";

    private const int Rounds = 3;

    public static IReadOnlyList<ScheduledRound> Of(int seed, IReadOnlyList<string> names)
    {
        // Not for secrets, and the same with each version of .NET.
#pragma warning disable CA5394
        var random = new Random(seed);
        return
        [
            .. Enumerable.Range(0, Rounds).Select(_ => new ScheduledRound(
                Pick(Enum.GetValues<OperatorAct>()), Pick(names), Pick(Enum.GetValues<ScheduledFault>()),
                Pick([ThePrimary, ThePrimary, .. names]), TimeSpan.FromMilliseconds(random.Next(-1000, 600)),
                TimeSpan.FromMilliseconds(random.Next(200, 1500)), random.NextDouble())),
        ];

        T Pick<T>(IReadOnlyList<T> values) => values[random.Next(values.Count)];
#pragma warning restore CA5394
    }
}
