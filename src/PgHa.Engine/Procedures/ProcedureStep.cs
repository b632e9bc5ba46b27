namespace PgHa.Engine.Procedures;

/// <summary>One step of a <see cref="Procedure"/>: what is done to which server, after what, and how it is undone.</summary>
public class ProcedureStep
{
    private readonly Func<StepRun, CancellationToken, Task> _run;

    internal ProcedureStep(string target, string description, Func<CancellationToken, Task> run)
        : this(target, description, (_, token) => run(token))
    {
    }

    /// <summary>A step that uses what earlier steps of the same run have returned.</summary>
    internal ProcedureStep(string target, string description, Func<StepRun, CancellationToken, Task> run)
    {
        Target = target;
        Description = description;
        _run = run;
    }

    /// <summary>The server, or what else it is about.</summary>
    public string Target { get; }

    /// <summary>What happens to it, as an instruction: "Start the server".</summary>
    public string Description { get; }

    /// <summary>The steps that have to be done before.</summary>
    public IReadOnlyList<ProcedureStep> After { get; init; } = [];

    /// <summary>Once this step has begun, nothing is undone, and a cancellation waits for the end.</summary>
    public bool IsPointOfNoReturn { get; init; }

    /// <summary>
    /// Called when this point of no return has failed: whether the change provably has not happened and will not happen, so that
    /// everything can be undone. <see langword="null"/> where that can never be proven.
    /// </summary>
    internal Func<CancellationToken, Task<bool>>? HasNotHappened { get; init; }

    /// <summary>
    /// Restores the state before the step; <see langword="null"/> where there is nothing to restore. It is also called for a step
    /// that failed midway, so it must handle a partial change. Where it needs to know what the step did, the step is a
    /// <see cref="ProcedureStep{T}"/>.
    /// </summary>
    internal Func<CancellationToken, Task>? Undo { get; init; }

    /// <summary>
    /// Does the work, and returns when it is proven to be done. If it is done already, it changes nothing, because an interrupted
    /// procedure is run again from its start.
    /// </summary>
    internal virtual Task RunAsync(StepRun run, CancellationToken cancellationToken) => _run(run, cancellationToken);

    /// <summary>What restores the state before the step, in one run; <see langword="null"/> where there is nothing to restore.</summary>
    internal virtual Func<CancellationToken, Task>? UndoIn(StepRun run) => Undo;

    /// <summary><c>node23: Start the server</c>.</summary>
    public override string ToString() => $"{Target}: {Description}";
}
