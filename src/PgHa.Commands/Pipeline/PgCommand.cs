using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using PgHa.Engine;
using PgHa.Engine.Servers;

namespace PgHa.Commands;

/// <summary>
/// A cmdlet whose work is asynchronous and runs on the thread pool. Output, log messages and questions go to the
/// pipeline thread, because only that thread may write.
/// </summary>
/// <remarks>The work is cancelled, and its end awaited, when Ctrl+C is pressed and when the pipeline ends early.</remarks>
[SuppressMessage(
    "Design", "CA1001",
    Justification = "The source holds no handle, and Ctrl+C may come after the end, when a disposed one would throw.")]
public abstract partial class PgCommand : PSCmdlet, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _stopping = new();
    private readonly PipelinePump _pump;
    private readonly SessionPool _sessions = new();
    private EngineContext? _engine;

    /// <summary>A cmdlet that has not run yet.</summary>
    protected PgCommand() => _pump = new PipelinePump(this);

    /// <summary>What the engine works with: it logs to this cmdlet's streams and waits as long as this cmdlet allows.</summary>
    protected EngineContext Engine => _engine ??= new EngineContext(new CommandLog(this, _pump))
    {
        Timeout = OperationTimeout,
        Sessions = _sessions,
        ThrottleLimit = ServersAtATime,
        EvenIfManaged = this is IManagedChange { EvenIfManaged.IsPresent: true },
    };

    /// <summary>How long an operation waits for a server.</summary>
    protected virtual TimeSpan OperationTimeout => EngineContext.DefaultTimeout;

    /// <summary>
    /// How many servers an operation works with at the same time; <see langword="null"/> for as many as it chooses.
    /// </summary>
    protected virtual int? ServersAtATime => null;

    /// <summary>
    /// What has to happen on the pipeline thread before the work on one input starts: resolving paths, reading
    /// preferences. A failure is this input's error.
    /// </summary>
    protected virtual void Prepare()
    {
    }

    /// <summary>
    /// Keeps the current input for the end of the pipeline; <see langword="true"/> if it did. This needs no asynchronous work on
    /// the thread pool.
    /// </summary>
    private protected virtual bool Collect() => false;

    /// <summary>The work on what is bound to the parameters now. A failure is this input's error; the next inputs go on.</summary>
    protected virtual Task ProcessAsync(ICommandOutput output, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The work after the last input.</summary>
    protected virtual Task FinishAsync(ICommandOutput output, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Asks, from the work, what <see cref="Cmdlet.ShouldProcess(string, string)"/> asks.</summary>
    /// <param name="target">The server or file that would change.</param>
    /// <param name="action">What would happen to it: "Stop the server".</param>
    /// <param name="plan">For <c>-WhatIf</c> and <c>-Confirm</c>: the steps or the difference, found by reading only.</param>
    protected Task<bool> ShouldProcessAsync(object target, string action, string? plan = null) => AskPipelineAsync(() =>
        plan is null
            ? ShouldProcess(target.ToString(), action)
            : ShouldProcess(
                $"{action}: {target}{Environment.NewLine}{plan}", $"{action}: {target}?{Environment.NewLine}{plan}", "Confirm"));

    /// <summary>Calls a function on the pipeline thread and awaits its answer.</summary>
    protected async Task<T> AskPipelineAsync<T>(Func<T> question)
    {
        Task<T> answer = _pump.AskAsync(question);
        // A user who is asked may take minutes, and until then an idle connection would hold up a smart stop of the server. If nobody is
        // asked, the work goes on with its connections.
        if (await Task.WhenAny(answer, Task.Delay(Patience)).ConfigureAwait(false) != answer)
            _sessions.Release();
        return await answer.ConfigureAwait(false);
    }

    /// <summary>Closes the connections of this call; PowerShell does it when the pipeline has ended, however it ended.</summary>
    public void Dispose()
    {
        _sessions.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The failure that makes every further input pointless: thrown from the work, it ends the command.</summary>
    protected static Exception Terminating(Exception reason, object? target) => new TerminatingFailure(ErrorRecords.From(reason, target));

    /// <inheritdoc/>
    protected sealed override void ProcessRecord()
    {
        try
        {
            Prepare();
        }
        catch (Exception e) when (e is PgHaException or FormatException or SessionStateException)
        {
            WriteError(ErrorRecords.From(e, null));
            return;
        }

        if (!Collect())
            Run(ProcessAsync);
    }

    /// <inheritdoc/>
    protected sealed override void EndProcessing() => Run(FinishAsync);

    /// <inheritdoc/>
    protected sealed override void StopProcessing() => _stopping.Cancel();

    private void Run(Func<ICommandOutput, CancellationToken, Task> work)
    {
        var output = new PipelineOutput(this, _pump, _sessions);
        try
        {
            _pump.Run(token => InputGuard.RunAsync(null, output, () => work(output, token), token), _stopping.Token);
        }
        catch (TerminatingFailure failure)
        {
            ThrowTerminatingError(failure.Record);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
        finally
        {
            _sessions.Release();
        }
    }
}
