using PgHa.Engine.Hosts;

namespace PgHa.Engine.Servers;

/// <summary>The control file of a data directory.</summary>
internal static class ControlFile
{
    private static readonly TimeSpan WritingPause = TimeSpan.FromMilliseconds(20);

    /// <summary>Reads it; also while the server runs.</summary>
    /// <exception cref="PgHaException"><c>NotADataDirectory</c>, <c>ControlFileDamaged</c>, <c>ControlFileNotSupported</c>.</exception>
    public static async Task<ControlData> ReadAsync(IHost host, string dataDirectory, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadOnceAsync(host, dataDirectory, cancellationToken).ConfigureAwait(false);
        }
        catch (PgHaException e) when (e.ErrorId == "ControlFileDamaged")
        {
            // A running server writes it in place, and the reader may have come in between.
            await Task.Delay(WritingPause, cancellationToken).ConfigureAwait(false);
            return await ReadOnceAsync(host, dataDirectory, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<ControlData> ReadOnceAsync(IHost host, string dataDirectory, CancellationToken cancellationToken) =>
        await host.ReadFileAsync(Path.Combine(dataDirectory, "global", "pg_control"), cancellationToken).ConfigureAwait(false) is { } bytes
            ? ControlData.Read(bytes)
            : throw new PgHaException(
                "NotADataDirectory", PgHaErrorKind.NotFound,
                $"'{dataDirectory}' is no complete data directory: there is no global/pg_control in it.",
                "Name the directory that New-PgInstance or New-PgBaseBackup made.");
}
