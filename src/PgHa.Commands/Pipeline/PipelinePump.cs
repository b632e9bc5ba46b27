using System.Management.Automation;
using System.Threading.Channels;

namespace PgHa.Commands;

/// <summary>Runs work on the thread pool while the pipeline thread does what the work posts to it.</summary>
internal sealed class PipelinePump(Cmdlet cmdlet)
{
    private readonly ProgressRecords _progress = new();
    private volatile Round? _round;

    /// <summary>Has an action done on the pipeline thread; nothing happens if the pipeline has ended meanwhile.</summary>
    public void Post(Action action) => _round?.Actions.Writer.TryWrite(action);

    /// <summary>Shows how far an activity is.</summary>
    public void Post(Engine.EngineProgress progress)
    {
        if (_progress.Next(progress) is { } record)
            Post(() => cmdlet.WriteProgress(record));
    }

    /// <summary>Calls a function on the pipeline thread and awaits its answer; cancelled if the pipeline ends before.</summary>
    public Task<T> AskAsync<T>(Func<T> question)
    {
        Round round = _round ?? throw new InvalidOperationException("Nobody pumps: the question came from outside the work.");
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        round.Actions.Writer.TryWrite(() => answer.SetResult(question()));
        return answer.Task.WaitAsync(round.Token);
    }

    /// <summary>Starts the work and pumps until it has ended; called on the pipeline thread.</summary>
    /// <remarks>
    /// Writing can throw: <c>Select-Object -First 1</c> ends a pipeline that way, and so does an error under
    /// <c>-ErrorAction Stop</c>. Then the work is cancelled, and its end awaited, so that nothing is left half done.
    /// </remarks>
    public void Run(Func<CancellationToken, Task> work, CancellationToken stopping)
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var round = new Round(Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true }), cancellation.Token);
        _round = round;
        Task worker = Task.Run(() => work(round.Token), CancellationToken.None);
        _ = worker.ContinueWith(
            _ => round.Actions.Writer.TryComplete(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        try
        {
            while (round.Actions.Reader.WaitToReadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult())
            {
                while (round.Actions.Reader.TryRead(out Action? action))
                    action();
            }
        }
        finally
        {
            _round = null;
            if (!worker.IsCompleted)
            {
                cancellation.Cancel();
                ((IAsyncResult)worker).AsyncWaitHandle.WaitOne();
            }

            CompleteProgress();
        }

        worker.GetAwaiter().GetResult();
    }

    private void CompleteProgress()
    {
        try
        {
            foreach (ProgressRecord record in _progress.Complete())
                cmdlet.WriteProgress(record);
        }
        catch (PipelineStoppedException)
        {
            // The host clears the bars of a stopped pipeline by itself.
        }
    }

    private sealed record Round(Channel<Action> Actions, CancellationToken Token);
}
