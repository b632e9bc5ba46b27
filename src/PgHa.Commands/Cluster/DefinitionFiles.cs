using PgHa.Engine.Cluster;

namespace PgHa.Commands;

/// <summary>Reads the definitions that are files.</summary>
internal static class DefinitionFiles
{
    /// <summary>The definition in a <c>.psd1</c> or JSON file; relative paths in it are relative to its folder.</summary>
    /// <exception cref="PgHaException">
    /// <c>InvalidClusterDefinition</c>, with all problems; or the file is of neither type, missing or unreadable.
    /// </exception>
    public static async Task<ClusterDefinition> ReadAsync(string path, CancellationToken cancellationToken)
    {
        Func<string, string, DefinitionValue> parse = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".psd1" => PowerShellDataDefinition.Parse,
            ".json" => JsonDefinition.Parse,
            _ => throw new PgHaException(
                ErrorIds.NotADefinitionFile, PgHaErrorKind.InvalidArgument, $"'{path}' is neither a .psd1 nor a .json file.",
                "Give the path of a .psd1 or JSON file."),
        };
        string text = await DefinitionFile.ReadAsync(path, cancellationToken).ConfigureAwait(false);
        return ClusterDefinitionReader.Read(parse(text, path), Path.GetDirectoryName(path)!, path);
    }
}
