using PgHa.Engine.Cloning;
using PgHa.Engine.Machines;
using PgHa.Engine.Programs;

namespace PgHa.Engine.Backups;

/// <summary>Combines an incremental backup and the backups that it is based on into a full backup that can be restored.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/app-pgcombinebackup.html">pg_combinebackup</see>.</remarks>
public sealed class BackupMerge
{
    private const string ProgramName = "pg_combinebackup";

    private static readonly TimeSpan CleaningTime = TimeSpan.FromSeconds(60);

    private readonly EngineContext _context;
    private readonly IMachine _machine;

    /// <summary>Works in a context, on a machine.</summary>
    /// <param name="context">Log and deadlines.</param>
    /// <param name="machine">Where the backups are; <see langword="null"/> for this machine.</param>
    public BackupMerge(EngineContext context, PgMachine? machine = null) =>
        (_context, _machine) = (context, context.MachineOf(machine));

    /// <summary>Finds the backups to combine, in the folder of the last one. It changes nothing.</summary>
    /// <param name="last">The incremental backup.</param>
    /// <param name="destination">The directory of the full backup: missing or empty.</param>
    /// <param name="binDirectory">The directory of the programs to use. If it is not given, PgHa finds them.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="PgHaException">
    /// <c>BackupNotFound</c>, <c>NotABaseBackup</c>, <c>BackupNotIncremental</c>, <c>BackupChainBroken</c>, <c>BackupNotPlain</c>,
    /// <c>DirectoryNotEmpty</c>, <c>NotADirectory</c>, <c>CloneInProgress</c>, <c>ServerProgramsNotFound</c>, <c>ToolTooOld</c>.
    /// </exception>
    public async Task<BackupMergePlan> PlanAsync(string last, string destination, string? binDirectory, CancellationToken cancellationToken)
    {
        last = HostPath.TrimEnd(last);
        BackupCatalogue catalogue = new(_context, _machine.Value);
        PgBaseBackup backup = (await catalogue.ReadAsync(last, cancellationToken).ConfigureAwait(false))[0];
        IReadOnlyList<PgBaseBackup> beside = await catalogue.ReadAsync(
            HostPath.Parent(last) ?? last, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<PgBaseBackup> chain = BackupChain.To(backup.Directory, beside);
        IHost host = await _machine.HostForDirectoryAsync(last, serverUser: null, cancellationToken).ConfigureAwait(false);
        CloneTarget target = await CloneTarget.AtAsync(host, destination, cancellationToken).ConfigureAwait(false);
        await target.RequireFreeAsync(cancellationToken).ConfigureAwait(false);
        await target.HasLeftoverAsync(cancellationToken).ConfigureAwait(false);
        ServerPrograms programs = await ServerPrograms.FindClientAsync(
            host, ProgramName, backup.Version, binDirectory, cancellationToken).ConfigureAwait(false);
        return new BackupMergePlan(host, target, programs.PathOf(ProgramName), chain);
    }

    /// <summary>Combines the backups.</summary>
    /// <returns>The full backup.</returns>
    /// <exception cref="PgHaException">
    /// <c>BackupMergeFailed</c>, <c>DiskFull</c>. No part of the full backup is left then, and the others are unchanged.
    /// </exception>
    public async Task<PgBaseBackup> RunAsync(BackupMergePlan plan, bool noSync, CancellationToken cancellationToken)
    {
        await plan.Target.RemoveAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await plan.Host.CreateDirectoryAsync(plan.Target.Incomplete, cancellationToken).ConfigureAwait(false);
            CommandResult result = await plan.Host.RunAsync(
                new HostCommand(
                    plan.Program,
                    [
                        "-o", plan.Target.Incomplete, .. noSync ? (string[])["--no-sync"] : [],
                        .. plan.Chain.Select(backup => backup.Directory),
                    ])
                {
                    Timeout = Timeout.InfiniteTimeSpan,
                },
                cancellationToken).ConfigureAwait(false);
            if (!result.Succeeded)
                throw Failure(plan, result);
            await plan.Target.TakePlaceAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            using CancellationTokenSource deadline = new(CleaningTime);
            await plan.Target.RemoveAsync(deadline.Token).ConfigureAwait(false);
            throw;
        }

        var catalogue = new BackupCatalogue(_context, plan.Host.Machine);
        return (await catalogue.ReadAsync(plan.Target.Directory, cancellationToken).ConfigureAwait(false))[0];
    }

    private static PgHaException Failure(BackupMergePlan plan, CommandResult result) => new(
        result.Error.Contains("No space left on device", StringComparison.Ordinal) ? ErrorIds.DiskFull : ErrorIds.BackupMergeFailed,
        PgHaErrorKind.OperationFailed,
        $"{ProgramName} failed: {result.Error.Trim()}", "See whether each of the backups is whole (Test-PgBaseBackup).",
        plan.Target.Directory);
}
