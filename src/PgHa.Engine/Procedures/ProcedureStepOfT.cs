namespace PgHa.Engine.Procedures;

/// <summary>A step that returns a value. Its undo gets the value, and so do later steps of the same run.</summary>
/// <typeparam name="T">The value, such as the files as they were before.</typeparam>
internal sealed class ProcedureStep<T> : ProcedureStep
{
    private readonly Func<StepRun, Action<T>, CancellationToken, Task<T>> _run;

    /// <param name="target">The server, or what else it is about.</param>
    /// <param name="description">What happens to it, as an instruction.</param>
    /// <param name="run">
    /// Does the work. A step that changes something in several parts first hands the value to the action: if the step then fails midway,
    /// its undo gets that value. Without it, a step that failed is not undone.
    /// </param>
    public ProcedureStep(string target, string description, Func<StepRun, Action<T>, CancellationToken, Task<T>> run)
        : base(target, description, _ => Task.CompletedTask) => _run = run;

    /// <summary>Restores the state before the step; <see langword="null"/> where there is nothing to restore.</summary>
    public Func<T, CancellationToken, Task>? UndoWith { get; init; }

    internal override async Task RunAsync(StepRun run, CancellationToken cancellationToken) => run.Keep(
        this, await _run(run, value => run.Keep(this, value), cancellationToken).ConfigureAwait(false));

    internal override Func<CancellationToken, Task>? UndoIn(StepRun run) =>
        UndoWith is { } undo && run.Has(this) ? token => undo(run.Of(this), token) : null;
}
