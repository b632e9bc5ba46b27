namespace PgHa;

/// <summary>A setting and the file it is in.</summary>
/// <param name="Path">The file.</param>
/// <param name="Entry">The line that sets it.</param>
public sealed record LocatedSetting(string Path, ConfigurationEntry Entry)
{
    /// <summary><c>path:line</c>.</summary>
    public override string ToString() => $"{Path}:{Entry.LineNumber}";
}
