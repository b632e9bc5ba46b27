using System.Text.RegularExpressions;

namespace PgHa;

/// <summary>The owner of a configuration file that a program writes, as the comments at its beginning say.</summary>
internal static partial class ConfigurationOwner
{
    // The first lines of PostgreSQL's own files are comments too, and say nothing of the kind.
    private const int Lines = 20;

    /// <summary>The owner's name; <see langword="null"/> if the file is the administrator's.</summary>
    public static string? Of(string text) => text.Split('\n', Lines + 1)
        .Take(Lines)
        .Select(line => line.Trim())
        .TakeWhile(line => line.Length == 0 || line[0] is '#')
        .Select(line => Claim().Match(line))
        .Where(match => match.Success)
        .Select(match => match.Groups["owner"].Value.TrimEnd('.', '!'))
        .FirstOrDefault();

    // "It will be overwritten by Patroni!", "This file is managed by Puppet.", "Ansible managed: …". ALTER SYSTEM writes for everybody.
    [GeneratedRegex(
        @"\b(?:(?:managed|overwritten|generated|maintained|controlled)(?: and dropped off)? by (?!the ALTER SYSTEM|initdb|hand)"
            + @"(?<owner>\w[\w.-]*)|(?<owner>ansible|puppet|chef|salt)[ _-]managed\b)",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Claim();
}
