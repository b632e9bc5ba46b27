using PgHa.Engine.Hosts;
using PgHa.Engine.Recovery;

namespace PgHa.Engine.Operation;

/// <summary>How a standby streams now: the role, its password and the options of the connection, which it takes along to another upstream.</summary>
/// <param name="UserName">The role.</param>
/// <param name="Password">Its password; <see langword="null"/> where none is needed, or it is in a file that PgHa did not write.</param>
/// <param name="Options">Further options, such as <c>sslmode</c>.</param>
internal sealed record FollowLogin(string UserName, string? Password, string? Options)
{
    // What belongs to one upstream, or is written anew for each.
    private static readonly string[] OfOneUpstream = ["host", "hostaddr", "port", "user", "dbname", "passfile", "password", "application_name", "replication"];

    /// <summary>Reads it from a standby's files; <see langword="null"/> if it is set up to stream from nobody.</summary>
    public static async Task<FollowLogin?> OfAsync(EngineContext context, PgInstance standby, CancellationToken cancellationToken)
    {
        RecoveryConfiguration recovery = await new RecoverySettings(context).GetAsync(standby, cancellationToken).ConfigureAwait(false);
        if (recovery.PrimaryConninfo is not { Length: > 0 } conninfo)
            return null;
        ConnectionSettings settings = ConnectionSettings.Parse(conninfo);
        string role = recovery.UserName ?? PgInstance.DefaultUserName;
        IHost host = await context.HostOfAsync(standby, cancellationToken).ConfigureAwait(false);
        return new FollowLogin(
            role,
            await StandbyPassFile.ReadAsync(host, standby.DataDirectory!, role, cancellationToken).ConfigureAwait(false),
            OfOneUpstream.Aggregate(settings, (rest, keyword) => rest.Without(keyword)).ToString() is { Length: > 0 } options ? options : null);
    }

    /// <summary>An upstream, reached as the standby reaches it.</summary>
    public PgInstance On(PgInstance upstream) => (upstream with { Options = Options }).WithLogin(UserName, Password);
}
