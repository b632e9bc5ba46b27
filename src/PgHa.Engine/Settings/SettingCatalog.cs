using PgHa.Engine.Configuration;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Settings;

/// <summary>Reads <c>pg_settings</c>.</summary>
internal static class SettingCatalog
{
    private const string Query = """
        select name, setting, unit, vartype, context, source, sourcefile, sourceline, boot_val, pending_restart, enumvals, short_desc,
               case when name = 'wal_level' then nullif(current_setting('effective_wal_level', true), setting) end as in_force
        from pg_catalog.pg_settings where $1::text[] is null or lower(name) = any ($1::text[]) order by name
        """;

    /// <summary>The named settings, in any case, or all of them, with their values in another session of this role.</summary>
    public static async Task<IReadOnlyList<PgSetting>> ReadAsync(
        ServerSession session, IReadOnlyCollection<string>? names, CancellationToken cancellationToken)
    {
        string[]? lower = names?.Select(name => name.ToLowerInvariant()).ToArray();
        IReadOnlyList<PgSetting> settings;
        // The view shows this session's values, some of which PgHa has set.
        await session.ExecuteAsync(SessionNeeds.ShowOwn(session.Dialect), cancellationToken).ConfigureAwait(false);
        try
        {
            settings = await session.QueryAsync(
                Query, row => Setting(session.Instance, row), cancellationToken, [lower]).ConfigureAwait(false);
        }
        finally
        {
            await session.ExecuteAsync("rollback", CancellationToken.None).ConfigureAwait(false);
        }

        return await WithTruePendingAsync(session, settings, cancellationToken).ConfigureAwait(false);
    }

    // The server keeps pending_restart set even if a change is removed from the files again, or if the command line overrules it.
    private static async Task<IReadOnlyList<PgSetting>> WithTruePendingAsync(
        ServerSession session, IReadOnlyList<PgSetting> settings, CancellationToken cancellationToken)
    {
        string[] pending = [.. settings.Where(setting => setting.PendingRestart).Select(setting => setting.Name.ToLowerInvariant())];
        if (pending.Length == 0)
            return settings;
        IReadOnlyList<FileValue>? inFiles = await FileValue.TryReadAsync(session, pending, cancellationToken).ConfigureAwait(false);
        return inFiles is null ? settings :
        [
            .. settings.Select(setting => setting.PendingRestart
                ? setting with { PendingRestart = RestartNeed.Of(setting, inFiles.LastOrDefault(value => value.IsOf(setting.Name))?.Value) }
                : setting),
        ];
    }

    private static PgSetting Setting(PgInstance server, Row row)
    {
        string? unit = row.Text("unit");
        var type = Enum.Parse<SettingType>(row.Text("vartype")!, ignoreCase: true);
        return new PgSetting
        {
            Server = server,
            Name = row.Text("name")!,
            Value = Shown(row.Text("setting"), type, unit) ?? "",
            InForce = row.Text("in_force"),
            Type = type,
            Unit = unit,
            Default = Shown(row.Text("boot_val"), type, unit),
            Source = row.Text("source")!,
            Context = row.Text("context"),
            PendingRestart = row.Get<bool>("pending_restart"),
            SourceFile = row.Text("sourcefile"),
            SourceLine = row.Get<int?>("sourceline"),
            EnumValues = row.Get<string[]>("enumvals") ?? [],
            Description = row.Text("short_desc"),
        };
    }

    // As SHOW has it: 128MB rather than 16384 blocks.
    private static string? Shown(string? value, SettingType type, string? unit) =>
        value is not null && unit is not null && type is SettingType.Integer or SettingType.Real
            ? SettingValue.Format(SettingValue.ParseNumber(value!, type, unit), unit)
            : value;
}
