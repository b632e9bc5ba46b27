using System.Globalization;
using Npgsql;
using Npgsql.Replication;
using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Replication;

/// <summary>
/// Proves that a role can replicate from a server, by opening replication connections as <c>pg_basebackup</c> and
/// the WAL receiver do. Reading <c>pg_hba.conf</c> and the role's attributes would be no proof.
/// </summary>
/// <remarks>
/// See <see href="https://www.postgresql.org/docs/current/protocol-replication.html">Streaming Replication Protocol</see>.
/// </remarks>
public sealed class ReplicationProbe
{
    private readonly EngineContext _context;

    /// <summary>A probe that works in a context.</summary>
    public ReplicationProbe(EngineContext context) => _context = context;

    /// <summary>
    /// Opens as many physical replication connections at once as will be needed, reads the server's identity, and closes them.
    /// </summary>
    /// <param name="upstream">The server, with the role's login.</param>
    /// <param name="senders">How many WAL senders have to be free.</param>
    /// <param name="cancellationToken">Cancels the attempt.</param>
    /// <exception cref="PgHaException">
    /// <c>ReplicationAccessDenied</c> (no fitting rule in <c>pg_hba.conf</c>), <c>NotReplicationRole</c>, <c>NoFreeWalSenders</c>,
    /// <c>WrongPassword</c>, <c>PasswordRequired</c>, <c>ServerUnreachable</c> and the other failures of connecting.
    /// </exception>
    public async Task<SystemIdentity> ProveAsync(PgInstance upstream, int senders, CancellationToken cancellationToken)
    {
        _context.Log.Detail($"{upstream}: replication connection as {upstream.UserName}: IDENTIFY_SYSTEM");
        string connectionString = DriverSettings.ConnectionString(upstream, _context);
        List<PhysicalReplicationConnection> connections = [];
        try
        {
            for (int i = 0; i < senders; i++)
            {
                connections.Add(
                    await Opening.AwaitAsync(OpenAsync(connectionString, cancellationToken), cancellationToken).ConfigureAwait(false));
            }

            ReplicationSystemIdentification identity = await connections[0].IdentifySystem(cancellationToken).ConfigureAwait(false);
            return new SystemIdentity(
                upstream,
                SystemIdentifier.Parse(identity.SystemId),
                new TimelineId(identity.Timeline),
                new Lsn((ulong)identity.XLogPos),
                identity.DbName);
        }
        catch (Exception e) when (Failure(upstream, senders, e) is { } failure)
        {
            throw failure;
        }
        finally
        {
            foreach (PhysicalReplicationConnection connection in connections)
                await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The same for connections that come from a host, which may be on another machine.</summary>
    internal Task<SystemIdentity> ProveFromAsync(IHost from, PgInstance upstream, int senders, CancellationToken cancellationToken) =>
        from.Machine.IsThisMachine
            ? ProveAsync(upstream, senders, cancellationToken)
            : RemoteReplicationProbe.ProveAsync(from, upstream, cancellationToken);

    private static async Task<PhysicalReplicationConnection> OpenAsync(string connectionString, CancellationToken cancellationToken)
    {
        PhysicalReplicationConnection connection = new(connectionString);
        try
        {
            await connection.Open(cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static PgHaException? Failure(PgInstance upstream, int senders, Exception e) => e switch
    {
        PostgresException { SqlState: PostgresErrorCodes.InvalidAuthorizationSpecification } p => new(
            ErrorIds.ReplicationAccessDenied, PgHaErrorKind.PermissionDenied,
            $"{upstream} does not let role '{upstream.UserName}' replicate: {ServerSaid.Of(p)}.",
            "Create the role and its rule with New-PgReplicationRole, or add a rule for database 'replication' with Add-PgHbaRule. "
                + "The word 'all' does not cover replication.",
            upstream.ToString(), ServerSaid.Cause(p)),
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } p => new(
            ErrorIds.NotReplicationRole, PgHaErrorKind.PermissionDenied,
            $"Role '{upstream.UserName}' of {upstream} has neither the REPLICATION attribute nor is it a superuser.",
            "Use a role made by New-PgReplicationRole, or ALTER ROLE … REPLICATION.",
            upstream.ToString(), ServerSaid.Cause(p)),
        PostgresException { SqlState: PostgresErrorCodes.TooManyConnections } p => new(
            ErrorIds.NoFreeWalSenders, PgHaErrorKind.InvalidState,
            string.Create(CultureInfo.InvariantCulture, $"{upstream} has fewer than {senders} free WAL senders: {ServerSaid.Of(p)}."),
            "Raise max_wal_senders (Set-PgSetting, needs a restart): one for each standby, and two for each base backup.",
            upstream.ToString(), ServerSaid.Cause(p)),
        _ => SessionErrors.OfConnecting(upstream, e) is { } failure ? WithAdvice(failure) : null,
    };

    // -Credential is PgHa's own login. The login that fails here is the one that standbys stream as, or that pg_basebackup copies as.
    private static PgHaException WithAdvice(PgHaException e) =>
        e.ErrorId is not (ErrorIds.PasswordRequired or ErrorIds.WrongPassword) ? e : new(
        e.ErrorId, e.Kind, e.Message,
        "Give the role that streams or copies, and its password, with -ReplicationCredential, or put it in the password file.",
        e.Server, e.InnerException);
}
