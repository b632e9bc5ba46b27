namespace PgHa;

/// <summary>How a server gets back into its cluster, the cheapest way first.</summary>
public enum RepairMethod
{
    /// <summary>It has nothing that the others have not: it is set up as a standby and started.</summary>
    Follow,

    /// <summary><c>pg_rewind</c> takes back what it wrote or received after the fork.</summary>
    Rewind,

    /// <summary>A new clone of another server takes its place.</summary>
    NewClone,
}
