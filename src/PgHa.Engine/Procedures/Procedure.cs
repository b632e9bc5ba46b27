namespace PgHa.Engine.Procedures;

/// <summary>Work on several servers as data: steps with a description, their order, and the way to undo them.</summary>
/// <remarks>
/// Planning a procedure only reads, so that <c>-WhatIf</c> can print it; <see cref="ProcedureRunner"/> runs it. A check that
/// something took effect is a step of its own, so that the plan shows it.
/// </remarks>
public sealed class Procedure
{
    private readonly List<ProcedureStep> _steps = [];

    /// <summary>A procedure without steps.</summary>
    /// <param name="name">What the whole of it does, as a noun: "Switchover of reference to node23".</param>
    public Procedure(string name) => Name = name;

    /// <summary>What the whole of it does.</summary>
    public string Name { get; }

    /// <summary>The steps, each after those it requires.</summary>
    public IReadOnlyList<ProcedureStep> Steps => _steps;

    /// <summary>Whether there is nothing to do.</summary>
    public bool IsEmpty => _steps.Count == 0;

    /// <summary>Adds a step.</summary>
    /// <exception cref="ArgumentException">It comes after a step that is not in the procedure yet.</exception>
    internal T Add<T>(T step)
        where T : ProcedureStep
    {
        if (step.After.FirstOrDefault(required => !_steps.Contains(required)) is { } missing)
            throw new ArgumentException($"'{step}' comes after '{missing}', which is not there.", nameof(step));
        _steps.Add(step);
        return step;
    }

    internal ProcedureStep Add(
        string target, string description, Func<CancellationToken, Task> run, params IReadOnlyList<ProcedureStep?> after) =>
        Add(new ProcedureStep(target, description, run) { After = [.. after.OfType<ProcedureStep>().Distinct()] });

    /// <summary>The plan as a tree.</summary>
    public override string ToString() => PlanTree.Draw(
        Name,
        [
            .. _steps.Select(step => new PlanStep(
                step.Target, step.Description, [.. step.After.Select(required => _steps.IndexOf(required))])),
        ]);
}
