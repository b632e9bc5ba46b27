namespace PgHa;

/// <summary>One active line of a configuration file.</summary>
/// <param name="Kind">Whether it sets a value or includes a file.</param>
/// <param name="Name">The setting's name, or the directive's, as the file writes it; case does not matter to the server.</param>
/// <param name="Value">The value, or the path of an include, without quotes and escapes.</param>
/// <param name="LineNumber">The line in the file, from 1.</param>
public sealed record ConfigurationEntry(ConfigurationEntryKind Kind, string Name, string Value, int LineNumber)
{
    /// <summary>The line as PgHa would write it, with passwords masked.</summary>
    public override string ToString() => Secrets.Redact($"{Name} = {ConfigurationValue.Quote(Value)}");
}
