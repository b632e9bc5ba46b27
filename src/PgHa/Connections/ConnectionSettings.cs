using System.Collections.Frozen;
using System.Collections.Immutable;

namespace PgHa;

/// <summary>
/// How a client reaches a server: libpq's keywords with their values, in order, as in
/// <c>host=db1 port=5432 application_name='my app'</c> or <c>postgresql://db1:5432/?application_name=my%20app</c>.
/// </summary>
/// <remarks>
/// Immutable. Secrets (a password, a key's passphrase) are held for the driver and never shown: they are
/// neither printed, compared nor readable from outside PgHa. See
/// <see href="https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING">Connection Strings</see>.
/// </remarks>
public sealed class ConnectionSettings : IEquatable<ConnectionSettings>
{
    private static readonly FrozenSet<string> SecretKeywords = FrozenSet.ToFrozenSet(
        ["password", "sslpassword", "oauth_client_secret", "scram_client_key", "scram_server_key"], StringComparer.Ordinal);

    private readonly ImmutableList<KeyValuePair<string, string>> _settings;

    private ConnectionSettings(ImmutableList<KeyValuePair<string, string>> settings) => _settings = settings;

    /// <summary>No keyword at all: libpq's defaults.</summary>
    public static ConnectionSettings Empty { get; } = new([]);

    /// <summary>The keywords that are set, in order, secret ones included.</summary>
    public IReadOnlyList<string> Keywords => [.. _settings.Select(setting => setting.Key)];

    /// <summary>The value of a keyword; <see langword="null"/> if it is not set, or secret.</summary>
    public string? this[string keyword] => IsSecret(keyword) ? null : Reveal(keyword);

    /// <summary>
    /// The host, or several with commas between; a path is a directory with a Unix socket.
    /// <see langword="null"/> for libpq's default.
    /// </summary>
    public string? Host => NonEmpty("host");

    /// <summary>The port; <see langword="null"/> for libpq's default, and where each of several hosts has its own.</summary>
    public int? Port => PortList.Single(this["port"]);

    /// <summary>The role to connect as.</summary>
    public string? UserName => NonEmpty("user");

    /// <summary>The database.</summary>
    public string? Database => NonEmpty("dbname");

    /// <summary>The name <c>pg_stat_replication</c> and <c>synchronous_standby_names</c> know a standby by.</summary>
    public string? ApplicationName => NonEmpty("application_name");

    /// <summary>The file with the password.</summary>
    public string? PassFile => NonEmpty("passfile");

    /// <summary>How far TLS is required, from <c>disable</c> to <c>verify-full</c>.</summary>
    public string? SslMode => NonEmpty("sslmode");

    /// <summary>The hosts with their ports, as libpq pairs them; the directory of a Unix socket is a host too.</summary>
    /// <remarks>
    /// See <see href="https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-MULTIPLE-HOSTS">Specifying Multiple
    /// Hosts</see>.
    /// </remarks>
    public IReadOnlyList<(string Host, int Port)> Hosts
    {
        get
        {
            string[] hosts = (Host ?? NonEmpty("hostaddr") ?? "").Split(',');
            string[] ports = (this["port"] ?? "").Split(',');
            return
            [
                .. hosts.Select((host, i) =>
                    (host, PortList.Single(ports.ElementAtOrDefault(ports.Length == 1 ? 0 : i)) ?? PgInstance.DefaultPort)),
            ];
        }
    }

    /// <summary>More than one host, of which libpq takes the first that answers.</summary>
    public bool HasSeveralHosts => HasComma("host") || HasComma("hostaddr") || HasComma("port");

    /// <summary>Whether a password is held.</summary>
    public bool HasPassword => Contains("password");

    /// <summary>Whether anything is held that must not be shown.</summary>
    internal bool HasSecrets => _settings.Exists(setting => IsSecret(setting.Key));

    /// <summary>Reads either form; what begins with <c>postgresql://</c> or <c>postgres://</c> is a URI.</summary>
    /// <exception cref="MalformedTextException">
    /// The text is no connection string; the message says where, and shows no secret.
    /// </exception>
    public static ConnectionSettings Parse(string text) =>
        ConnectionUriParser.IsUri(text) ? ConnectionUriParser.Parse(text) : ConninfoParser.Parse(text);

    /// <summary>Whether a keyword is set, even to an empty value.</summary>
    public bool Contains(string keyword) => _settings.Exists(setting => setting.Key == keyword);

    /// <summary>The same settings with a keyword set: in its place if it was set before, otherwise as the last.</summary>
    /// <exception cref="MalformedTextException">libpq has no such keyword, or no such value of it.</exception>
    public ConnectionSettings With(string keyword, string value)
    {
        if (!LibpqKeywords.IsKnown(keyword))
            throw new MalformedTextException("connection keyword", keyword, 0, LibpqKeywords.DescribeUnknown(keyword));
        if (keyword == "port" && !PortList.IsValid(value))
            throw new MalformedTextException("port", value, 0, PortList.Expectation);
        int nul = value.IndexOf('\0', StringComparison.Ordinal);
        if (nul >= 0)
            throw new MalformedTextException($"value of {keyword}", "…", nul, "a NUL character cannot be part of a connection string");
        return Set(keyword, value);
    }

    /// <summary>The same settings without a keyword.</summary>
    public ConnectionSettings Without(string keyword) => Where(key => key != keyword);

    /// <summary>
    /// The same settings without the keywords that the libpq of a server's version does not know.
    /// A standby with such a keyword in <c>primary_conninfo</c> starts and never streams.
    /// </summary>
    public ConnectionSettings ForServer(ServerDialect dialect) => Where(dialect.KnowsConnectionKeyword);

    /// <summary>The settings without secrets, as a conninfo string.</summary>
    public override string ToString() => ToConninfo(includeSecrets: false);

    /// <summary>The settings as a conninfo string: <c>host=db1 application_name='my app'</c>.</summary>
    /// <param name="includeSecrets">Whether the password is written too, for the driver and nobody else.</param>
    internal string ToConninfo(bool includeSecrets) => string.Join(
        ' ',
        (includeSecrets ? this : WithoutSecrets())._settings.Select(setting => $"{setting.Key}={ConninfoValue.Quote(setting.Value)}"));

    /// <summary>The settings without secrets, as a URI.</summary>
    public string ToUri() => ConnectionUriWriter.Write(WithoutSecrets());

    /// <summary>The password, for the driver and nobody else.</summary>
    internal string? RevealPassword() => Reveal("password");

    /// <summary>The value of any keyword, for the driver and nobody else.</summary>
    internal string? Reveal(string keyword) =>
        _settings.Find(setting => setting.Key == keyword).Value;

    /// <summary>The secrets alone.</summary>
    internal ConnectionSettings OnlySecrets() => Where(IsSecret);

    /// <summary>The settings without secrets.</summary>
    internal ConnectionSettings WithoutSecrets() => Where(keyword => !IsSecret(keyword));

    /// <summary>These settings, and over them the other ones.</summary>
    internal ConnectionSettings Merge(ConnectionSettings other) =>
        other._settings.Aggregate(this, (merged, setting) => merged.Set(setting.Key, setting.Value));

    /// <summary>Sets a keyword that is known to be valid.</summary>
    internal ConnectionSettings Set(string keyword, string value)
    {
        int index = _settings.FindIndex(setting => setting.Key == keyword);
        KeyValuePair<string, string> setting = new(keyword, value);
        return new(index < 0 ? _settings.Add(setting) : _settings.SetItem(index, setting));
    }

    /// <summary>Whether both set the same keywords to the same values, in whatever order; secrets are not compared.</summary>
    public bool Equals(ConnectionSettings? other) =>
        other is not null && WithoutSecrets()._settings.ToHashSet().SetEquals(other.WithoutSecrets()._settings);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ConnectionSettings);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        WithoutSecrets()._settings.Aggregate(0, (hash, setting) => hash ^ setting.GetHashCode());

    private static bool IsSecret(string keyword) => SecretKeywords.Contains(keyword);

    private ConnectionSettings Where(Func<string, bool> isKept) =>
        new(_settings.RemoveAll(setting => !isKept(setting.Key)));

    private bool HasComma(string keyword) => this[keyword]?.Contains(',', StringComparison.Ordinal) == true;

    // libpq takes an empty value for one that is not set.
    private string? NonEmpty(string keyword) => this[keyword] is { Length: > 0 } value ? value : null;
}
