using PgHa.Engine.Hosts;

namespace PgHa.Engine.Recovery;

/// <summary>How a standby streams now, which it takes along to another upstream where nobody says otherwise.</summary>
/// <remarks>The servers of a cluster have the same roles and passwords, because those are replicated.</remarks>
/// <param name="UserName">The role; <see langword="null"/> for that of the upstream as it is named.</param>
/// <param name="Password">Its password; <see langword="null"/> where it needs none.</param>
/// <param name="Options">Further options of the connection, such as <c>sslmode</c>.</param>
/// <param name="UsesSocket">Whether it comes by a Unix socket.</param>
internal sealed record StandbyLogin(string? UserName, string? Password, ConnectionSettings Options, bool UsesSocket)
{
    // Where and whom it connects to, and what PgHa writes anew for every upstream.
    private static readonly string[] NotKept = ["host", "hostaddr", "port", "user", "dbname", "replication", "application_name", "passfile"];

    /// <summary>Reads it from a standby's files; <see langword="null"/> where it has no upstream yet.</summary>
    public static async Task<StandbyLogin?> OfAsync(EngineContext context, PgInstance standby, CancellationToken cancellationToken)
    {
        RecoveryState state = await RecoveryState.ReadAsync(context, standby, cancellationToken).ConfigureAwait(false);
        IHost host = await context.HostOfAsync(standby, cancellationToken).ConfigureAwait(false);
        return await OfAsync(context, host, standby, state, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>An upstream, reached as a standby reaches its own; where it has none yet, with the login that one of the two has from when it was a standby.</summary>
    public static async Task<PgInstance> AtAsync(
        EngineContext context, IHost host, PgInstance standby, RecoveryState state, PgInstance upstream, CancellationToken cancellationToken) =>
        (await OfAsync(context, host, standby, state, cancellationToken).ConfigureAwait(false)
            ?? await OfFormerAsync(host, [standby.DataDirectory, upstream.DataDirectory], cancellationToken).ConfigureAwait(false))?.On(upstream) ?? upstream;

    private static async Task<StandbyLogin?> OfAsync(
        EngineContext context, IHost host, PgInstance standby, RecoveryState state, CancellationToken cancellationToken)
    {
        if (state[RecoveryEntries.PrimaryConninfo] is not { Length: > 0 } text)
            return null;
        ConnectionSettings now = ConnectionSettings.Parse(text);
        return new StandbyLogin(
            now.UserName,
            now.RevealPassword() ?? await StandbyPassword.FindAsync(context, host, standby, now, cancellationToken).ConfigureAwait(false),
            NotKept.Aggregate(now.WithoutSecrets(), (rest, keyword) => rest.Without(keyword)),
            now.Host is { } address && Path.IsPathRooted(address));
    }

    /// <summary>An upstream, reached as the standby reaches its own.</summary>
    public PgInstance On(PgInstance upstream)
    {
        PgInstance login = upstream.WithLogin(UserName ?? upstream.UserName, Password);
        return login with
        {
            Options = Options.Merge(ConnectionSettings.Parse(upstream.Options ?? "")).ToString(),
            // A role that came by TCP is not let in by the socket for that.
            SocketDirectory = UsesSocket ? login.SocketDirectory : null,
        };
    }

    /// <summary>This login, unless it has no password and another one is given: then that one, with these options.</summary>
    public StandbyLogin Or(StandbyLogin? given) => Password is null && given is not null ? given with { Options = Options } : this;

    /// <summary>The role alone: what a record prints by itself has the password in it.</summary>
    public override string ToString() => UserName ?? "";

    // A former primary never had an upstream; the new one was a standby until it was promoted.
    private static async Task<StandbyLogin?> OfFormerAsync(IHost host, IEnumerable<string?> directories, CancellationToken cancellationToken)
    {
        foreach (string directory in directories.OfType<string>())
        {
            if (await StandbyPassFile.FirstAsync(host, directory, cancellationToken).ConfigureAwait(false) is { } entry)
                return new StandbyLogin(entry.Key.User, entry.RevealPassword(), ConnectionSettings.Empty, UsesSocket: false);
        }

        return null;
    }
}
