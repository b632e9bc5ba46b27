using PgHa.Engine.Procedures;

namespace PgHa.Engine.Repair;

/// <summary>The plan for returning a server to its cluster.</summary>
/// <param name="Decision">The chosen method, and the reason.</param>
/// <param name="Procedure">The steps; none if it streams already.</param>
public sealed record RepairPlan(RepairDecision Decision, Procedure Procedure)
{
    /// <summary>Plans the steps after these ones, if they cannot be known before; <see langword="null"/> if there are none.</summary>
    internal Func<CancellationToken, Task<RepairPlan>>? Next { get; init; }

    /// <summary>
    /// Plans the repair without a rewind, if the rewind fails for the given reason; <see langword="null"/> if no other method is
    /// allowed.
    /// </summary>
    internal Func<string, CancellationToken, Task<RepairPlan>>? WithoutRewind { get; init; }
}
