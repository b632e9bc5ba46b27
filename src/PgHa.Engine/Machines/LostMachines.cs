using System.Collections.Concurrent;
using System.Diagnostics;

namespace PgHa.Engine.Machines;

/// <summary>The machines that did not answer a call, which does not wait for one of them again and again.</summary>
/// <remarks>Each attempt to reach a machine behind a cut link takes as long as ssh waits, and an operation asks a machine often.</remarks>
internal sealed class LostMachines
{
    // Longer than an operation waits for a server between two looks at its machine, and short for a call that watches.
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<PgMachine, (PgHaException Failure, long At)> _lost = new();

    /// <summary>Logs in, unless the machine did not answer a moment ago.</summary>
    /// <exception cref="PgHaException">What logging in fails with, or failed with.</exception>
    public async Task<T> LogInAsync<T>(PgMachine machine, Func<Task<T>> logIn)
    {
        if (_lost.TryGetValue(machine, out (PgHaException Failure, long At) lost) && Stopwatch.GetElapsedTime(lost.At) < Memory)
            throw Again(lost.Failure);
        try
        {
            return await logIn().ConfigureAwait(false);
        }
        catch (PgHaException e) when (e.ErrorId == ErrorIds.MachineUnreachable)
        {
            _lost[machine] = (e, Stopwatch.GetTimestamp());
            throw;
        }
    }

    /// <summary>A failure for another caller.</summary>
    public static PgHaException Again(PgHaException failure) =>
        new(failure.ErrorId, failure.Kind, failure.Message, failure.Advice, failure.Server, failure.InnerException);
}
