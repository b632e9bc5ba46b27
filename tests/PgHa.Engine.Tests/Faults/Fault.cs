namespace PgHa.Engine.Tests.Faults;

/// <summary>What befalls a server in the middle of an operation.</summary>
public enum Fault
{
    /// <summary>Its processes are killed.</summary>
    Killed,

    /// <summary>It refuses new connections.</summary>
    Refuses,

    /// <summary>Its disk is full.</summary>
    DiskFull,
}
