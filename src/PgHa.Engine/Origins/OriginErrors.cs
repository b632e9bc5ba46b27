using Npgsql;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Origins;

/// <summary>What can be wrong with a replication origin, and what to do about it.</summary>
internal static class OriginErrors
{
    /// <summary>Turns a server's error about an origin into one of PgHa's. Any other failure is returned unchanged.</summary>
    public static PgHaException Of(ServerSession session, string origin, PgHaException e) => e.SqlState() switch
    {
        PostgresErrorCodes.UndefinedObject => NotFound(session.Instance, origin),
        PostgresErrorCodes.UniqueViolation => Taken(session.Instance, origin),
        PostgresErrorCodes.ReservedName => Failure(session, e,
            ErrorIds.OriginNameReserved, PgHaErrorKind.InvalidArgument,
            $"'{origin}' is a name that PostgreSQL keeps for itself (pg_…, any, none).",
            "Choose another name."),
        PostgresErrorCodes.ObjectInUse => Failure(session, e,
            ErrorIds.OriginIsActive, PgHaErrorKind.InvalidState,
            $"Replication origin '{origin}' of {session.Instance} is in use: {e.ServerText()}.",
            "Close the session that uses it, or disable its subscription; a session that was left open ends with pg_terminate_backend."),
        PostgresErrorCodes.ConfigurationLimitExceeded => Failure(session, e,
            ErrorIds.NoFreeOrigin, PgHaErrorKind.InvalidState,
                $"{session.Instance} keeps the progress of no more origins: {e.ServerText()}.",
            $"Raise {session.Dialect.OriginLimitSetting} and restart the server."),
        PostgresErrorCodes.ReadOnlySqlTransaction => Failure(session, e,
            ErrorIds.ServerIsStandby, PgHaErrorKind.InvalidState, $"{session.Instance} is a standby, where no origin can be changed.",
            "Use its primary."),
        PostgresErrorCodes.InsufficientPrivilege => Failure(session, e,
            ErrorIds.InsufficientPrivilege, PgHaErrorKind.PermissionDenied,
            $"{session.Instance} does not let role '{session.Instance.UserName}' do that with replication origins: {e.ServerText()}.",
            "Connect as a superuser with -Credential; from PostgreSQL 14 on the role can instead be granted EXECUTE on the "
                + "functions pg_replication_origin_… and SELECT on pg_replication_origin_status."),
        PostgresErrorCodes.ObjectNotInPrerequisiteState => Failure(session, e,
            ErrorIds.OriginNotSetUp, PgHaErrorKind.InvalidState,
            $"{session.Instance} refused for replication origin '{origin}': {e.ServerText()}.",
            "After a reset take a new session (New-PgReplicationOriginSession); "
                + $"a server with {session.Dialect.OriginLimitSetting} = 0 has no origins at all."),
        _ => e,
    };

    public static PgHaException NotFound(PgInstance instance, string origin) => new(
        ErrorIds.OriginNotFound, PgHaErrorKind.NotFound, $"There is no replication origin '{origin}' on {instance}.",
        "List the origins with Get-PgReplicationOrigin, or make it with New-PgReplicationOrigin.", instance.ToString());

    public static PgHaException Taken(PgInstance instance, string origin) => new(
        ErrorIds.OriginAlreadyExists, PgHaErrorKind.AlreadyExists,
        $"There is a replication origin '{origin}' on {instance} already; it may have progress.",
        "Choose another name, or look at it with Get-PgReplicationOrigin and go on with it.", instance.ToString());

    private static PgHaException Failure(
        ServerSession session, PgHaException e, string id, PgHaErrorKind kind, string what, string advice) =>
        new(id, kind, what, advice, session.Instance.ToString(), e);
}
