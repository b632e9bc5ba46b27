using System.Text.RegularExpressions;

namespace PgHa;

/// <summary>A process of a manager.</summary>
/// <param name="Manager">The manager.</param>
/// <param name="ConfigurationPath">The configuration file on its command line, perhaps relative; <see langword="null"/> if none.</param>
/// <param name="DataDirectory">The data directory on its command line; <see langword="null"/> if it names none.</param>
internal sealed partial record ManagerProcess(ServerManager Manager, string? ConfigurationPath, string? DataDirectory)
{
    /// <summary>Whether it is a part of another process of the manager, whose command line tells more.</summary>
    public bool IsPart { get; init; }

    /// <summary>Its name, for messages.</summary>
    public string Name => Manager switch
    {
        ServerManager.Repmgr => "repmgrd",
        ServerManager.PgAutoFailover => "pg_autoctl",
        ServerManager.Stolon => "stolon-keeper",
        ServerManager.Pacemaker => "pacemakerd",
        ServerManager.CloudNativePg => "/controller/manager",
        _ => "patroni",
    };

    /// <summary>Reads a command line; <see langword="null"/> if the process is of no manager that is known.</summary>
    public static ManagerProcess? Of(string commandLine)
    {
        string[] words = commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
            return null;
        return NameIn(words[0]) switch
        {
            "repmgrd" => new(ServerManager.Repmgr, ValueOf(words, "-f", "--config-file"), null),
            "pg_autoctl" => new(ServerManager.PgAutoFailover, null, ValueOf(words, "-D", "--pgdata")),
            // "pg_autoctl: node active", "pg_autoctl: start/stop postgres".
            "pg_autoctl:" => new(ServerManager.PgAutoFailover, null, null) { IsPart = true },
            // The data directory is a folder in that of the keeper.
            "stolon-keeper" => new(
                ServerManager.Stolon, null,
                ValueOf(words, "--data-dir", "--data-dir") is { } data ? $"{data.TrimEnd('/')}/postgres" : null),
            "pacemakerd" => new(ServerManager.Pacemaker, null, null),
            "manager" when commandLine.StartsWith("/controller/manager instance ", StringComparison.Ordinal) =>
                new(ServerManager.CloudNativePg, null, null),
            "patroni" => OfPatroni(words.Skip(1)),
            var program when Python().IsMatch(program)
                && Array.FindIndex(words, 1, word => NameIn(word) is "patroni" or "patroni.py") is > 0 and var script =>
                OfPatroni(words.Skip(script + 1)),
            _ => null,
        };
    }

    /// <summary>The data directories that a configuration file of Patroni or repmgr names.</summary>
    public static IEnumerable<string> DirectoriesIn(string configuration) =>
        from line in configuration.Split('\n')
        where !line.TrimStart().StartsWith('#')
        let match = DataDirectoryValue().Match(line)
        where match.Success
        select match.Groups["path"].Value;

    private static ManagerProcess OfPatroni(IEnumerable<string> arguments) =>
        new(ServerManager.Patroni, arguments.FirstOrDefault(word => !word.StartsWith('-')), null);

    private static string NameIn(string path) => path[(path.LastIndexOf('/') + 1)..];

    private static string? ValueOf(string[] words, string shortName, string longName)
    {
        for (int i = 1; i < words.Length; i++)
        {
            if ((words[i] == shortName || words[i] == longName) && i + 1 < words.Length)
                return words[i + 1];
            if (words[i].StartsWith($"{longName}=", StringComparison.Ordinal))
                return words[i][(longName.Length + 1)..];
        }

        return null;
    }

    [GeneratedRegex(@"^python[0-9.]*$")]
    private static partial Regex Python();

    // Patroni: "data_dir: /path" and {data_dir: /path, …}; repmgr: data_directory='/path'.
    [GeneratedRegex("""\bdata_dir(?:ectory)?["']?\s*[:=]\s*["']?(?<path>/[^"',}#\n\r]*?)["']?\s*(?:[,}#]|$)""")]
    private static partial Regex DataDirectoryValue();
}
