using PgHa.Engine.Access;
using PgHa.Engine.Machines;

namespace PgHa.Engine.Recovery;

/// <summary>
/// The login that a standby streams with. The standby keeps it for another upstream, unless the user gives another login.
/// </summary>
/// <remarks>The servers of a cluster have the same roles and passwords, because those are replicated.</remarks>
/// <param name="UserName">The role; <see langword="null"/> for the role of the upstream's own login.</param>
/// <param name="Password">Its password; <see langword="null"/> where it needs none.</param>
/// <param name="Options">Further options of the connection, such as <c>sslmode</c>.</param>
/// <param name="UsesSocket">Whether the standby connects through a Unix socket.</param>
internal sealed record StandbyLogin(string? UserName, string? Password, ConnectionSettings Options, bool UsesSocket)
{
    // Options that belong to the old upstream, and options that PgHa writes anew for each upstream.
    private static readonly string[] NotKept =
        ["host", "hostaddr", "port", "user", "dbname", "replication", "application_name", "passfile"];

    /// <summary>Reads the login from a standby's files; <see langword="null"/> if the standby has no upstream yet.</summary>
    public static async Task<StandbyLogin?> OfAsync(EngineContext context, PgInstance standby, CancellationToken cancellationToken)
    {
        RecoveryState state = await RecoveryState.ReadAsync(context, standby, cancellationToken).ConfigureAwait(false);
        IHost host = await context.HostOfAsync(standby, cancellationToken).ConfigureAwait(false);
        return await OfAsync(context, host, standby, state, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// An upstream with the login of a standby. If the standby has no upstream yet, the login is one that either of the two
    /// servers used when it was a standby.
    /// </summary>
    public static async Task<PgInstance> AtAsync(
        EngineContext context, IHost host, PgInstance standby, RecoveryState state, PgInstance upstream,
        CancellationToken cancellationToken) =>
        (await OfAsync(context, host, standby, state, cancellationToken).ConfigureAwait(false)
            ?? await OfFormerAsync(context, host, [standby, upstream], cancellationToken).ConfigureAwait(false))?.On(upstream) ?? upstream;

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
            now.Host is { } address && HostPath.IsAbsolute(address));
    }

    /// <summary>An upstream with this login.</summary>
    public PgInstance On(PgInstance upstream)
    {
        PgInstance login = upstream.WithLogin(UserName ?? upstream.UserName, Password);
        return login with
        {
            Options = Options.Merge(ConnectionSettings.Parse(upstream.Options ?? "")).ToString(),
            // A role that may connect by TCP may not be allowed to connect through the socket.
            SocketDirectory = UsesSocket ? login.SocketDirectory : null,
        };
    }

    /// <summary>This login; or the given one with the options of this login, if this login has no password.</summary>
    public StandbyLogin Or(StandbyLogin? given) => Password is null && given is not null ? given with { Options = Options } : this;

    /// <summary>The role alone, because the generated text of a record would contain the password.</summary>
    public override string ToString() => UserName ?? "";

    // A former primary may never have had an upstream. The new primary was a standby until its promotion.
    private static async Task<StandbyLogin?> OfFormerAsync(
        EngineContext context, IHost own, IEnumerable<PgInstance> servers, CancellationToken cancellationToken)
    {
        foreach (PgInstance server in servers)
        {
            if (server.DataDirectory is not { } directory)
                continue;
            IHost host = server.Machine == own.Machine
                ? own
                : await context.HostOfAsync(server, cancellationToken).ConfigureAwait(false);
            if (await StandbyPassFile.FirstAsync(host, directory, cancellationToken).ConfigureAwait(false) is { } entry)
                return new StandbyLogin(entry.Key.User, entry.RevealPassword(), ConnectionSettings.Empty, UsesSocket: false);
        }

        return null;
    }
}
