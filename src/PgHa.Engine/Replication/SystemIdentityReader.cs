using Npgsql;
using Npgsql.Replication;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Replication;

/// <summary>Reads the identity of a server over a replication connection, as a standby does.</summary>
/// <remarks>
/// See <see href="https://www.postgresql.org/docs/current/protocol-replication.html">Streaming Replication Protocol</see>.
/// </remarks>
public static class SystemIdentityReader
{
    /// <summary>Runs <c>IDENTIFY_SYSTEM</c>.</summary>
    /// <param name="context">Log and deadlines.</param>
    /// <param name="instance">The server; its role needs <c>REPLICATION</c>, or has to be a superuser.</param>
    /// <param name="database">
    /// The database of a logical replication connection (<c>replication=database</c>), to which ordinary HBA rules apply;
    /// <see langword="null"/> for a physical one, to which rules for <c>replication</c> apply.
    /// </param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="PgHaException">What <see cref="ServerSession.OpenAsync"/> fails with.</exception>
    public static async Task<SystemIdentity> ReadAsync(
        EngineContext context, PgInstance instance, string? database, CancellationToken cancellationToken)
    {
        ReplicationConnection connection = await ConnectAsync().ConfigureAwait(false);
        try
        {
            if (!await VerifyDataDirectoryAsync(context, connection, instance, cancellationToken).ConfigureAwait(false))
            {
                // The driver closes a replication connection after the first error of the server.
                await connection.DisposeAsync().ConfigureAwait(false);
                connection = await ConnectAsync().ConfigureAwait(false);
            }

            context.Log.Detail($"{instance}: IDENTIFY_SYSTEM");
            ReplicationSystemIdentification identity = await connection.IdentifySystem(cancellationToken).ConfigureAwait(false);
            return new SystemIdentity(
                instance,
                SystemIdentifier.Parse(identity.SystemId),
                new TimelineId(identity.Timeline),
                new Lsn((ulong)identity.XLogPos),
                identity.DbName);
        }
        catch (Exception e) when (SessionErrors.OfRunning(instance, e) is { } failure)
        {
            throw failure;
        }
        finally
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }

        Task<ReplicationConnection> ConnectAsync() =>
            Opening.AwaitAsync(OpenAsync(context, instance, database, cancellationToken), cancellationToken);
    }

    private static async Task<ReplicationConnection> OpenAsync(
        EngineContext context, PgInstance instance, string? database, CancellationToken cancellationToken)
    {
        try
        {
            // A physical connection has no database, so only the configuration files set anything for it.
            if (database is null)
            {
                return await OpenAsync(
                    DriverSettings.ConnectionString(instance, context), isPhysical: true, cancellationToken).ConfigureAwait(false);
            }

            return await LoginTriggers.OpenAsync(options => OpenAsync(
                DriverSettings.ConnectionString(instance, context, database, $"{SessionNeeds.ForReplication} {options}"),
                isPhysical: false, cancellationToken)).ConfigureAwait(false);
        }
        catch (Exception e) when (SessionErrors.OfConnecting(instance, e) is { } failure)
        {
            throw database is null && failure.ErrorId == ErrorIds.AccessDenied
                ? new PgHaException(
                    failure.ErrorId, failure.Kind, failure.Message,
                    "A physical replication connection takes a rule for the database 'replication' (New-PgReplicationRole, Add-PgHbaRule). "
                    + "With -Database, a rule for that database is enough.",
                    instance.ToString(), failure.InnerException)
                : failure;
        }
    }

    private static async Task<ReplicationConnection> OpenAsync(string settings, bool isPhysical, CancellationToken cancellationToken)
    {
        ReplicationConnection connection = isPhysical
            ? new PhysicalReplicationConnection(settings)
            : new LogicalReplicationConnection(settings);
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

    // Another server may use the port by now; its identity must not be taken for this one's. False: the server refused to tell.
    private static async Task<bool> VerifyDataDirectoryAsync(
        EngineContext context, ReplicationConnection connection, PgInstance instance, CancellationToken cancellationToken)
    {
        if (instance.DataDirectory is null)
            return true;
        try
        {
            string actual = await connection.Show("data_directory", cancellationToken).ConfigureAwait(false);
            await DataDirectoryPath.EnsureOfAsync(context, instance, actual, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.SyntaxError)
        {
            // A role that may only replicate does not see data_directory, and PostgreSQL 9.6 has no SHOW on this connection.
            return false;
        }
    }
}
