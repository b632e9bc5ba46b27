using System.Management.Automation;
using PgHa.Engine.Origins;

namespace PgHa.Commands;

/// <summary>A cmdlet that changes replication origins that are there: named, or piped in.</summary>
public abstract class PgOriginCommand : PgLoginCommand
{
    /// <summary>The origins, by name; wildcards are allowed.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(OriginNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>An origin that Get-PgReplicationOrigin emitted.</summary>
    [Parameter(ValueFromPipeline = true)]
    public ReplicationOrigin? Origin { get; set; }

    /// <summary>The work on one origin. A failure is this origin's error; the others go on.</summary>
    private protected abstract Task ProcessAsync(ReplicationOrigin origin, ICommandOutput output, CancellationToken cancellationToken);

    /// <inheritdoc/>
    protected override void Prepare()
    {
        if (Name.Length == 0 && Origin is null)
        {
            throw new PgHaException(
                ErrorIds.NoOriginNamed, PgHaErrorKind.InvalidArgument, "No replication origin is named.",
                "Give its name, or pipe in what Get-PgReplicationOrigin emits.");
        }
    }

    /// <inheritdoc/>
    protected sealed override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        IReadOnlyList<ReplicationOrigin> origins = await ReplicationOrigins.GetAsync(
            Engine, instance, cancellationToken).ConfigureAwait(false);
        foreach (ReplicationOrigin origin in OriginSelection.Select(origins, Origin is null ? Name : [Origin.Name], instance, output))
        {
            await InputGuard.RunAsync(
                origin, output, () => ProcessAsync(origin, output, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
    }
}
