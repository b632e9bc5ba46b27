namespace PgHa.Provisioning;

/// <summary>One major's programs on this machine.</summary>
/// <param name="Major">The major, such as 15.</param>
/// <param name="BinDirectory">Where <c>initdb</c>, <c>pg_ctl</c> and <c>postgres</c> are.</param>
/// <param name="HasOwnTools">
/// Whether <c>pg_basebackup</c>, <c>pg_rewind</c>, <c>pg_controldata</c> and the other client programs are there too.
/// </param>
/// <param name="Origin">Where the programs came from, for messages.</param>
public sealed record PostgresInstallation(int Major, string BinDirectory, bool HasOwnTools, string Origin)
{
    /// <summary>The full path of one of its programs.</summary>
    public string Program(string name) => Path.Combine(BinDirectory, name);

    /// <summary><c>PostgreSQL 15 (installed packages)</c>.</summary>
    public override string ToString() => $"PostgreSQL {Major} ({Origin})";

    internal static PostgresInstallation In(string binDirectory, int major, string origin) =>
        new(major, binDirectory, File.Exists(Path.Combine(binDirectory, "pg_basebackup")), origin);
}
