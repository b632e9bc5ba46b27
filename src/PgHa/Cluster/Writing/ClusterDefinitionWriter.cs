namespace PgHa;

/// <summary>Writes a definition as text that reads as the same definition.</summary>
/// <remarks>Defaults are left out, and the order is always the same, so that two definitions can be compared line by line.</remarks>
public static class ClusterDefinitionWriter
{
    /// <summary>The definition as JSON.</summary>
    public static string ToJson(ClusterDefinition cluster) => JsonDefinitionText.Of(DefinitionParts.Of(cluster));

    /// <summary>The definition as a PowerShell data file (<c>.psd1</c>).</summary>
    public static string ToPowerShellData(ClusterDefinition cluster) => PowerShellDataText.Of(DefinitionParts.Of(cluster));
}
