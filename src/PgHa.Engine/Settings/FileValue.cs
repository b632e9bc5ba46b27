using PgHa.Engine.Servers;

namespace PgHa.Engine.Settings;

/// <summary>A value in the server's configuration files, as <c>pg_file_settings</c> has it.</summary>
/// <param name="Name">The setting.</param>
/// <param name="Value">The value in the file, in whatever form it was written.</param>
/// <param name="IsAuto">Whether it is in <c>postgresql.auto.conf</c>, where <c>ALTER SYSTEM</c> can change it.</param>
internal sealed record FileValue(string Name, string Value, bool IsAuto)
{
    /// <summary>The values of settings in the order the server reads them; none for a role that may not look.</summary>
    /// <remarks>See <see href="https://www.postgresql.org/docs/current/view-pg-file-settings.html">pg_file_settings</see>.</remarks>
    public static async Task<IReadOnlyList<FileValue>> ReadAsync(ServerSession session, string[] names, CancellationToken cancellationToken)
    {
        try
        {
            return await session.QueryAsync(
                "select name, coalesce(setting, '') as setting, sourcefile from pg_file_settings where lower(name) = any ($1) order by seqno",
                row => new FileValue(
                    row.Text("name")!, row.Text("setting")!, row.Text("sourcefile")!.EndsWith(ServerConfiguration.AutoFileName, StringComparison.Ordinal)),
                cancellationToken,
                [names]).ConfigureAwait(false);
        }
        catch (PgHaException e) when (e.ErrorId == "InsufficientPrivilege")
        {
            return [];
        }
    }
}
