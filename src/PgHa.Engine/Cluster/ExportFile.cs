using System.Text;
using PgHa.Engine.Machines.Local;

namespace PgHa.Engine.Cluster;

/// <summary>A file that is made for others to read, on the machine that PgHa runs on.</summary>
public static class ExportFile
{
    private const UnixFileMode ForAllToRead =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Writes a text so that a reader sees all of the old file or all of the new one.</summary>
    /// <exception cref="PgHaException"><c>FileNotWritten</c>.</exception>
    public static async Task WriteAsync(string path, string text, CancellationToken cancellationToken)
    {
        try
        {
            await DurableFile.WriteAsync(
                path, Encoding.UTF8.GetBytes(text), File.Exists(path) ? null : ForAllToRead, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PgHaException(
                ErrorIds.FileNotWritten, PgHaErrorKind.OperationFailed,
                $"The file '{path}' could not be written: {e.Message}",
                "Give a path in a folder that exists and that you may write to.", innerException: e);
        }
    }
}
