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

    /// <summary>The address of a server where none is given: this machine's.</summary>
    public const string DefaultHost = "127.0.0.1";

    /// <summary>The name of the superuser where none is given.</summary>
    public const string DefaultUserName = "postgres";

    /// <summary>The keywords of a connection string that are properties of their own here.</summary>
    internal static readonly IReadOnlyList<string> OwnKeywords = ["host", "port", "user", "dbname"];

    private readonly string? _name;
    private readonly string? _options;
    private readonly ConnectionSettings _secrets = ConnectionSettings.Empty;

    /// <summary>A short name, unique in its cluster; <c>host:port</c> unless one was given.</summary>
    public string Name
    {
        get => _name ?? Address;
        init => _name = string.IsNullOrEmpty(value) ? null : value;
    }

    /// <summary>
    /// The host name or address other servers and clients connect to; a path is a directory with the server's Unix socket.
    /// </summary>
    public string Host { get; init; } = DefaultHost;

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
    /// <exception cref="MalformedTextException">
    /// It is no conninfo string, or it has a password, or a keyword that is a property of its own.
    /// </exception>
    public string? Options
    {
        get => _options;
        init => _options = CheckedOptions(value ?? "") is { Length: > 0 } options ? options : null;
    }

    /// <summary>
    /// The directory of the Unix socket on the server's machine. What runs on that machine prefers it to TCP where no password is
    /// given, because <c>peer</c> authentication then needs none.
    /// </summary>
    public string? SocketDirectory { get; init; }

    /// <summary>The machine that the server's files and processes are on; this one by default.</summary>
    public PgMachine Machine { get; init; } = PgMachine.This;

    /// <summary>The data directory on the server's machine; <see langword="null"/> where PgHa has SQL access only.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>The directory of the server's own programs; <see langword="null"/> to look for them.</summary>
    public string? BinDirectory { get; init; }

    /// <summary>The major version, if known: from <c>PG_VERSION</c> or from the server.</summary>
    public ServerVersion? Version { get; init; }

    /// <summary>
    /// The name of the manager of the server, such as <c>Patroni</c>, when it was looked for; <see langword="null"/> if there was none;
    /// <c>unknown</c> if nobody has looked, or could. It is what was seen, and no part of which server this is: it is not compared.
    /// </summary>
    public string? ManagedBy { get; init; } = ServerManagement.UnknownText;

    /// <summary>
    /// Who starts and stops the server: <c>pg_ctl</c>, a unit of systemd, or Debian's tools; <see langword="null"/> where nobody has
    /// looked. It is not compared.
    /// </summary>
    public string? ControlledBy { get; init; }

    /// <summary><c>host:port</c>, with brackets around an IPv6 address.</summary>
    public string Address => string.Create(CultureInfo.InvariantCulture, $"{(IsIPv6(Host) ? $"[{Host}]" : Host)}:{Port}");

    /// <summary>Whether a password is held for <see cref="UserName"/>.</summary>
    public bool HasPassword => _secrets.HasPassword;

    /// <summary>A server with every property at its default.</summary>
    public PgInstance()
    {
    }

    /// <summary>The server a text stands for; PowerShell converts a string by this.</summary>
    /// <param name="text">What <see cref="Parse"/> reads.</param>
    /// <exception cref="MalformedTextException">The text has none of the forms; the message lists them.</exception>
    public PgInstance(string text)
        : this(Parse(text))
    {
    }

    // The compiler's copy constructor copies the secrets along; this one replaces them.
    private PgInstance(PgInstance original, ConnectionSettings secrets)
        : this(original) => _secrets = secrets;

    /// <summary>
    /// Reads <c>host</c>, <c>host:port</c>, <c>[IPv6]:port</c>, <c>/socket/directory</c>, <c>/socket/directory:port</c>, a
    /// conninfo string or a <c>postgresql://</c> URI. Parts that the text leaves out get this type's defaults, not libpq's.
    /// </summary>
    /// <exception cref="MalformedTextException">The text has none of the forms; the message lists them.</exception>
    public static PgInstance Parse(string text)
    {
        (PgInstance server, ConnectionSettings secrets) = PgInstanceParser.Parse(text);
        return new PgInstance(server, secrets);
    }

    /// <summary>How a client reaches this server, with the password if one is held.</summary>
    public ConnectionSettings ToConnectionSettings() => ConnectionSettings.Empty
        .With("host", Host)
        .With("port", Port.ToString(CultureInfo.InvariantCulture))
        .With("user", UserName)
        .With("dbname", Database)
        .Merge(ConnectionSettings.Parse(Options ?? ""))
        .Merge(_secrets);

    /// <summary>The same server, reached with another role and its password.</summary>
    internal PgInstance WithLogin(string userName, string? password) =>
        new(this, password is null ? _secrets.Without("password") : _secrets.With("password", password)) { UserName = userName };

    /// <summary>
    /// The same server as programs on a machine reach it: from another machine than the server's neither by its socket nor by loopback.
    /// </summary>
    /// <exception cref="PgHaException">
    /// <c>AddressIsLoopback</c>: the server is on this machine, and only its loopback address is known.
    /// </exception>
    internal PgInstance SeenFrom(PgMachine machine)
    {
        if (machine == Machine)
            return this;
        if (!Loopback.Is(Host))
            return this with { SocketDirectory = null };
        return !Machine.IsThisMachine ? this with { SocketDirectory = null, Host = Machine.HostName } : throw new PgHaException(
            ErrorIds.AddressIsLoopback, PgHaErrorKind.InvalidArgument,
            $"{this} is known by an address that means {machine.Name} itself when {machine.Name} connects to it.",
            "Name the server by an address that other machines reach: its property Host.", ToString());
    }

    /// <summary>The directory of the server's own programs, as far as it is known to be on a machine.</summary>
    internal string? BinDirectoryOn(PgMachine machine) => DataDirectory is not null && machine == Machine ? BinDirectory : null;

    /// <summary>The password, for the driver and nobody else.</summary>
    internal string? RevealPassword() => _secrets.RevealPassword();

    /// <summary>The dialect of the server's version. A plan determines the version before a step needs it.</summary>
    /// <exception cref="PgHaException"><c>VersionUnknown</c>.</exception>
    internal ServerDialect RequireDialect() => Version is { } version
        ? ServerDialect.For(version)
        : throw new PgHaException(
            ErrorIds.VersionUnknown, PgHaErrorKind.InvalidState,
            $"The version of {this} is not known: "
                + "the instance does not name it, and neither its files nor the server tell.",
            "Name its data directory, or start the server, and try again.", ToString());

    /// <summary>Whether it is the same server, reached the same way; passwords are not compared.</summary>
    public bool Equals(PgInstance? other) =>
        other is not null
        && (Name, Host, Port, UserName, Database, Options, SocketDirectory, Machine, DataDirectory, BinDirectory, Version)
        == (other.Name, other.Host, other.Port, other.UserName, other.Database,
            other.Options, other.SocketDirectory, other.Machine, other.DataDirectory, other.BinDirectory, other.Version);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Host, Port, UserName, DataDirectory);

    /// <summary><c>node23@127.0.0.1:9423</c>, or just the address of a server without a name.</summary>
    public override string ToString() => Name == Address ? Address : $"{Name}@{Address}";

    // A socket directory may have a colon in its name.
    private static bool IsIPv6(string host) => host.Contains(':', StringComparison.Ordinal) && !host.StartsWith('/');

    private static string CheckedOptions(string text)
    {
        ConnectionSettings options = ConninfoParser.Parse(text);
        if (options.HasSecrets)
            throw new MalformedTextException("value of Options", options.ToString(), 0, "a password is given with a credential");
        string? own = OwnKeywords.FirstOrDefault(options.Contains);
        return own is null
            ? options.ToString()
            : throw new MalformedTextException("value of Options", text, 0, $"{own} is a property of its own");
    }
}
