using System.Globalization;

namespace PgHa.Engine.Procedures;

/// <summary>Runs a procedure. Steps that do not depend on each other run at the same time.</summary>
/// <remarks>
/// After a failure no further step begins, and running steps finish. Before the point of no return all steps that have begun are
/// then undone, the last one first. Before that point Ctrl+C counts as a failure. After it the procedure runs to its end, because
/// stopping halfway would be worse. If the step of no return itself fails and provably changed nothing, everything is undone.
/// </remarks>
public sealed class ProcedureRunner
{
    // The cancellation of the procedure must not cancel the undoing. Besides this limit, each step has timeouts of its own.
    private static readonly TimeSpan UndoTime = TimeSpan.FromMinutes(5);

    private readonly EngineContext _context;

    /// <summary>Works in a context.</summary>
    public ProcedureRunner(EngineContext context) => _context = context;

    /// <summary>Runs it to its end.</summary>
    /// <param name="procedure">The steps.</param>
    /// <param name="cancellationToken">Stops it before the point of no return.</param>
    /// <exception cref="PgHaException">
    /// A step failed: the id, kind and advice are that step's, and the message also tells which step it was, what had
    /// been done, what was undone and what was not begun.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was cancelled, and what had been begun is undone.</exception>
    public async Task RunAsync(Procedure procedure, CancellationToken cancellationToken)
    {
        var journal = new ProcedureJournal(procedure);
        Dictionary<ProcedureStep, Task> running = [];
        _context.Log.Progress(new EngineProgress(procedure.Name, "beginning", 0));
        try
        {
            foreach (ProcedureStep step in procedure.Steps)
            {
                running[step] = RunStepAsync(
                    procedure, step, [.. step.After.Select(required => running[required])], journal, cancellationToken);
            }

            await Task.WhenAll(running.Values).ConfigureAwait(false);
            if (journal.Failure is { } failure)
                throw await FailedAsync(procedure, journal, failure.Step, failure.Reason).ConfigureAwait(false);
        }
        finally
        {
            foreach (string target in procedure.Steps.Select(step => step.Target).Distinct())
                _context.Log.Progress(new EngineProgress(target, "done", IsCompleted: true) { Parent = procedure.Name });
            _context.Log.Progress(new EngineProgress(procedure.Name, "done", IsCompleted: true));
        }

        _context.Log.Step(string.Create(
            CultureInfo.InvariantCulture, $"{procedure.Name}: done after {journal.Elapsed.TotalSeconds:0.00} s"));
    }

    private async Task RunStepAsync(
        Procedure procedure, ProcedureStep step, IReadOnlyList<Task> required, ProcedureJournal journal,
        CancellationToken cancellationToken)
    {
        // The task of a failed step ends without an exception; the journal knows of the failure.
        await Task.WhenAll(required).ConfigureAwait(false);
        if (!journal.TryBegin(step))
            return;

        // The caller can begin the other steps, also if this one does much work before it first waits.
        await Task.Yield();
        TimeSpan begin = journal.Elapsed;
        try
        {
            CancellationToken token = journal.IsPastReturn ? CancellationToken.None : cancellationToken;
            token.ThrowIfCancellationRequested();
            _context.Log.Progress(new EngineProgress(step.Target, step.Description) { Parent = procedure.Name });
            _context.Log.Step($"{step} …");
            await step.RunAsync(journal.Run, token).ConfigureAwait(false);
            journal.Set(step, StepOutcome.Done);
            int done = journal.DoneCount;
            TimeSpan end = journal.Elapsed;
            // Steps run side by side: when each began and ended shows which ones the procedure waited for.
            _context.Log.Step(string.Create(
                CultureInfo.InvariantCulture,
                $"{step}: done after {(end - begin).TotalMilliseconds:0} ms "
                    + $"(from {begin.TotalMilliseconds:0} to {end.TotalMilliseconds:0} ms)"));
            _context.Log.Progress(new EngineProgress(
                procedure.Name, string.Create(CultureInfo.InvariantCulture, $"{done} of {procedure.Steps.Count} steps"),
                done * 100 / procedure.Steps.Count));
        }
        catch (Exception reason)
        {
            journal.Fail(step, reason);
        }
    }

    private async Task<Exception> FailedAsync(Procedure procedure, ProcedureJournal journal, ProcedureStep step, Exception reason)
    {
        if (!journal.IsPastReturn || await HasNotHappenedAsync(step).ConfigureAwait(false))
            await UndoAsync(journal).ConfigureAwait(false);
        if (reason is OperationCanceledException)
        {
            _context.Log.Warn($"{procedure.Name} was stopped at '{step}'. {journal.Describe()}");
            return reason;
        }

        string place = string.Create(
            CultureInfo.InvariantCulture, $"step {procedure.Steps.ToList().IndexOf(step) + 1} of {procedure.Steps.Count}");
        string message = $"{procedure.Name} stopped at {place} ({step}): {reason.Message} {journal.Describe()}";
        return reason is PgHaException known
            ? new PgHaException(
                known.ErrorId, known.Kind, message, known.Advice ?? "Correct what it says, and run it again.", known.Server, known)
            : new PgHaException(
                ErrorIds.UnexpectedFailure, PgHaErrorKind.OperationFailed,
                    message, "Please report this: it should not happen.", step.Target,
                reason);
    }

    private async Task<bool> HasNotHappenedAsync(ProcedureStep step)
    {
        if (step is not { IsPointOfNoReturn: true, HasNotHappened: { } ask })
            return false;
        try
        {
            using CancellationTokenSource deadline = new(UndoTime);
            return await ask(deadline.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _context.Log.Warn($"Nothing is undone, because how far '{step}' came cannot be told: {e.Message}");
            return false;
        }
    }

    private async Task UndoAsync(ProcedureJournal journal)
    {
        using CancellationTokenSource deadline = new(UndoTime);
        foreach (ProcedureStep step in journal.BegunLastFirst)
        {
            if (step.UndoIn(journal.Run) is not { } undo)
                continue;
            try
            {
                _context.Log.Step($"{step}: undoing");
                await undo(deadline.Token).ConfigureAwait(false);
                journal.Set(step, StepOutcome.Undone);
            }
            catch (Exception e)
            {
                journal.Set(step, StepOutcome.NotUndone);
                _context.Log.Warn($"'{step}' could not be undone: {e.Message}");
            }
        }
    }
}
