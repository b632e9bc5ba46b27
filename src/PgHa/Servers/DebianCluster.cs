namespace PgHa;

/// <summary>A cluster of Debian's packages: it keeps its configuration in <c>/etc/postgresql/VERSION/NAME</c>.</summary>
/// <param name="Version">The major as the packages write it, such as <c>15</c> or <c>9.6</c>.</param>
/// <param name="Name">The name within the major, such as <c>main</c>.</param>
/// <remarks>See <see href="https://manpages.debian.org/pg_createcluster">pg_createcluster</see>.</remarks>
public sealed record DebianCluster(string Version, string Name)
{
    private const string Root = "/etc/postgresql/";

    /// <summary>The directory of its configuration files.</summary>
    public string ConfigurationDirectory => $"{Root}{Version}/{Name}";

    /// <summary>The link that says where its log is; most clusters have none.</summary>
    public string LogLink => $"{ConfigurationDirectory}/log";

    /// <summary>Where <c>pg_ctlcluster</c> sends its log, unless there is a <see cref="LogLink"/>.</summary>
    public string DefaultLogFile => $"/var/log/postgresql/postgresql-{Version}-{Name}.log";

    /// <summary>The cluster with a configuration file; <see langword="null"/> if the file is not one of Debian's.</summary>
    /// <param name="configurationFile">The path of a <c>postgresql.conf</c>.</param>
    public static DebianCluster? Of(string configurationFile) =>
        configurationFile.StartsWith(Root, StringComparison.Ordinal)
        && configurationFile[Root.Length..].Split('/') is [{ Length: > 0 } version, { Length: > 0 } name, "postgresql.conf"]
            ? new DebianCluster(version, name)
            : null;

    /// <summary><c>15/main</c>.</summary>
    public override string ToString() => $"{Version}/{Name}";
}
