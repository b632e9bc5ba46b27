using System.Text.RegularExpressions;

namespace PgHa.Provisioning.Sources;

/// <summary>The machine's own apt sources, asking for another suite. Mirrors, keys and proxies stay as the machine has them.</summary>
internal static partial class AptSources
{
    public static void Write(string suite, string directory)
    {
        string codename = Codename();
        int count = 0;
        foreach (string file in Directory.EnumerateFiles("/etc/apt", "*", SearchOption.AllDirectories))
        {
            string? text = Path.GetExtension(file) switch
            {
                ".sources" => FromStanzas(File.ReadAllText(file), codename, suite),
                ".list" => FromLines(File.ReadLines(file), codename, suite),
                _ => null,
            };
            if (!string.IsNullOrEmpty(text))
                File.WriteAllText(Path.Combine(directory, $"{suite}{count++}{Path.GetExtension(file)}"), text);
        }

        if (count == 0)
            throw new SourceException($"this machine's apt sources name no {codename} to derive {suite} from");
    }

    /// <summary>deb822: stanzas of fields, separated by blank lines. A field may hold a key, so only two fields are changed.</summary>
    internal static string FromStanzas(string text, string codename, string suite)
    {
        var kept = new List<string>();
        foreach (string stanza in BlankLines().Split(text))
        {
            Match suites = SuitesField().Match(stanza);
            string[] wanted = [.. suites.Groups[1].Value.Split(' ', '\t', '\r')
                .Select(named => Rename(named, codename, suite)).OfType<string>()];
            if (wanted.Length > 0)
                kept.Add(TypesField().Replace(SuitesField().Replace(stanza, $"Suites: {string.Join(' ', wanted)}"), "Types: deb"));
        }

        return string.Join("\n\n", kept);
    }

    /// <summary>One source a line: <c>deb [options] uri suite components</c>.</summary>
    internal static string FromLines(IEnumerable<string> lines, string codename, string suite)
    {
        var kept = new List<string>();
        foreach (string line in lines)
        {
            Match source = OneLine().Match(line);
            if (source.Success && Rename(source.Groups["suite"].Value, codename, suite) is { } renamed)
                kept.Add($"{source.Groups["before"].Value}{renamed}{source.Groups["after"].Value}\n");
        }

        return string.Concat(kept);
    }

    // Not -updates or -backports, which a suite that isn't released yet lacks.
    private static string? Rename(string named, string codename, string suite) =>
        named == codename ? suite : named == codename + "-security" ? suite + "-security" : null;

    /// <summary>The name of this machine's suite, such as <c>bookworm</c>.</summary>
    /// <exception cref="SourceException">This machine is neither a Debian nor an Ubuntu.</exception>
    public static string Codename()
    {
        const string OsRelease = "/etc/os-release";
        Dictionary<string, string> release = File.Exists(OsRelease)
            ? File.ReadLines(OsRelease).Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2)
                .ToDictionary(pair => pair[0], pair => pair[1].Trim('"'))
            : [];
        return release.GetValueOrDefault("ID") is "debian" or "ubuntu"
            && release.GetValueOrDefault("VERSION_CODENAME") is { Length: > 0 } codename
            ? codename
            : throw new SourceException("this machine is neither a Debian nor an Ubuntu, whose mirrors would have it");
    }

    [GeneratedRegex(@"\n[ \t\r]*\n")]
    private static partial Regex BlankLines();

    [GeneratedRegex(@"^Suites:[ \t]*(.*)$", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex SuitesField();

    [GeneratedRegex(@"^Types:.*$", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex TypesField();

    [GeneratedRegex(@"^(?<before>\s*deb\s+(\[[^\]]*\]\s+)?\S+\s+)(?<suite>\S+)(?<after>.*)$")]
    private static partial Regex OneLine();
}
