using System.Text.RegularExpressions;
using PgHa.Engine.Hosts;
using PgHa.Engine.Instances;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Operation;

/// <summary>Finds where the WAL on the disk of a server that does not run ends: nothing it acknowledged lies beyond.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/pgwaldump.html">pg_waldump</see>.</remarks>
internal static partial class EndOfWal
{
    /// <summary>Reads the WAL from the last checkpoint on.</summary>
    /// <returns>The position and its timeline; <see langword="null"/> if it cannot be told: a missing file, or no program that tells.</returns>
    public static async Task<WalEnd?> FindAsync(EngineContext context, PgInstance stopped, CancellationToken cancellationToken)
    {
        IHost host = await context.HostOfAsync(stopped, cancellationToken).ConfigureAwait(false);
        ControlData control = await ControlFile.ReadAsync(host, stopped, cancellationToken).ConfigureAwait(false);
        ServerDialect dialect = await InstanceControl.DialectAsync(stopped, host, cancellationToken).ConfigureAwait(false);
        string program = await ProgramPath.OfAsync(host, stopped, dialect.WalDumpProgram, cancellationToken).ConfigureAwait(false);
        HostCommand command = new(
            program, "--stats", "--path", Path.Combine(stopped.DataDirectory!, dialect.WalDirectory),
            "--timeline", control.Timeline.Value.ToString(System.Globalization.CultureInfo.InvariantCulture), "--start", control.RedoLsn.ToString())
        {
            Timeout = context.Timeout,
        };
        try
        {
            return Parse((await host.RunAsync(command, cancellationToken).ConfigureAwait(false)).Error) is { } end ? new WalEnd(control.Timeline, end) : null;
        }
        catch (PgHaException e) when (e.ErrorId == "ProgramNotFound")
        {
            // Some packages leave it out. Then it is not known, which makes the caller ask for more, never for less.
            context.Log.Warn($"Where the WAL of {stopped} ends cannot be told: {e.Message}");
            return null;
        }
    }

    /// <summary>The position that <c>pg_waldump</c> could not read on from, in its own words.</summary>
    internal static Lsn? Parse(string said) => End().Match(said) is { Success: true } match ? Lsn.Parse(match.Groups["end"].Value) : null;

    // "error in WAL record at 0/3000148: invalid record length at 0/3000180: wanted 24, got 0": the second is the end.
    [GeneratedRegex("in WAL record at [0-9A-F]+/[0-9A-F]+: .*? at (?<end>[0-9A-F]+/[0-9A-F]+)")]
    private static partial Regex End();
}
