namespace PgHa;

/// <summary>A base backup that pgBackRest or Barman keeps.</summary>
/// <param name="Backup">The backup.</param>
/// <param name="Id">What the tool calls it.</param>
/// <param name="HasErrors">Whether the tool found damaged pages while it took the backup.</param>
internal sealed record ToolBackup(PgBaseBackup Backup, string Id, bool HasErrors)
{
    private const string PgBackRestPrefix = "pgbackrest:";
    private const string BarmanPrefix = "barman:";

    /// <summary>How a backup of pgBackRest is named where PgHa names the directory of other backups.</summary>
    public static string PlaceOf(PgBackRestStanza stanza, string id) => $"{PgBackRestPrefix}{stanza.Name}/{id}";

    /// <summary>The same for a backup of Barman.</summary>
    public static string PlaceOf(BarmanArchive archive, string id) => $"{BarmanPrefix}{archive.Host}/{archive.Server}/{id}";

    /// <summary>Refuses to remove a backup that a tool keeps.</summary>
    /// <param name="place">The backup, as <c>Get-PgBaseBackup</c> shows its directory, or any directory.</param>
    /// <exception cref="PgHaException"><c>KeptByAnotherTool</c>.</exception>
    public static void RequireOwn(string place)
    {
        (string tool, string command)? keeper = (place, place.Split('/')) switch
        {
            ({ } text, [var stanza, var id]) when text.StartsWith(PgBackRestPrefix, StringComparison.Ordinal) =>
                ("pgBackRest", $"pgbackrest --stanza={stanza[PgBackRestPrefix.Length..]} --set={id} expire"),
            ({ } text, [var host, var server, var id]) when text.StartsWith(BarmanPrefix, StringComparison.Ordinal) =>
                ("Barman", $"on {host[BarmanPrefix.Length..]}: barman delete {server} {id}"),
            _ => null,
        };
        if (keeper is not var (name, removal))
            return;
        throw new PgHaException(
            ErrorIds.KeptByAnotherTool, PgHaErrorKind.Refused,
            $"{name} keeps the backup {place}, with a list of its own, and removes it with the WAL that it alone needs.",
            $"As the user of {name}, run {removal}", place);
    }
}
