using System.Text.RegularExpressions;

namespace PgHa;

/// <summary>A server that Debian's <c>pg_createcluster</c> made: its configuration is in <c>/etc/postgresql</c>.</summary>
/// <param name="Version">The version in its path, such as <c>15</c> or <c>9.6</c>.</param>
/// <param name="Name">Its name, such as <c>main</c>.</param>
/// <param name="ConfigurationDirectory">Such as <c>/etc/postgresql/15/main</c>.</param>
internal sealed partial record DebianCluster(string Version, string Name, string ConfigurationDirectory)
{
    /// <summary>The unit that has all clusters of a machine started at boot.</summary>
    public const string AllClusters = "postgresql.service";

    /// <summary>The file that says whether the cluster is started at boot.</summary>
    public const string StartFileName = "start.conf";

    // pg_ctlcluster names these files itself at each start.
    private static readonly string[] GivenAtStart =
        ["config_file", "hba_file", "ident_file", "external_pid_file", "unix_socket_directories", "unix_socket_directory"];

    /// <summary>What <see cref="StartFileName"/> says.</summary>
    public DebianStartMode StartMode { get; init; }

    /// <summary>The file that Debian's tools have the server log to.</summary>
    public string LogPath { get; init; } = $"/var/log/postgresql/postgresql-{Version}-{Name}.log";

    /// <summary>The link beside its configuration that leads to its log; most clusters have none.</summary>
    public string LogLink => $"{ConfigurationDirectory}/log";

    /// <summary>The unit of systemd that starts it.</summary>
    public string UnitId => $"postgresql@{Version}-{Name}.service";

    /// <summary>The cluster of a <c>postgresql.conf</c>; <see langword="null"/> if the path is none of Debian's.</summary>
    public static DebianCluster? OfConfiguration(string path) => path.Split('/') is ["", "etc", "postgresql", var version, var name, _]
        ? new DebianCluster(version, name, $"/etc/postgresql/{version}/{name}")
        : null;

    /// <summary>The data directory that <c>pg_createcluster</c> gives it.</summary>
    /// <param name="configured"><c>data_directory</c> in <c>createcluster.conf</c>; <see langword="null"/> if it is not there.</param>
    public string DefaultDataDirectory(string? configured)
    {
        string pattern = string.IsNullOrEmpty(configured) ? "/var/lib/postgresql/%v/%c" : configured;
        return pattern.Replace("%v", Version, StringComparison.Ordinal).Replace("%c", Name, StringComparison.Ordinal).TrimEnd('/');
    }

    /// <summary>The cluster of a name as <c>pg_lsclusters</c> shows it, such as <c>15/main</c>.</summary>
    /// <exception cref="MalformedTextException">It is no such name, or one that no unit of systemd takes.</exception>
    public static DebianCluster Parse(string text) => FullName().Match(text) is { Success: true } match
        ? new DebianCluster(
            match.Groups["version"].Value, match.Groups["name"].Value, $"/etc/postgresql/{match.Groups["version"]}/{match.Groups["name"]}")
        : throw new MalformedTextException(
            "name of a Debian cluster", text, 0, "a major version and a name without dashes, such as 15/main");

    /// <summary>Reads <c>start.conf</c>; a cluster without the file is started at boot.</summary>
    public static DebianStartMode ReadStartMode(string? content)
    {
        string? word = content?.Split('\n').Select(line => line.Split('#')[0].Trim()).FirstOrDefault(line => line.Length > 0);
        return word switch
        {
            null or "auto" => DebianStartMode.Auto,
            "disabled" => DebianStartMode.Disabled,
            // Debian's tools refuse any other word, and start nothing.
            _ => DebianStartMode.Manual,
        };
    }

    /// <summary>The options of a command line that <c>pg_ctlcluster</c> does not give itself.</summary>
    public static IEnumerable<PostmasterOption> OwnOptions(IEnumerable<PostmasterOption> options) =>
        options.Where(option => !GivenAtStart.Contains(option.Setting));

    /// <summary><c>Debian cluster 15/main</c>.</summary>
    public override string ToString() => $"Debian cluster {Version}/{Name}";

    // Debian's tools take dashes too, and warn that such a cluster has problems under systemd.
    [GeneratedRegex(@"^(?<version>[0-9]+(?:\.[0-9])?)/(?<name>[A-Za-z0-9_][A-Za-z0-9_.]*)\z", RegexOptions.CultureInvariant)]
    private static partial Regex FullName();
}

/// <summary>What <c>start.conf</c> says about a cluster.</summary>
internal enum DebianStartMode
{
    /// <summary>It is started at boot.</summary>
    Auto,

    /// <summary>Only an administrator starts it.</summary>
    Manual,

    /// <summary>Debian's tools refuse to start it.</summary>
    Disabled,
}
