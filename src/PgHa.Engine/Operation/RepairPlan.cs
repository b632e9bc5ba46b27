using PgHa.Engine.Procedures;

namespace PgHa.Engine.Operation;

/// <summary>What it takes to get a server back into its cluster.</summary>
/// <param name="Decision">Which way, and why.</param>
/// <param name="Procedure">The steps; none if it streams already.</param>
public sealed record RepairPlan(RejoinDecision Decision, Procedure Procedure)
{
    /// <summary>What it takes after these steps, where that can't be known before; <see langword="null"/> if nothing more.</summary>
    internal Func<CancellationToken, Task<RepairPlan>>? Next { get; init; }

    /// <summary>What it takes if the rewind fails, for the reason given; <see langword="null"/> where nothing else is allowed.</summary>
    internal Func<string, CancellationToken, Task<RepairPlan>>? WithoutRewind { get; init; }
}
