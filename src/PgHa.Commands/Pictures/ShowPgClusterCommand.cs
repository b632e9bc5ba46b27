using System.Management.Automation;

namespace PgHa.Commands;

/// <summary>Draws a cluster as a tree: the upstream and the state of each server.</summary>
[Cmdlet(VerbsCommon.Show, "PgCluster", DefaultParameterSetName = "Cluster")]
[OutputType(typeof(string))]
public sealed class ShowPgClusterCommand : PgPictureCommand
{
    private bool _color;

    /// <inheritdoc/>
    protected override void Prepare() => _color = IsColorWanted();

    private protected override Task DrawAsync(ClusterPicture picture, ICommandOutput output, CancellationToken cancellationToken)
    {
        foreach (string line in ClusterTree.Of(picture, _color))
            output.Write(line);
        return Task.CompletedTask;
    }

    // PowerShell sets this preference according to NO_COLOR. Output to a pipe or a file is read by programs, so it has no colours.
    private bool IsColorWanted() => RenderingPreference() switch
    {
        "Ansi" => true,
        "PlainText" => false,
        _ => Host.UI.SupportsVirtualTerminal && !Console.IsOutputRedirected && MyInvocation.PipelinePosition == MyInvocation.PipelineLength,
    };

    private string? RenderingPreference() =>
        PSObject.AsPSObject(SessionState.PSVariable.GetValue("PSStyle", "")).Properties["OutputRendering"]?.Value?.ToString();
}
