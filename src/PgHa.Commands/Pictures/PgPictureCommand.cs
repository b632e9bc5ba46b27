using System.Management.Automation;

namespace PgHa.Commands;

/// <summary>A cmdlet that draws a cluster, as it is or as it should be.</summary>
public abstract class PgPictureCommand : PgCommand
{
    private const string AsItIs = "Cluster";
    private const string AsItShouldBe = "Definition";

    /// <summary>The cluster, as <c>Get-PgCluster</c> emits it.</summary>
    [Parameter(ParameterSetName = AsItIs, Mandatory = true, Position = 1, ValueFromPipeline = true)]
    [ValidateNotNull]
    public PgCluster? Cluster { get; set; }

    /// <summary>The definition of a cluster, which need not exist.</summary>
    [Parameter(ParameterSetName = AsItShouldBe, Mandatory = true, ValueFromPipeline = true)]
    [ClusterDefinitionTransformation]
    [ValidateNotNull]
    public ClusterDefinition? Definition { get; set; }

    private protected ClusterPicture Picture => ParameterSetName == AsItIs ? ClusterPicture.Of(Cluster!) : ClusterPicture.Of(Definition!);
}
