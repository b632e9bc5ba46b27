using PgHa.Engine.Hosts;

namespace PgHa.Engine.Recovery;

/// <summary>How a standby logs in at another upstream where nobody says otherwise: as it does at its present one.</summary>
/// <remarks>The servers of a cluster have the same roles and passwords, because those are replicated.</remarks>
internal static class StandbyLogin
{
    // Where and whom it connects to, and what PgHa writes anew for every upstream.
    private static readonly string[] NotKept = ["host", "hostaddr", "port", "user", "dbname", "replication", "application_name", "passfile"];

    /// <summary>The upstream with the standby's role, password and connection options; where it has no upstream yet, with those that one of the two has from when it was a standby.</summary>
    public static async Task<PgInstance> AtAsync(
        IHost host, PgInstance standby, RecoveryState state, PgInstance upstream, CancellationToken cancellationToken)
    {
        if (state[RecoveryEntries.PrimaryConninfo] is not { Length: > 0 } text)
            return await AsFormerStandbyAsync(host, standby, upstream, cancellationToken).ConfigureAwait(false);
        ConnectionSettings now = ConnectionSettings.Parse(text);
        ConnectionSettings kept = NotKept.Aggregate(now.WithoutSecrets(), (rest, keyword) => rest.Without(keyword));
        string role = now.UserName ?? upstream.UserName;
        string? password = now.RevealPassword() ?? await PasswordAsync(host, standby, now, role, cancellationToken).ConfigureAwait(false);
        PgInstance login = upstream.WithLogin(role, password);
        return login with
        {
            Options = kept.Merge(ConnectionSettings.Parse(upstream.Options ?? "")).ToString(),
            // A role that came by TCP is not let in by the socket for that.
            SocketDirectory = now.Host is { } address && Path.IsPathRooted(address) ? login.SocketDirectory : null,
        };
    }

    // A former primary never had an upstream; the new one was a standby until it was promoted.
    private static async Task<PgInstance> AsFormerStandbyAsync(IHost host, PgInstance standby, PgInstance upstream, CancellationToken cancellationToken)
    {
        foreach (string directory in new[] { standby.DataDirectory, upstream.DataDirectory }.OfType<string>())
        {
            if (await StandbyPassFile.FirstAsync(host, directory, cancellationToken).ConfigureAwait(false) is { } entry)
                return upstream.WithLogin(entry.Key.User, entry.RevealPassword());
        }

        return upstream;
    }

    private static async Task<string?> PasswordAsync(
        IHost host, PgInstance standby, ConnectionSettings now, string role, CancellationToken cancellationToken)
    {
        if (now.PassFile is not { } path || Path.GetFileName(path) == StandbyPassFile.Name)
            return await StandbyPassFile.ReadAsync(host, standby.DataDirectory!, role, cancellationToken).ConfigureAwait(false);
        return await host.ReadFileAsync(path, cancellationToken).ConfigureAwait(false) is { } content
            ? PassFile.Parse(content).Find(now.Host ?? "", now.Port ?? PgInstance.DefaultPort, PassFileKey.Replication, role)?.RevealPassword()
            : null;
    }
}
