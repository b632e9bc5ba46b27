using PgHa.Engine.Configuration;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Settings;

/// <summary>Reads the values that wait for a restart of a server that runs.</summary>
internal static class PendingValues
{
    /// <summary>
    /// The values in the files of those settings that wait for a restart, by name. If no file sets one any more, it has its default.
    /// </summary>
    /// <returns>Settings that the role may not see are left out.</returns>
    public static async Task<IReadOnlyDictionary<string, string>> ReadAsync(
        EngineContext context, PgInstance server, IEnumerable<PgSetting> settings, CancellationToken cancellationToken)
    {
        PgSetting[] pending = [.. settings.Where(setting => setting.PendingRestart)];
        if (pending.Length == 0)
            return new Dictionary<string, string>();
        ServerSession session = await ServerSession.OpenAsync(context, server, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            if (!await session.ScalarAsync<bool>(
                "select has_table_privilege('pg_file_settings', 'select')", cancellationToken).ConfigureAwait(false))
            {
                return new Dictionary<string, string>();
            }

            IReadOnlyList<FileValue> values = await FileValue.ReadAsync(
                session, [.. pending.Select(setting => setting.Name)], cancellationToken).ConfigureAwait(false);
            return pending
                .Select(setting => (
                    setting.Name,
                    Value: values.LastOrDefault(value => value.Name.Equals(setting.Name, StringComparison.OrdinalIgnoreCase))?.Value
                        ?? setting.Default))
                .Where(setting => setting.Value is not null)
                .ToDictionary(setting => setting.Name, setting => setting.Value!, StringComparer.OrdinalIgnoreCase);
        }
    }
}
