namespace PgHa;

/// <summary>A role that a cluster should have.</summary>
/// <remarks>
/// It may log in. A password is given to the command that makes the role, and is in no definition. See
/// <see href="https://www.postgresql.org/docs/current/predefined-roles.html">Predefined Roles</see>.
/// </remarks>
public sealed record RoleDefinition
{
    /// <summary>The role's name.</summary>
    public required string Name { get; init; }

    /// <summary>The roles it is a member of, such as <c>pg_monitor</c>.</summary>
    public IReadOnlyList<string> MemberOf { get; init => field = IndexableList.Of(value); } = [];

    /// <summary>Its name.</summary>
    public override string ToString() => Name;
}
