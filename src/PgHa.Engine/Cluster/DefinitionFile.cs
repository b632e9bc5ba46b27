namespace PgHa.Engine.Cluster;

/// <summary>A file with a cluster's definition, on the machine that PgHa runs on.</summary>
public static class DefinitionFile
{
    /// <summary>The file's text.</summary>
    /// <exception cref="PgHaException"><c>DefinitionNotFound</c> or <c>DefinitionUnreadable</c>.</exception>
    public static async Task<string> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new PgHaException(
                "DefinitionNotFound", PgHaErrorKind.NotFound, $"There is no file '{path}'.", "Give the path of a .psd1 or JSON file.", innerException: e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PgHaException(
                "DefinitionUnreadable", PgHaErrorKind.PermissionDenied, $"The file '{path}' cannot be read: {e.Message}", "Look at its mode and owner.", innerException: e);
        }
    }
}
