namespace PgHa;

/// <summary>A role that standbys connect as.</summary>
/// <param name="Server">The server it was made on; its standbys have it too.</param>
/// <param name="Name">Its name.</param>
/// <param name="Addresses">Where it may connect from, for replication only.</param>
public sealed record ReplicationRole(PgInstance Server, string Name, IReadOnlyList<string> Addresses)
{
    /// <summary>Where it may connect from, for replication only.</summary>
    public IReadOnlyList<string> Addresses { get; init => field = IndexableList.Of(value); } = IndexableList.Of(Addresses);

    /// <summary>The role's name.</summary>
    public override string ToString() => Name;
}
