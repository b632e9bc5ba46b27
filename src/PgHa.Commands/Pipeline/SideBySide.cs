namespace PgHa.Commands;

/// <summary>Handles several inputs at a time, and emits their results in the order of the inputs.</summary>
internal static class SideBySide
{
    public static async Task RunAsync<T>(
        IReadOnlyList<T> inputs, int limit, ICommandOutput output, Func<T, ICommandOutput, Task> work,
        CancellationToken cancellationToken)
    {
        using var places = new SemaphoreSlim(limit);
        Held[] held = [.. inputs.Select(_ => new Held())];
        Task[] running = [.. inputs.Select((input, index) => OneAsync(input, held[index]))];
        try
        {
            for (int i = 0; i < running.Length; i++)
            {
                await running[i].ConfigureAwait(false);
                held[i].Release(output);
            }
        }
        finally
        {
            // If one input ends the command, wait for the others, so that nothing is left running.
            await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        async Task OneAsync(T input, Held mine)
        {
            await places.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await InputGuard.RunAsync(input, mine, () => work(input, mine), cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                places.Release();
            }
        }
    }

    /// <summary>Output that waits for its turn.</summary>
    private sealed class Held : ICommandOutput
    {
        private readonly List<Action<ICommandOutput>> _entries = [];

        public void Write(object value) => Add(output => output.Write(value));

        public void WriteError(Exception reason, object? input) => Add(output => output.WriteError(reason, input));

        public void Release(ICommandOutput output)
        {
            foreach (Action<ICommandOutput> entry in _entries)
                entry(output);
        }

        private void Add(Action<ICommandOutput> entry)
        {
            lock (_entries)
                _entries.Add(entry);
        }
    }
}
