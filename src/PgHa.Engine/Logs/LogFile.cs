namespace PgHa.Engine.Logs;

/// <summary>A file of a server's log.</summary>
/// <param name="Path">Where it is, for the server or its host.</param>
/// <param name="Length">Its size in bytes.</param>
/// <param name="ModifiedAt">When it was written last.</param>
internal sealed record LogFile(string Path, long Length, DateTimeOffset ModifiedAt)
{
    /// <summary>Whether a file in the log directory has the plain text format, which is the only one that PgHa parses.</summary>
    public static bool IsPlain(string name) =>
        !name.EndsWith(".csv", StringComparison.Ordinal) && !name.EndsWith(".json", StringComparison.Ordinal);
}
