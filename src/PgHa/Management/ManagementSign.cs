namespace PgHa;

/// <summary>Something that was seen and that points to a manager.</summary>
/// <param name="Manager">The manager.</param>
/// <param name="Place">Where it was seen.</param>
/// <param name="Meaning">What it proves.</param>
/// <param name="Seen">What was seen: a noun phrase, such as <c>the session 'Patroni heartbeat'</c>.</param>
public sealed record ManagementSign(ServerManager Manager, SignPlace Place, SignMeaning Meaning, string Seen)
{
    /// <summary>What was seen, and where.</summary>
    public override string ToString() => $"{Seen} ({Place switch
    {
        SignPlace.Sql => "by SQL",
        SignPlace.File => "in its files",
        _ => "among the processes",
    }})";
}

/// <summary>Where a sign was seen.</summary>
public enum SignPlace
{
    /// <summary>In an answer of the server.</summary>
    Sql,

    /// <summary>In the server's files.</summary>
    File,

    /// <summary>Among the processes of the server's machine.</summary>
    Process,
}

/// <summary>What a sign proves.</summary>
public enum SignMeaning
{
    /// <summary>The manager is at work on this server now.</summary>
    IsManaged,

    /// <summary>The manager runs on the server's machine; perhaps it manages other servers only.</summary>
    RunsHere,

    /// <summary>The manager was at work on this server once: its traces stay when it is taken away.</summary>
    WasManaged,
}
