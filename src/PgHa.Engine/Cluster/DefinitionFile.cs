using System.Text;
using PgHa.Engine.Machines.Local;

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
                ErrorIds.DefinitionNotFound, PgHaErrorKind.NotFound,
                $"There is no file '{path}'.", "Give the path of a .psd1 or JSON file.", innerException: e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PgHaException(
                ErrorIds.DefinitionUnreadable, PgHaErrorKind.PermissionDenied,
                $"The file '{path}' cannot be read: {e.Message}", "Look at its mode and owner.", innerException: e);
        }
    }

    /// <summary>Writes the text into a file: all of it, or nothing.</summary>
    /// <exception cref="PgHaException">
    /// <c>DefinitionExists</c>: the file exists and must not be overwritten; <c>DefinitionNotWritable</c>.
    /// </exception>
    public static async Task WriteAsync(string path, string text, bool overwrite, CancellationToken cancellationToken)
    {
        if (!overwrite && File.Exists(path))
        {
            throw new PgHaException(
                ErrorIds.DefinitionExists, PgHaErrorKind.AlreadyExists,
                $"The file '{path}' is there already.", "Give another path, or overwrite it with -Force.");
        }

        try
        {
            await DurableFile.WriteAsync(path, Encoding.UTF8.GetBytes(text), mode: null, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PgHaException(
                ErrorIds.DefinitionNotWritable, PgHaErrorKind.PermissionDenied,
                $"The file '{path}' cannot be written: {e.Message}",
                "Look at the mode and owner of its folder.", innerException: e);
        }
    }
}
