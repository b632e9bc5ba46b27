namespace PgHa.Engine.Access;

/// <summary>A role for standbys and base backups.</summary>
public sealed record ReplicationRoleOptions
{
    /// <summary>The role's name.</summary>
    public required string Name { get; init; }

    /// <summary>Its password.</summary>
    internal string Password { get; init; } = "";

    /// <summary>Where it may connect from; loopback by default.</summary>
    public IReadOnlyList<HbaAddress> Addresses { get; init; } = [HbaAddress.Parse("127.0.0.1/32"), HbaAddress.Parse("::1/128")];
}
