namespace PgHa;

/// <summary>The connections that a line of a password file is for.</summary>
/// <param name="Host">The host name or address as the client's conninfo has it, or <c>*</c>.</param>
/// <param name="Port">The port, or <c>*</c>.</param>
/// <param name="Database">The database, <c>replication</c> for a standby or a base backup, or <c>*</c>.</param>
/// <param name="User">The role, or <c>*</c>.</param>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/libpq-pgpass.html">The Password File</see>.</remarks>
public sealed record PassFileKey(string Host, string Port, string Database, string User)
{
    /// <summary>The field that fits anything.</summary>
    public const string Any = "*";

    /// <summary>The database name under which libpq looks up the password of a replication connection.</summary>
    public const string Replication = "replication";

    /// <summary>The first four fields of the line.</summary>
    public override string ToString() => string.Join(':', Fields.Select(Escape));

    /// <summary>Whether it fits everything that the other one fits.</summary>
    internal bool Covers(PassFileKey other) =>
        Fields.Zip(other.Fields).All(pair => pair.First == Any || pair.First == pair.Second);

    internal static string Escape(string field) =>
        field.Replace(@"\", @"\\", StringComparison.Ordinal).Replace(":", @"\:", StringComparison.Ordinal);

    private string[] Fields => [Host, Port, Database, User];
}
