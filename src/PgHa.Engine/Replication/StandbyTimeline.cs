using PgHa.Engine.Servers;

namespace PgHa.Engine.Replication;

/// <summary>Asks a standby whose WAL receiver does not run for the timeline that it replays.</summary>
/// <remarks>
/// In SQL the WAL receiver and <c>pg_stat_recovery</c> show the timeline. Without them there is only the control file, which may be
/// behind until the next restartpoint. A replication connection to a database shows it too. Such a connection needs no rule for
/// <c>replication</c> in <c>pg_hba.conf</c>, so a role that has a session may open one. See
/// <see href="https://www.postgresql.org/docs/current/protocol-replication.html">Streaming Replication Protocol</see>.
/// </remarks>
internal static class StandbyTimeline
{
    /// <summary>The timeline; <see langword="null"/> where the server has no WAL sender to spare.</summary>
    public static async Task<TimelineId?> AskAsync(ServerSession session, CancellationToken cancellationToken)
    {
        PgInstance standby = session.Instance;
        try
        {
            return (await SystemIdentityReader.ReadAsync(
                session.Context, standby, standby.Database, cancellationToken).ConfigureAwait(false)).Timeline;
        }
        catch (PgHaException e)
        {
            session.Context.Log.Detail($"The timeline of {standby} is that of its last restartpoint, or a later one: {e.Message}");
            return null;
        }
    }
}
