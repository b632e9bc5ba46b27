namespace PgHa.Engine.Instances;

/// <summary>What a server logged before it failed; the inner exception of the failure.</summary>
public sealed class ServerLogException : Exception
{
    /// <summary>The log's lines.</summary>
    public ServerLogException(string lines)
        : base(lines)
    {
    }
}
