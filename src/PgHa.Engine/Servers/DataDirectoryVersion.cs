using System.Text;
using PgHa.Engine.Machines;

namespace PgHa.Engine.Servers;

/// <summary>The major version of a data directory.</summary>
internal static class DataDirectoryVersion
{
    /// <summary>The file that has it.</summary>
    public const string FileName = "PG_VERSION";

    /// <summary>Reads it.</summary>
    /// <exception cref="PgHaException"><c>NotADataDirectory</c>.</exception>
    public static async Task<ServerVersion> ReadAsync(IHost host, string dataDirectory, CancellationToken cancellationToken) =>
        await TryReadAsync(host, dataDirectory, cancellationToken).ConfigureAwait(false)
        ?? throw Missing(dataDirectory);

    /// <summary>The failure of a directory without <c>PG_VERSION</c>.</summary>
    public static PgHaException Missing(string dataDirectory) => new(
        ErrorIds.NotADataDirectory, PgHaErrorKind.NotFound,
        $"'{dataDirectory}' is no PostgreSQL data directory: there is no {FileName} in it.",
        "Name the directory that initdb or New-PgInstance made.");

    /// <summary>Reads it; <see langword="null"/> if the directory is no data directory.</summary>
    public static async Task<ServerVersion?> TryReadAsync(IHost host, string dataDirectory, CancellationToken cancellationToken)
    {
        byte[]? bytes = await host.ReadFileAsync(HostPath.Combine(dataDirectory, FileName), cancellationToken).ConfigureAwait(false);
        return bytes is not null && ServerVersion.TryParse(Encoding.UTF8.GetString(bytes), out ServerVersion version) ? version : null;
    }
}
