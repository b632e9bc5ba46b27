using System.Text.RegularExpressions;

namespace PgHa;

/// <summary>What one query tells about managers.</summary>
/// <param name="Sessions">The names of applications, and the roles of sessions, that connect now.</param>
/// <param name="Roles">The roles of managers that there are.</param>
/// <param name="Slots">The slots of managers that there are.</param>
/// <param name="Settings">The settings that managers use, by name; those that the server does not have are left out.</param>
internal sealed partial record SqlManagementFacts(
    IReadOnlyList<string> Sessions,
    IReadOnlyList<string> Roles,
    IReadOnlyList<string> Slots,
    IReadOnlyDictionary<string, string> Settings)
{
    /// <summary>The signs in it.</summary>
    public IEnumerable<ManagementSign> Signs =>
    [
        .. Sessions.Select(SignOfSession).OfType<ManagementSign>(),
        .. Slots.Select(SignOfSlot).OfType<ManagementSign>(),
        .. Roles.Select(SignOfRole).OfType<ManagementSign>(),
        .. Settings.SelectMany(setting => SignsOfSetting(setting.Key, setting.Value)),
    ];

    private static ManagementSign? SignOfSession(string name)
    {
        ServerManager? manager = name switch
        {
            // 3.0: "Patroni"; 4.1: "Patroni heartbeat" and "Patroni restapi".
            "Patroni" or "Patroni heartbeat" or "Patroni restapi" => ServerManager.Patroni,
            // repmgrd 5.3 and 5.5 call themselves so.
            "repmgr" => ServerManager.Repmgr,
            "pgautofailover_monitor" => ServerManager.PgAutoFailover,
            "cnpg-instance-manager" => ServerManager.CloudNativePg,
            "stolon-keeper" => ServerManager.Stolon,
            _ when AutoFailoverName().IsMatch(name) => ServerManager.PgAutoFailover,
            _ when StolonName().IsMatch(name) => ServerManager.Stolon,
            _ => null,
        };
        return manager is null ? null : Sign(manager.Value, SignMeaning.IsManaged, $"the session '{name}'");
    }

    // A slot stays when its manager is gone.
    private static ManagementSign? SignOfSlot(string name)
    {
        ServerManager? manager = name switch
        {
            _ when name.StartsWith("_cnpg_", StringComparison.Ordinal) => ServerManager.CloudNativePg,
            _ when AutoFailoverName().IsMatch(name) => ServerManager.PgAutoFailover,
            _ when RepmgrSlot().IsMatch(name) => ServerManager.Repmgr,
            _ when StolonName().IsMatch(name) => ServerManager.Stolon,
            _ => null,
        };
        return manager is null ? null : Sign(manager.Value, SignMeaning.WasManaged, $"the slot '{name}'");
    }

    private static ManagementSign? SignOfRole(string name)
    {
        ServerManager? manager = name switch
        {
            "pgautofailover_monitor" or "pgautofailover_replicator" => ServerManager.PgAutoFailover,
            "_crunchyrepl" => ServerManager.CrunchyOperator,
            "repmgr" => ServerManager.Repmgr,
            _ => null,
        };
        return manager is null ? null : Sign(manager.Value, SignMeaning.WasManaged, $"the role '{name}'");
    }

    // A physical copy takes a setting in a file along, but not those that only a service's own PostgreSQL has.
    private static IEnumerable<ManagementSign> SignsOfSetting(string name, string value)
    {
        string seen = $"the setting {name}";
        ManagementSign? sign = name switch
        {
            "rds.extensions" => Sign(ServerManager.AmazonRds, SignMeaning.IsManaged, seen),
            "azure.extensions" => Sign(ServerManager.AzureDatabase, SignMeaning.IsManaged, seen),
            "cloudsql.iam_authentication" or "alloydb.iam_authentication" => Sign(ServerManager.CloudSql, SignMeaning.IsManaged, seen),
            "cnpg.config_sha256" => Sign(ServerManager.CloudNativePg, SignMeaning.WasManaged, seen),
            "archive_command" when value.Contains("/controller/manager wal-archive", StringComparison.Ordinal) =>
                Sign(ServerManager.CloudNativePg, SignMeaning.WasManaged, seen),
            "primary_slot_name" when AutoFailoverName().IsMatch(value) =>
                Sign(ServerManager.PgAutoFailover, SignMeaning.WasManaged, $"the setting {name} = {value}"),
            _ => null,
        };
        if (sign is not null)
            yield return sign;
        if (name != "shared_preload_libraries")
            yield break;
        string[] libraries = [.. value.Split(',').Select(library => library.Trim(' ', '"'))];
        if (libraries.Contains("repmgr"))
            yield return Sign(ServerManager.Repmgr, SignMeaning.WasManaged, "the library repmgr in shared_preload_libraries");
        if (libraries.Contains("bg_mon"))
            yield return Sign(ServerManager.ZalandoOperator, SignMeaning.WasManaged, "the library bg_mon in shared_preload_libraries");
    }

    private static ManagementSign Sign(ServerManager manager, SignMeaning meaning, string seen) =>
        new(manager, SignPlace.Sql, meaning, seen);

    [GeneratedRegex(@"^pgautofailover_standby_\d+$")]
    private static partial Regex AutoFailoverName();

    [GeneratedRegex(@"^repmgr_slot_\d+$")]
    private static partial Regex RepmgrSlot();

    [GeneratedRegex(@"^stolon_\w+$")]
    private static partial Regex StolonName();
}
