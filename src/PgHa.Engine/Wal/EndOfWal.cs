using System.Globalization;
using PgHa.Engine.Instances;
using PgHa.Engine.Machines;
using PgHa.Engine.Programs;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Wal;

/// <summary>
/// Finds where the WAL of a stopped server ends on its disk. The server acknowledged no commit beyond this position.
/// </summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/pgwaldump.html">pg_waldump</see>.</remarks>
internal static class EndOfWal
{
    /// <summary>Reads the WAL from the last checkpoint on.</summary>
    /// <returns>
    /// The position and its timeline; <see langword="null"/> if they are unknown, because a WAL file or the program is missing.
    /// </returns>
    public static async Task<WalEnd?> FindAsync(EngineContext context, PgInstance stopped, CancellationToken cancellationToken)
    {
        IHost host = await context.HostOfAsync(stopped, cancellationToken).ConfigureAwait(false);
        ControlData control = await ControlFile.ReadAsync(host, stopped, cancellationToken).ConfigureAwait(false);
        ServerDialect dialect = await InstanceControl.DialectAsync(stopped, host, cancellationToken).ConfigureAwait(false);
        string program = await ProgramPath.OfAsync(host, stopped, dialect.WalDumpProgram, cancellationToken).ConfigureAwait(false);
        // If the server was promoted after its last checkpoint, only the end of recovery in its control file names the new timeline.
        (TimelineId timeline, Lsn start) =
            control is { MinimumRecoveryEndTimeline: { } promoted, MinimumRecoveryEndLsn: { } recovered } && promoted > control.Timeline
                ? (promoted, recovered)
                : (control.Timeline, control.RedoLsn);
        string directory = HostPath.Combine(stopped.DataDirectory!, dialect.WalDirectory);
        HostCommand command = new(
            program, "--stats", "--path", directory, "--timeline", timeline.Value.ToString(CultureInfo.InvariantCulture),
            "--start", start.ToString())
        {
            Timeout = context.Timeout,
        };
        try
        {
            string said = (await host.RunAsync(command, cancellationToken).ConfigureAwait(false)).Error;
            // The last checkpoint's record is there, unless files are lost or damaged.
            if (WalDumpEnd.Parse(said, control.WalSegmentSize) is not { } end || end.Lsn < start || end.Lsn <= control.CheckpointLsn
                || (end.MissingFile is { } missing && await IsGapAsync(host, directory, missing, cancellationToken).ConfigureAwait(false)))
            {
                context.Log.Warn($"Where the WAL of {stopped} ends cannot be told: {said.Trim()}");
                return null;
            }

            return new WalEnd(timeline, end.Lsn);
        }
        catch (PgHaException e) when (e.ErrorId == ErrorIds.ProgramNotFound)
        {
            // Some packages do not include the program. Then the end is unknown, and the caller cannot prove that nothing is lost.
            context.Log.Warn($"Where the WAL of {stopped} ends cannot be told: {e.Message}");
            return null;
        }
    }

    /// <summary>
    /// Whether WAL files exist after a missing one. If not, the missing file was never written: PostgreSQL creates a WAL file before
    /// it writes to the file.
    /// </summary>
    public static async Task<bool> IsGapAsync(IHost host, string directory, WalFileName missing, CancellationToken cancellationToken) =>
        (await host.ListAsync(directory, cancellationToken).ConfigureAwait(false) ?? [])
            .Any(name => WalFileName.TryParse(name, out WalFileName file) && file.Timeline == missing.Timeline && file > missing);
}
