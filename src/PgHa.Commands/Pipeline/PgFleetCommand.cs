using System.Management.Automation;
using PgHa.Engine;

namespace PgHa.Commands;

/// <summary>A cmdlet that asks many servers at the same time. The output keeps the order of the servers.</summary>
public abstract class PgFleetCommand : PgLoginCommand
{
    private int? _limit;

    /// <summary>How many servers to work with at the same time.</summary>
    [Parameter]
    [ValidateRange(1, 1_000)]
    public int ThrottleLimit
    {
        get => _limit ?? EngineContext.DefaultThrottleLimit;
        set => _limit = value;
    }

    /// <inheritdoc/>
    protected sealed override int? ServersAtATime => _limit;

    /// <inheritdoc/>
    protected sealed override bool HandlesSideBySide => true;
}
