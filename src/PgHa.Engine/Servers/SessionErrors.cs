using System.Globalization;
using System.Net.Sockets;
using Npgsql;
using PgHa.Engine.Machines;

namespace PgHa.Engine.Servers;

/// <summary>Turns errors of the driver and the server into failures with a stable id and advice.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL Error Codes</see>.</remarks>
internal static class SessionErrors
{
    /// <summary>The failure of connecting; <see langword="null"/> if the exception is not one of the driver.</summary>
    public static PgHaException? OfConnecting(PgInstance instance, Exception e) => e switch
    {
        LoginTriggerException { InnerException: PostgresException p } => Failure(instance, p,
            ErrorIds.ConnectionRefused, PgHaErrorKind.ConnectionFailed,
            $"refused the connection, maybe by a login event trigger: {ServerSaid.Of(p)}",
            OfTriggers(instance)),
        LoginTriggerException => Failure(instance, e,
            ErrorIds.ConnectionTimeout, PgHaErrorKind.Timeout,
            $"takes long to let role '{instance.UserName}' in, maybe by a login event trigger: {Innermost(e)}", OfTriggers(instance)),
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword } => Failure(instance, e,
            ErrorIds.WrongPassword, PgHaErrorKind.PermissionDenied, "refused the password",
            "Give the right one with -Credential, or put it in the password file."),
        PostgresException { SqlState: PostgresErrorCodes.InvalidAuthorizationSpecification } p => Failure(instance, e,
            ErrorIds.AccessDenied, PgHaErrorKind.PermissionDenied, $"let nobody in: {ServerSaid.Of(p)}",
            Answers.HowToLogIn),
        PostgresException { SqlState: PostgresErrorCodes.CannotConnectNow } p => Failure(instance, e,
            ErrorIds.ServerAnswersNoSql, PgHaErrorKind.InvalidState, $"answers no SQL: {ServerSaid.Of(p)}",
            "Wait until it has started; a standby with hot_standby=off never answers SQL."),
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } p => Failure(instance, e,
            ErrorIds.DatabaseNotFound, PgHaErrorKind.NotFound,
                $"said: {ServerSaid.Of(p)}", "Name another database in the connection string."),
        PostgresException { SqlState: PostgresErrorCodes.TooManyConnections } p => Failure(instance, e,
            ErrorIds.TooManyConnections, PgHaErrorKind.InvalidState, $"has no connection left: {ServerSaid.Of(p)}",
            "Raise max_connections, or end connections that are not needed."),
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } p => Failure(instance, e,
            ErrorIds.InsufficientPrivilege, PgHaErrorKind.PermissionDenied,
                $"does not let role '{instance.UserName}' connect: {ServerSaid.Of(p)}",
            "Connect as a superuser, or as a role with the privilege; a replication connection takes a role with REPLICATION."),
        PostgresException p => Failure(instance, e,
            ErrorIds.ConnectionRefused, PgHaErrorKind.ConnectionFailed, $"refused the connection: {ServerSaid.Of(p)}",
            "Look at its log for the reason (Get-PgServerLog)."),
        { } when NotRunning(instance, e) is { } what => Failure(instance, e,
            ErrorIds.ServerUnreachable, PgHaErrorKind.ConnectionFailed, what,
            "Start it (Start-PgInstance), or check its port and its unix_socket_directories."),
        { } when IsUnknownHost(e) => Failure(instance, e,
            ErrorIds.ServerUnreachable, PgHaErrorKind.ConnectionFailed, $"cannot be reached: there is no host '{instance.Host}'",
            "Check the name. A server of this machine can be given by its name too (Get-PgInstance), or by its data directory; "
                + "a cluster by one of its servers."),
        NpgsqlException { InnerException: SocketException or TimeoutException or IOException } or TimeoutException or SocketException =>
            Failure(instance, e,
                ErrorIds.ServerUnreachable, PgHaErrorKind.ConnectionFailed, $"cannot be reached: {Innermost(e)}",
                "Check that it runs (Get-PgInstance, Start-PgInstance), its port, listen_addresses and the network."),
        // The server asks for a password, and the driver has none.
        NpgsqlException n when n.Message.Contains("password", StringComparison.OrdinalIgnoreCase) => Failure(instance, e,
            ErrorIds.PasswordRequired, PgHaErrorKind.PermissionDenied, $"wants a password for role '{instance.UserName}'",
            "Give one with -Credential, or put it in the password file."),
        NpgsqlException n => Failure(instance, e,
            ErrorIds.ConnectionFailed, PgHaErrorKind.ConnectionFailed, $"cannot be connected to: {n.Message.TrimEnd('.')}",
            "Check that PostgreSQL listens there, and the options of the connection, such as sslmode."),
        _ => null,
    };

    private static string OfTriggers(PgInstance instance) =>
        "Correct the trigger (\\dy in psql), or connect as a superuser, or as a role that may do without it "
        + $"(GRANT SET ON PARAMETER event_triggers TO \"{instance.UserName}\").";

    /// <summary>The failure of a statement; <see langword="null"/> if the exception is not one of the driver.</summary>
    public static PgHaException? OfRunning(PgInstance instance, Exception e) => e switch
    {
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } p => Failure(instance, e,
            ErrorIds.InsufficientPrivilege, PgHaErrorKind.PermissionDenied,
                $"does not let role '{instance.UserName}' do that: {ServerSaid.Of(p)}",
            "Connect as a superuser, or as a role with the privilege."),
        // A cancellation by the caller is an exception of another type.
        PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } p => Failure(instance, e,
            ErrorIds.StatementCanceled, PgHaErrorKind.OperationFailed, $"ended a statement: {ServerSaid.Of(p)}",
            "Run it again; for a role that a statement_timeout holds for, raise it, or use another role."),
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } p => Failure(instance, e,
            ErrorIds.DiskFull, PgHaErrorKind.OperationFailed, $"has no room on its disk: {ServerSaid.Of(p)}", HostErrors.MakeRoom),
        PostgresException p => Failure(instance, e,
            ErrorIds.StatementFailed, PgHaErrorKind.OperationFailed, $"said: {ServerSaid.Of(p)} (SQLSTATE {p.SqlState})",
            // The server's own hint says more.
            string.IsNullOrEmpty(p.Hint) ? "See the statement with -Debug, and what the server says in its log (Get-PgServerLog)." : null),
        NpgsqlException { InnerException: TimeoutException } => Failure(instance, e,
            ErrorIds.OperationTimeout, PgHaErrorKind.Timeout, "did not answer in time", "Look for what it waits for in pg_stat_activity."),
        NpgsqlException n => Failure(instance, e,
            ErrorIds.ConnectionLost, PgHaErrorKind.ConnectionFailed, $"broke the connection: {Innermost(n)}",
            "Look at the server's log (Get-PgServerLog)."),
        _ => null,
    };

    /// <summary>The failure of a session that is used after its connection broke.</summary>
    public static PgHaException Lost(PgInstance instance) => new(
        ErrorIds.ConnectionLost, PgHaErrorKind.ConnectionFailed, $"The connection to {instance} is broken.",
        "Open another one; look at the server's log (Get-PgServerLog).", instance.ToString());

    /// <summary>The SQLSTATE of a failure; <see langword="null"/> if no server reported it.</summary>
    public static string? SqlState(this PgHaException e) => (e.InnerException as PostgresException)?.SqlState;

    /// <summary>What the server itself said of a failure.</summary>
    public static string ServerText(this PgHaException e) => e.InnerException is PostgresException said ? ServerSaid.Of(said) : e.Message;

    /// <summary>Whether connecting failed because there is no host of that name.</summary>
    public static bool IsUnknownHost(this Exception e) =>
        e.GetBaseException() is SocketException
        {
            // The last one: no name server answers, as on a machine without a network.
            SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain
        };

    private static PgHaException Failure(PgInstance instance, Exception e, string id, PgHaErrorKind kind, string what, string? advice) =>
        e is PostgresException said
            ? new(id, kind, $"{instance} {what}.", ServerSaid.Advice(said, advice), instance.ToString(), ServerSaid.Cause(said))
            : new(id, kind, $"{instance} {what}.", advice, instance.ToString(), e);

    // With a Unix socket the network cannot be the cause. For a missing socket .NET reports that the address cannot be assigned.
    private static string? NotRunning(PgInstance instance, Exception e)
    {
        instance = instance.SeenFrom(PgMachine.This);
        string? directory = instance.Host.StartsWith('/') ? instance.Host : instance.HasPassword ? null : instance.SocketDirectory;
        if (directory is null || e is PostgresException)
            return null;
        string socket = string.Create(CultureInfo.InvariantCulture, $"{directory.TrimEnd('/')}/.s.PGSQL.{instance.Port}");
        return (e.GetBaseException() as SocketException)?.SocketErrorCode switch
        {
            SocketError.AddressNotAvailable => $"is not running: there is no socket '{socket}'",
            SocketError.ConnectionRefused => $"is not running: nothing listens at the socket '{socket}'",
            _ => null,
        };
    }

    // Without the full stop, because the text becomes part of a sentence.
    private static string Innermost(Exception e) => e.GetBaseException().Message.TrimEnd('.');
}
