using PgHa.Engine.Procedures;

namespace PgHa.Engine.Tests.Support;

/// <summary>Makes procedures fail where a test wants it.</summary>
internal static class Sabotage
{
    /// <summary>The same procedure, one step of which does its work and then fails, or fails instead of it.</summary>
    public static Procedure FailingAt(Procedure procedure, int index, bool afterwards)
    {
        ReliabilityReport.AddFault(procedure.Name, "StepFails", "stopped");
        return Copy(procedure, index, Failing(afterwards), undoes: true);
    }

    /// <summary>
    /// The same procedure as PgHa leaves it when it is killed before or after a step: nothing is undone, and nothing further begun.
    /// </summary>
    public static Procedure KilledAt(Procedure procedure, int index, bool afterwards)
    {
        ReliabilityReport.AddFault(procedure.Name, "PgHaKilled", "stopped");
        return Copy(procedure, index, Failing(afterwards), undoes: false);
    }

    /// <summary>The same procedure, with something that happens before a step.</summary>
    public static Procedure Before(Procedure procedure, int index, Func<Task> happens) => Copy(
        procedure, index,
        async run =>
        {
            await happens();
            await run();
        },
        undoes: true);

    private static Func<Func<Task>, Task> Failing(bool afterwards) => async run =>
    {
        if (afterwards)
            await run();
        throw new PgHaException("Sabotage", PgHaErrorKind.OperationFailed, "It was made to fail.", "Run it again.");
    };

    private static Procedure Copy(Procedure procedure, int index, Func<Func<Task>, Task> around, bool undoes)
    {
        var copy = new Procedure(procedure.Name);
        Dictionary<ProcedureStep, ProcedureStep> copies = [];
        for (int i = 0; i < procedure.Steps.Count; i++)
        {
            ProcedureStep step = procedure.Steps[i];
            copies[step] = copy.Add(new Copied(step, i == index ? around : run => run(), undoes)
            {
                After = [.. step.After.Select(required => copies[required])],
                IsPointOfNoReturn = step.IsPointOfNoReturn,
                HasNotHappened = step.HasNotHappened,
            });
        }

        return copy;
    }

    private sealed class Copied(ProcedureStep step, Func<Func<Task>, Task> around, bool undoes)
        : ProcedureStep(step.Target, step.Description, _ => Task.CompletedTask)
    {
        internal override Task RunAsync(StepRun run, CancellationToken cancellationToken) =>
            around(() => step.RunAsync(run, cancellationToken));

        internal override Func<CancellationToken, Task>? UndoIn(StepRun run) => undoes ? step.UndoIn(run) : null;
    }

    /// <summary>The index of the step that nothing is undone after.</summary>
    public static int PointOfNoReturn(Procedure procedure) => procedure.Steps.ToList().FindIndex(step => step.IsPointOfNoReturn);
}
