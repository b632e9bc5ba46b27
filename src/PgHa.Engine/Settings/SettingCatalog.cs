using PgHa.Engine.Servers;

namespace PgHa.Engine.Settings;

/// <summary>Reads <c>pg_settings</c>.</summary>
internal static class SettingCatalog
{
    private const string Query = """
        select name, setting, unit, vartype, context, source, sourcefile, sourceline, boot_val, pending_restart, enumvals, short_desc,
               case when name = 'wal_level' then nullif(current_setting('effective_wal_level', true), setting) end as in_force
        from pg_catalog.pg_settings where $1::text[] is null or name = any ($1::text[]) order by name
        """;

    /// <summary>The settings of those names, or all of them, as any other session of this role has them.</summary>
    public static async Task<IReadOnlyList<PgSetting>> ReadAsync(ServerSession session, string[]? names, CancellationToken cancellationToken)
    {
        // The view shows this session's values, some of which are PgHa's own.
        await session.ExecuteAsync(SessionNeeds.ShowOwn(session.Dialect), cancellationToken).ConfigureAwait(false);
        try
        {
            return await session.QueryAsync(Query, row => Setting(session.Instance, row), cancellationToken, [names]).ConfigureAwait(false);
        }
        finally
        {
            await session.ExecuteAsync("rollback", CancellationToken.None).ConfigureAwait(false);
        }
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
