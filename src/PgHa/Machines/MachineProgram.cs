namespace PgHa;

/// <summary>An installation of PostgreSQL's server on a machine.</summary>
/// <param name="Version">Its version.</param>
/// <param name="BinDirectory">The directory of its programs.</param>
public sealed record MachineProgram(ServerVersion Version, string BinDirectory)
{
    /// <summary>The version.</summary>
    public override string ToString() => Version.ToString();
}
