namespace PgHa.Engine.Servers;

/// <summary>Checks the role of a server for operations that need a primary or a standby.</summary>
internal static class ServerRoles
{
    /// <summary>Makes sure that a server is a standby.</summary>
    public static async Task RequireStandbyAsync(ServerSession session, CancellationToken cancellationToken)
    {
        if (!await IsStandbyAsync(session, cancellationToken).ConfigureAwait(false))
            throw NotAStandby(session.Instance);
    }

    /// <summary>Makes sure that a server is a primary.</summary>
    /// <param name="session">The server.</param>
    /// <param name="reason">Why it has to be one: "a standby writes no WAL of its own".</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task RequirePrimaryAsync(ServerSession session, string reason, CancellationToken cancellationToken)
    {
        if (await IsStandbyAsync(session, cancellationToken).ConfigureAwait(false))
        {
            throw new PgHaException(
                ErrorIds.ServerIsStandby, PgHaErrorKind.InvalidState, $"{session.Instance} is a standby: {reason}.", "Name the primary.",
                session.Instance.ToString());
        }
    }

    /// <summary>Whether a server is in recovery.</summary>
    public static Task<bool> IsStandbyAsync(ServerSession session, CancellationToken cancellationToken) =>
        session.ScalarAsync<bool>("select pg_is_in_recovery()", cancellationToken);

    /// <summary>The failure of an operation that needs a standby.</summary>
    public static PgHaException NotAStandby(PgInstance instance) => new(
        ErrorIds.NotAStandby, PgHaErrorKind.InvalidState, $"{instance} is no standby: it is not in recovery.",
        "Name a standby. A promoted one is a primary, which follows nobody.", instance.ToString());
}
