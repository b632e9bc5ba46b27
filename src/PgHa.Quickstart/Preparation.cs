using System.Diagnostics;

namespace PgHa.Quickstart;

/// <summary>Does the preparations for the cluster at the same time, and shows their progress.</summary>
internal sealed class Preparation : IAsyncDisposable
{
    private readonly Dictionary<string, long> _running = [];
    private readonly Timer? _redraw;
    private int _drawn;

    /// <summary>A preparation that shows running seconds on a terminal, and otherwise only finished lines.</summary>
    public Preparation()
    {
        if (!Console.IsOutputRedirected)
            _redraw = new Timer(_ => Say(null), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    /// <summary>Does one part, and says when it is done and what its note tells.</summary>
    public async Task<T> DoAsync<T>(string name, Func<Task<(T Result, string Note)>> part)
    {
        long start = Stopwatch.GetTimestamp();
        lock (_running)
            _running.Add(name, start);
        try
        {
            (T result, string note) = await part();
            Say($"{name}: {note} ({Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s)", name);
            return result;
        }
        catch
        {
            Say(null, name);
            throw;
        }
    }

    /// <summary>Writes a line above the parts that still run.</summary>
    public void Say(string? line, string? finished = null)
    {
        lock (_running)
        {
            if (finished is not null)
                _running.Remove(finished);
            if (_drawn > 0)
                Console.Write($"\r{new string(' ', _drawn)}\r");
            _drawn = 0;
            if (line is not null)
                Console.WriteLine($"  {line}");
            if (_redraw is null || _running.Count == 0)
                return;
            string state = "  ... " + string.Join(
                ", ", _running.Select(part => $"{part.Key} {Stopwatch.GetElapsedTime(part.Value).TotalSeconds:0} s"));
            Console.Write(state);
            _drawn = state.Length;
        }
    }

    /// <summary>Takes the parts that still run off the terminal.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_redraw is not null)
            await _redraw.DisposeAsync();
        lock (_running)
            _running.Clear();
        Say(null);
    }
}
