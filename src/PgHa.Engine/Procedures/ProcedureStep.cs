namespace PgHa.Engine.Procedures;

/// <summary>One step of a <see cref="Procedure"/>: what is done to which server, after what, and how it is undone.</summary>
public sealed class ProcedureStep
{
    internal ProcedureStep(string target, string description, Func<CancellationToken, Task> run)
    {
        Target = target;
        Description = description;
        Run = run;
    }

    /// <summary>The server, or what else it is about.</summary>
    public string Target { get; }

    /// <summary>What happens to it, as an instruction: "Start the server".</summary>
    public string Description { get; }

    /// <summary>The steps that have to be done before.</summary>
    public IReadOnlyList<ProcedureStep> After { get; init; } = [];

    /// <summary>From the moment this step begins, nothing is undone, and a cancellation waits for the end.</summary>
    public bool IsPointOfNoReturn { get; init; }

    /// <summary>
    /// Asked when this point of no return failed: whether what cannot be undone has provably not happened and will not, so that all
    /// is undone nevertheless. <see langword="null"/> where that can never be told.
    /// </summary>
    internal Func<CancellationToken, Task<bool>>? HasNotHappened { get; init; }

    /// <summary>
    /// Does it, and returns when it is proven to be done. Where it is done already it changes nothing: a procedure that
    /// was interrupted is run again from its start.
    /// </summary>
    internal Func<CancellationToken, Task> Run { get; }

    /// <summary>
    /// Puts things back as they were before the step; <see langword="null"/> where there is nothing to put back. It is
    /// called for a step that failed midway too, so it must cope with what that left.
    /// </summary>
    internal Func<CancellationToken, Task>? Undo { get; init; }

    /// <summary><c>node23: Start the server</c>.</summary>
    public override string ToString() => $"{Target}: {Description}";
}
