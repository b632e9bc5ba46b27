using System.Management.Automation;

namespace PgHa.Commands;

/// <summary>A cmdlet that draws a cluster, as it is or as it should be.</summary>
public abstract class PgPictureCommand : PgShownClusterCommand
{
    private const string AsItShouldBe = "Definition";

    /// <summary>The definition of a cluster, which need not exist.</summary>
    [Parameter(ParameterSetName = AsItShouldBe, Mandatory = true, ValueFromPipeline = true)]
    [ClusterDefinitionTransformation(Others = new[] { typeof(PgInstance), typeof(PgCluster) })]
    [ValidateNotNull]
    public ClusterDefinition? Definition { get; set; }

    /// <summary>Draws one cluster.</summary>
    private protected abstract Task DrawAsync(ClusterPicture picture, ICommandOutput output, CancellationToken cancellationToken);

    /// <inheritdoc/>
    protected sealed override Task ProcessAsync(ICommandOutput output, CancellationToken cancellationToken) =>
        ParameterSetName == AsItShouldBe
            ? DrawAsync(ClusterPicture.Of(Definition!), output, cancellationToken)
            : base.ProcessAsync(output, cancellationToken);

    /// <inheritdoc/>
    private protected sealed override Task ShowAsync(PgCluster cluster, ICommandOutput output, CancellationToken cancellationToken) =>
        DrawAsync(ClusterPicture.Of(cluster), output, cancellationToken);
}
