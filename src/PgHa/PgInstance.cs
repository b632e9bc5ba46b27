using System.Globalization;

namespace PgHa;

/// <summary>
/// A PostgreSQL server: how to reach it, and, where PgHa has access to its host, where its files are.
/// </summary>
/// <remarks>
/// It is a value: immutable, comparable, and without anything that goes stale, such as a role or a state.
/// Every property is a scalar, so that it survives JSON and CliXml. A password is held, never shown:
/// it is no property, and neither printed, compared nor serialised.
/// </remarks>
public sealed record PgInstance
{
    /// <summary>PostgreSQL's default port.</summary>
    public const int DefaultPort = 5432;

    /// <summary>The name of the superuser where none is given.</summary>
    public const string DefaultUserName = "postgres";

    private readonly string? _name;
    private readonly string? _password;

    /// <summary>A short name, unique in its cluster; <c>host:port</c> unless one was given.</summary>
    public string Name
    {
        get => _name ?? Address;
        init => _name = string.IsNullOrEmpty(value) ? null : value;
    }

    /// <summary>The host name or address other servers and clients connect to; a path is a directory with the server's Unix socket.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>The TCP port, which also names the Unix socket.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>The role PgHa connects as; most commands need a superuser or a member of <c>pg_monitor</c>.</summary>
    public string UserName { get; init; } = DefaultUserName;

    /// <summary>The database PgHa connects to.</summary>
    public string Database { get; init; } = "postgres";

    /// <summary>
    /// Further connection options as a conninfo string without a password, such as <c>sslmode=verify-full</c>;
    /// <see langword="null"/> if there are none.
    /// </summary>
    public string? Options { get; init; }

    /// <summary>
    /// The directory of the server's Unix socket on this machine. PgHa prefers it to TCP where no password
    /// is given, because <c>peer</c> authentication then needs none.
    /// </summary>
    public string? SocketDirectory { get; init; }

    /// <summary>The data directory on the server's host; <see langword="null"/> where PgHa has SQL access only.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>The directory of the server's own programs; <see langword="null"/> to look for them.</summary>
    public string? BinDirectory { get; init; }

    /// <summary>The major version, if known: from <c>PG_VERSION</c> or from the server.</summary>
    public ServerVersion? Version { get; init; }

    /// <summary><c>host:port</c>, with brackets around an IPv6 address.</summary>
    public string Address => string.Create(
        CultureInfo.InvariantCulture, $"{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}");

    /// <summary>Whether a password is held for <see cref="UserName"/>.</summary>
    public bool HasPassword => _password is not null;

    /// <summary>The same server, reached with another role and its password.</summary>
    internal PgInstance WithLogin(string userName, string? password) => new(this, password) { UserName = userName };

    /// <summary>The password, for the driver and nobody else.</summary>
    internal string? RevealPassword() => _password;

    /// <summary>A server with every property at its default.</summary>
    public PgInstance()
    {
    }

    // The compiler's copy constructor copies the password along; this one replaces it.
    private PgInstance(PgInstance original, string? password)
        : this(original) => _password = password;

    /// <summary>Whether it is the same server, reached the same way; passwords are not compared.</summary>
    public bool Equals(PgInstance? other) =>
        other is not null
        && (Name, Host, Port, UserName, Database, Options, SocketDirectory, DataDirectory, BinDirectory, Version)
        == (other.Name, other.Host, other.Port, other.UserName, other.Database, other.Options, other.SocketDirectory, other.DataDirectory, other.BinDirectory, other.Version);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Host, Port, UserName, DataDirectory);

    /// <summary><c>node23@127.0.0.1:9423</c>, or just the address of a server without a name.</summary>
    public override string ToString() => _name is null ? Address : $"{_name}@{Address}";
}
