namespace PgHa;

/// <summary>What the address column of a rule holds.</summary>
public enum HbaAddressKind
{
    /// <summary><c>all</c>: any address.</summary>
    All,

    /// <summary><c>samehost</c>: any of the server's own addresses.</summary>
    SameHost,

    /// <summary><c>samenet</c>: any address of a network the server is directly connected to.</summary>
    SameNet,

    /// <summary>A range of addresses.</summary>
    Network,

    /// <summary>A host's name, or with a leading dot the end of one; the server looks it up for each connection.</summary>
    HostName,
}
