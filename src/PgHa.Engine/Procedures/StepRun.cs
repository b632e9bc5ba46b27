using System.Collections.Concurrent;

namespace PgHa.Engine.Procedures;

/// <summary>What the steps of one run of a procedure have returned. Another run of the same procedure begins without it.</summary>
internal sealed class StepRun
{
    private readonly ConcurrentDictionary<ProcedureStep, object?> _values = new();

    /// <summary>What a step has returned that had to be done before.</summary>
    /// <exception cref="InvalidOperationException">It has returned nothing: the step that asks does not come after it.</exception>
    public T Of<T>(ProcedureStep<T> step) => _values.TryGetValue(step, out object? value)
        ? (T)value!
        : throw new InvalidOperationException($"'{step}' has returned nothing yet.");

    /// <summary>Keeps a value of a step.</summary>
    public void Keep<T>(ProcedureStep<T> step, T value) => _values[step] = value;

    /// <summary>Whether a step has kept a value.</summary>
    public bool Has<T>(ProcedureStep<T> step) => _values.ContainsKey(step);
}
