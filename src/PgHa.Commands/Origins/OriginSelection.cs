namespace PgHa.Commands;

/// <summary>Picks replication origins by name.</summary>
internal static class OriginSelection
{
    public static IEnumerable<ReplicationOrigin> Select(
        IReadOnlyList<ReplicationOrigin> origins, IReadOnlyList<string> names, PgInstance instance, ICommandOutput output) =>
        NameSelection.Select(origins, origin => origin.Name, names, name => output.WriteError(Missing(name, instance), instance));

    private static PgHaException Missing(string name, PgInstance instance) => new(
        ErrorIds.OriginNotFound, PgHaErrorKind.NotFound, $"There is no replication origin '{name}' on {instance}.",
        "List the origins with Get-PgReplicationOrigin, or make it with New-PgReplicationOrigin.", instance.ToString());
}
