using System.Text.RegularExpressions;

namespace PgHa;

/// <summary>A line of a configuration file with which a server does not start.</summary>
/// <param name="Reason">What is wrong and where, in the server's words.</param>
/// <param name="UnknownSetting">The setting that the server does not know, if that is what is wrong.</param>
public sealed partial record ConfigurationFault(string Reason, string? UnknownSetting)
{
    /// <summary>
    /// The faults that the server program reported when it read its configuration files; none
    /// if it failed for another reason.
    /// </summary>
    public static IReadOnlyList<ConfigurationFault> InLog(string text) =>
    [
        .. Line().Matches(text).Select(match => match.Groups["reason"].Value.Trim())
            .Select(reason => new ConfigurationFault(
                Secrets.Redact(reason), Unknown().Match(reason) is { Success: true } match ? match.Groups["name"].Value : null)),
    ];

    /// <summary>What is wrong and where.</summary>
    public override string ToString() => Reason;

    // Each fault is a line at LOG. The line at FATAL after them says only that there were some, or has the fault of a value from elsewhere.
    [GeneratedRegex(
        @"(?:LOG|FATAL):\s+(?<reason>(?:unrecognized configuration parameter|invalid value for parameter|syntax error in file|"
        + @"parameter ""[^""]*"" |[^\n]* is outside the valid range)[^\n]*)",
        RegexOptions.CultureInvariant)]
    private static partial Regex Line();

    [GeneratedRegex("unrecognized configuration parameter \"(?<name>[^\"]*)\"", RegexOptions.CultureInvariant)]
    private static partial Regex Unknown();
}
