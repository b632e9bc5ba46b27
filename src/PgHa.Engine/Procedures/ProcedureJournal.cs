using System.Diagnostics;

namespace PgHa.Engine.Procedures;

/// <summary>The outcome of each step of one run, for the error message.</summary>
internal sealed class ProcedureJournal
{
    private readonly Procedure _procedure;
    private readonly Dictionary<ProcedureStep, StepOutcome> _outcomes;
    private readonly List<ProcedureStep> _begun = [];
    private readonly long _started = Stopwatch.GetTimestamp();

    public ProcedureJournal(Procedure procedure)
    {
        _procedure = procedure;
        _outcomes = procedure.Steps.ToDictionary(step => step, _ => StepOutcome.NotBegun);
    }

    /// <summary>What the steps have returned.</summary>
    public StepRun Run { get; } = new();

    /// <summary>The time since the run began.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_started);

    /// <summary>The first failure.</summary>
    public (ProcedureStep Step, Exception Reason)? Failure { get; private set; }

    /// <summary>Whether the point of no return has begun.</summary>
    public bool IsPastReturn { get; private set; }

    /// <summary>How many steps are done.</summary>
    public int DoneCount
    {
        get
        {
            lock (_begun)
                return _outcomes.Values.Count(outcome => outcome == StepOutcome.Done);
        }
    }

    /// <summary>The steps that were begun, the last one first.</summary>
    public IReadOnlyList<ProcedureStep> BegunLastFirst
    {
        get
        {
            lock (_begun)
                return [.. Enumerable.Reverse(_begun)];
        }
    }

    /// <summary>Records that a step begins; <see langword="false"/> if it must not, because another step failed.</summary>
    public bool TryBegin(ProcedureStep step)
    {
        lock (_begun)
        {
            if (Failure is not null)
                return false;
            _begun.Add(step);
            _outcomes[step] = StepOutcome.Begun;
            IsPastReturn |= step.IsPointOfNoReturn;
            return true;
        }
    }

    public void Set(ProcedureStep step, StepOutcome outcome)
    {
        lock (_begun)
            _outcomes[step] = outcome;
    }

    public void Fail(ProcedureStep step, Exception reason)
    {
        lock (_begun)
        {
            _outcomes[step] = StepOutcome.Failed;
            Failure ??= (step, reason);
        }
    }

    /// <summary>The state after a failed run, in words: what was done, undone, not begun.</summary>
    public string Describe()
    {
        List<string> sentences = [];
        Tell("Done, and left so", StepOutcome.Done);
        Tell("Undone", StepOutcome.Undone);
        Tell("Could not be undone", StepOutcome.NotUndone);
        Tell("Also failed", StepOutcome.Failed);
        int rest = _outcomes.Values.Count(outcome => outcome == StepOutcome.NotBegun);
        if (rest > 0)
            sentences.Add($"{Plural.Count(rest, "step")} {Plural.Of(rest, "was", "were")} not begun.");
        return string.Join(' ', sentences);

        void Tell(string what, StepOutcome outcome)
        {
            string[] steps =
            [
                .. _procedure.Steps.Where(step => _outcomes[step] == outcome && step != Failure?.Step).Select(step => step.ToString()),
            ];
            if (outcome is StepOutcome.Undone or StepOutcome.NotUndone && Failure?.Step is { } failed && _outcomes[failed] == outcome)
                steps = [.. steps, failed.ToString()];
            if (steps.Length > 0)
                sentences.Add($"{what}: {string.Join("; ", steps)}.");
        }
    }
}
