using System.Management.Automation;
using PgHa.Engine;

namespace PgHa.Commands;

/// <summary>A cmdlet whose subject is a server.</summary>
public abstract class PgInstanceCommand : PgCommand
{
    private readonly List<PgInstance> _collected = [];

    /// <summary>
    /// The servers. The position is 1, so that a cmdlet's one obvious value can take position 0; where there is none,
    /// the server is the first argument all the same.
    /// </summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true)]
    [Alias("Server")]
    [PgInstanceTransformation]
    [ArgumentCompleter(typeof(InstanceNameCompleter))]
    [ValidateNotNullOrEmpty]
    public PgInstance[] Instance { get; set; } = [];

    /// <summary>How many seconds to wait for a server before the command fails with OperationTimeout.</summary>
    [Parameter]
    [Alias("TimeoutSeconds")]
    [ValidateRange(1, 86_400)]
    public int Timeout { get; set; } = (int)EngineContext.DefaultTimeout.TotalSeconds;

    /// <inheritdoc/>
    protected override TimeSpan OperationTimeout => TimeSpan.FromSeconds(Timeout);

    /// <summary>
    /// Collects all inputs and handles them at the same time; the output keeps the order of the inputs. Only for cmdlets without
    /// parameters that are bound by property name, because at the end such a parameter has the value of the last input.
    /// </summary>
    protected virtual bool HandlesSideBySide => false;

    /// <summary>The work on one server. A failure is this server's error; the other servers go on.</summary>
    protected abstract Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken);

    /// <summary>The work on all servers that were collected; each by itself, unless they have to be seen together.</summary>
    protected virtual Task ProcessAllAsync(
        IReadOnlyList<PgInstance> instances, ICommandOutput output, CancellationToken cancellationToken) =>
        SideBySide.RunAsync(
            instances, Engine.ThrottleLimit ?? EngineContext.DefaultThrottleLimit, output,
            (instance, held) => ProcessAsync(instance, held, cancellationToken), cancellationToken);

    /// <summary>The server as this command reaches it.</summary>
    private protected virtual PgInstance Reached(PgInstance instance) => instance;

    private protected sealed override bool Collect()
    {
        if (HandlesSideBySide)
            _collected.AddRange(Instance);
        return HandlesSideBySide;
    }

    /// <inheritdoc/>
    protected sealed override async Task ProcessAsync(ICommandOutput output, CancellationToken cancellationToken)
    {
        foreach (PgInstance instance in Instance)
        {
            await InputGuard.RunAsync(
                instance, output, () => ProcessGuardedAsync(Reached(instance), output, cancellationToken),
                cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    protected sealed override Task FinishAsync(ICommandOutput output, CancellationToken cancellationToken) =>
        ProcessAllAsync([.. _collected.Select(Reached)], output, cancellationToken);

    private async Task ProcessGuardedAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        await this.RequireUnmanagedAsync(Engine, instance, cancellationToken).ConfigureAwait(false);
        await ProcessAsync(instance, output, cancellationToken).ConfigureAwait(false);
    }
}
