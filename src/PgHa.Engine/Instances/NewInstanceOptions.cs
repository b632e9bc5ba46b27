namespace PgHa.Engine.Instances;

/// <summary>The properties of a server that <see cref="InstanceInitializer"/> makes.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/app-initdb.html">initdb</see>.</remarks>
public sealed record NewInstanceOptions
{
    /// <summary>The server's name, which becomes its <c>cluster_name</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The server's machine; this one by default.</summary>
    public PgMachine Machine { get; init; } = PgMachine.This;

    /// <summary>The data directory: missing or empty.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The TCP port.</summary>
    public int Port { get; init; } = PgInstance.DefaultPort;

    /// <summary>
    /// The address or host name the server listens on, and others reach it at; <c>*</c> for all addresses of the machine.
    /// </summary>
    public string HostName { get; init; } = "127.0.0.1";

    /// <summary>The directory of the programs to use. By default PgHa looks for them.</summary>
    public string? BinDirectory { get; init; }

    /// <summary>The major version to use where several are installed; the newest by default.</summary>
    public ServerVersion? Version { get; init; }

    /// <summary>The operating system user the server will run as, where PgHa runs as root.</summary>
    public string? ServerUser { get; init; }

    /// <summary>The name of the superuser.</summary>
    public string UserName { get; init; } = PgInstance.DefaultUserName;

    /// <summary>The superuser's password. None by default: the server's user and PgHa's user may connect over the Unix socket.</summary>
    internal string? Password { get; init; }

    /// <summary>Checksums on data pages, which detect damage and let pg_rewind work.</summary>
    public bool DataChecksums { get; init; } = true;

    /// <summary>The character set of the databases.</summary>
    public string Encoding { get; init; } = "UTF8";

    /// <summary>
    /// The locale of the databases. <c>C.UTF-8</c>, or <c>C</c> where systems don't have that, sorts the same on every machine: an index
    /// that was built by one system's collation is damaged on a standby whose system sorts differently.
    /// </summary>
    public string Locale { get; init; } = OperatingSystem.IsLinux() ? "C.UTF-8" : "C";

    /// <summary>The size of a WAL segment in megabytes, a power of two from 1 to 1024 (11); <see langword="null"/> for 16.</summary>
    public int? WalSegmentSize { get; init; }

    /// <summary>Lets everybody on this machine in without a password.</summary>
    public bool Trust { get; init; }

    /// <summary>Does not wait until the files are on disk, so that a crash of the machine may damage them. For tests.</summary>
    public bool NoSync { get; init; }
}
