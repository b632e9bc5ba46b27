using PgHa.Engine.Servers;

namespace PgHa.Engine.Configuration;

/// <summary>A value in the server's configuration files, as <c>pg_file_settings</c> has it.</summary>
/// <param name="Name">The setting.</param>
/// <param name="Value">The value in the file, in whatever form it was written.</param>
/// <param name="IsAuto">Whether it is in <c>postgresql.auto.conf</c>, where <c>ALTER SYSTEM</c> can change it.</param>
internal sealed record FileValue(string Name, string Value, bool IsAuto)
{
    /// <summary>Whether it is a value of a setting, whose name is the same in any case.</summary>
    public bool IsOf(string name) => Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>The values of settings in the order in which the server reads them; none if the role may not see them.</summary>
    public static async Task<IReadOnlyList<FileValue>> ReadAsync(
        ServerSession session, string[] names, CancellationToken cancellationToken) =>
        await TryReadAsync(session, names, cancellationToken).ConfigureAwait(false) ?? [];

    /// <summary>The values in the order in which the server reads them; <see langword="null"/> if the role may not see them.</summary>
    /// <param name="session">The session.</param>
    /// <param name="names">The settings' names in lower case.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    /// <remarks>See <see href="https://www.postgresql.org/docs/current/view-pg-file-settings.html">pg_file_settings</see>.</remarks>
    public static async Task<IReadOnlyList<FileValue>?> TryReadAsync(
        ServerSession session, string[] names, CancellationToken cancellationToken)
    {
        try
        {
            return await session.QueryAsync(
                "select name, coalesce(setting, '') as setting, sourcefile "
                    + "from pg_file_settings where lower(name) = any ($1) order by seqno",
                row => new FileValue(
                    row.Text("name")!, row.Text("setting")!,
                    row.Text("sourcefile")!.EndsWith(ServerConfiguration.AutoFileName, StringComparison.Ordinal)),
                cancellationToken,
                [names]).ConfigureAwait(false);
        }
        catch (PgHaException e) when (e.ErrorId == ErrorIds.InsufficientPrivilege)
        {
            return null;
        }
    }
}
