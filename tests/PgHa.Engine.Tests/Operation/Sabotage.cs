using PgHa.Engine.Procedures;

namespace PgHa.Engine.Tests.Operation;

/// <summary>Makes procedures fail where a test wants it.</summary>
internal static class Sabotage
{
    /// <summary>The same procedure, one step of which does its work and then fails, or fails instead of it.</summary>
    public static Procedure FailingAt(Procedure procedure, int index, bool afterwards) => Copy(procedure, index, afterwards, undoes: true);

    /// <summary>The same procedure as PgHa leaves it when it is killed before or after a step: nothing is undone, and nothing further begun.</summary>
    public static Procedure KilledAt(Procedure procedure, int index, bool afterwards) => Copy(procedure, index, afterwards, undoes: false);

    private static Procedure Copy(Procedure procedure, int index, bool afterwards, bool undoes)
    {
        var copy = new Procedure(procedure.Name);
        Dictionary<ProcedureStep, ProcedureStep> copies = [];
        for (int i = 0; i < procedure.Steps.Count; i++)
        {
            ProcedureStep step = procedure.Steps[i];
            bool fails = i == index;
            copies[step] = copy.Add(new ProcedureStep(step.Target, step.Description, async token =>
            {
                if (!fails || afterwards)
                    await step.Run(token);
                if (fails)
                    throw new PgHaException("Sabotage", PgHaErrorKind.OperationFailed, "It was made to fail.", "Run it again.");
            })
            {
                After = [.. step.After.Select(required => copies[required])],
                IsPointOfNoReturn = step.IsPointOfNoReturn,
                Undo = undoes ? step.Undo : null,
            });
        }

        return copy;
    }

    /// <summary>The index of the step that nothing is undone after.</summary>
    public static int PointOfNoReturn(Procedure procedure) => procedure.Steps.ToList().FindIndex(step => step.IsPointOfNoReturn);
}
