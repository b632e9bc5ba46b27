using System.Collections.Concurrent;
using System.Diagnostics;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Tests.Support;

/// <summary>
/// A client that writes row after row to whoever takes it and remembers what was acknowledged, and for each node one that only tries.
/// </summary>
internal sealed class Writers : IAsyncDisposable
{
    // Between two attempts to connect where nobody takes writes, or nobody answers.
    private static readonly TimeSpan Absent = TimeSpan.FromMilliseconds(250);

    private readonly TimeSpan _pause;

    private readonly OperatedCluster _cluster;
    private readonly EngineContext _context;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<long> _acknowledged = new();
    private readonly ConcurrentQueue<(string Node, long From, long To, bool Took)> _tries = new();
    private readonly List<Task> _running = [];
    private long _longestGap;

    /// <param name="cluster">Where they write.</param>
    /// <param name="pause">How long they wait between two rows, and two tries.</param>
    public Writers(OperatedCluster cluster, TimeSpan? pause = null)
    {
        _pause = pause ?? TimeSpan.FromMilliseconds(5);
        _cluster = cluster;
        _context = new EngineContext(cluster.Servers.Log)
        {
            Timeout = TimeSpan.FromSeconds(10),
            ConnectTimeout = TimeSpan.FromSeconds(2),
            Sessions = new SessionPool(),
        };
        _running.Add(Task.Run(WriteAsync));
        _running.AddRange(cluster.Nodes.Select(node => Task.Run(() => TryAsync(node))));
    }

    public long Acknowledged => _acknowledged.Count;

    /// <summary>The longest time between two acknowledged rows.</summary>
    public TimeSpan LongestGap => Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _longestGap));

    /// <summary>Waits until more rows have been acknowledged.</summary>
    public async Task MoreAsync(int rows, CancellationToken cancellationToken)
    {
        long target = Acknowledged + rows;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        while (Acknowledged < target)
            await Task.Delay(_pause, deadline.Token);
    }

    /// <summary>Stops, and asserts that no acknowledged row is missing and never two nodes took writes.</summary>
    public async Task AssertNothingLostAsync(PgInstance primary)
    {
        await StopAsync();
        long[] acknowledged = [.. _acknowledged];
        Assert.NotEmpty(acknowledged);
        await using ServerSession session = await ServerSession.OpenAsync(_context, primary, CancellationToken.None);
        HashSet<long> present =
        [
            .. await session.QueryAsync("select id from public.written", row => row.Get<long>("id"), CancellationToken.None)
        ];
        Assert.DoesNotContain(acknowledged, id => !present.Contains(id));
        AssertOneAtATime();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _context.Sessions!.Dispose();
        _stop.Dispose();
    }

    private async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running);
    }

    // A node took writes from the first to the last of successes with no refusal between them.
    private void AssertOneAtATime()
    {
        List<(string Node, long From, long To)> spans = [];
        foreach (IGrouping<string, (string Node, long From, long To, bool Took)> tries in _tries.GroupBy(one => one.Node))
        {
            bool isOpen = false;
            foreach ((string node, long from, long to, bool took) in tries)
            {
                if (took)
                    spans = isOpen ? [.. spans[..^1], (node, spans[^1].From, to)] : [.. spans, (node, from, to)];
                isOpen = took;
            }
        }

        foreach ((string node, long from, long to) in spans)
            Assert.DoesNotContain(spans, other => other.Node != node && other.From < to && from < other.To);
        Assert.NotEmpty(spans);
    }

    private async Task WriteAsync()
    {
        long id = 0;
        long last = 0;
        while (!_stop.IsCancellationRequested)
        {
            foreach (PgInstance node in _cluster.Nodes)
            {
                try
                {
                    await using ServerSession session = await ServerSession.OpenAsync(_context, node, _stop.Token);
                    if (await session.ScalarAsync<bool>("select pg_is_in_recovery()", _stop.Token))
                        continue;
                    while (true)
                    {
                        await session.ExecuteAsync("insert into public.written values ($1)", _stop.Token, ++id);
                        _acknowledged.Enqueue(id);
                        long now = Stopwatch.GetTimestamp();
                        if (last > 0)
                            Interlocked.Exchange(ref _longestGap, Math.Max(_longestGap, now - last));
                        last = now;
                        await Task.Delay(_pause, _stop.Token);
                    }
                }
                catch (Exception e) when (e is PgHaException or OperationCanceledException or InvalidOperationException)
                {
                    // It went away, or is none that takes writes: the next one may.
                }
            }

            await Task.Delay(Absent, CancellationToken.None);
        }
    }

    // Rolled back, so that it needs no standby's word: what counts is that the node would take it. One session as long as it lasts:
    // to begin one costs a server as much processor time as hundreds of statements.
    private async Task TryAsync(PgInstance node)
    {
        ServerSession? session = null;
        while (!_stop.IsCancellationRequested)
        {
            long from = Stopwatch.GetTimestamp();
            bool took = false;
            try
            {
                session ??= await ServerSession.OpenAsync(_context, node, _stop.Token);
                from = Stopwatch.GetTimestamp();
                await session.ExecuteAsync("begin", _stop.Token);
                await session.ExecuteAsync("insert into public.tried values (1)", _stop.Token);
                took = true;
                _tries.Enqueue((node.Name, from, Stopwatch.GetTimestamp(), true));
                await session.ExecuteAsync("rollback", _stop.Token);
            }
            catch (Exception e) when (e is PgHaException or OperationCanceledException or InvalidOperationException)
            {
                if (!took)
                    _tries.Enqueue((node.Name, from, Stopwatch.GetTimestamp(), false));
                if (session is not null && !await RollsBackAsync(session))
                {
                    await session.DisposeAsync();
                    session = null;
                }
            }

            await Task.Delay(session is null ? Absent : _pause, CancellationToken.None);
        }

        if (session is not null)
            await session.DisposeAsync();
    }

    // A standby's refusal leaves a transaction that failed; a server that went away leaves nothing.
    private async Task<bool> RollsBackAsync(ServerSession session)
    {
        try
        {
            await session.ExecuteAsync("rollback", _stop.Token);
            return true;
        }
        catch (Exception e) when (e is PgHaException or OperationCanceledException or InvalidOperationException)
        {
            return false;
        }
    }
}
