using PgHa.Engine.Machines;

namespace PgHa.Engine.Access;

/// <summary>The file with the password a standby streams with, in its own data directory.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/libpq-pgpass.html">The Password File</see>.</remarks>
internal static class StandbyPassFile
{
    /// <summary>Its name.</summary>
    public const string Name = "standby.pgpass";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>
    /// Writes the password for all databases of the upstream: to synchronize slots, a standby also connects to a database.
    /// </summary>
    public static Task WriteAsync(IHost host, string path, PgInstance login, CancellationToken cancellationToken)
    {
        login = login.SeenFrom(host.Machine);
        PassFileKey key = new(
            PrimaryConninfo.Host(login), login.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), PassFileKey.Any,
            login.UserName);
        PassFile file = PassFile.Empty.Set(new PassFileEntry(key, login.RevealPassword()!));

        // libpq ignores a password file that others may read.
        return host.WriteFileAsync(path, file.ToBytes(), OwnerOnly, cancellationToken);
    }

    /// <summary>The password that a standby has for a role; <see langword="null"/> if it has none.</summary>
    public static async Task<string?> ReadAsync(IHost host, string dataDirectory, string role, CancellationToken cancellationToken) =>
        await host.ReadFileAsync(HostPath.Combine(dataDirectory, Name), cancellationToken).ConfigureAwait(false) is { } content
            ? PassFile.Parse(content).Entries.FirstOrDefault(entry => entry.Key.User == role)?.RevealPassword()
            : null;

    /// <summary>The role and password that a standby streams with; <see langword="null"/> if it has none.</summary>
    public static async Task<PassFileEntry?> FirstAsync(IHost host, string dataDirectory, CancellationToken cancellationToken) =>
        await host.ReadFileAsync(HostPath.Combine(dataDirectory, Name), cancellationToken).ConfigureAwait(false) is { } content
            ? PassFile.Parse(content).Entries is [{ } first, ..] ? first : null
            : null;
}
