using PgHa.Engine.Procedures;

namespace PgHa.Engine.Recovery.Restore;

/// <summary>Makes a new server from a base backup and an archive, with the data of a point in time.</summary>
/// <remarks>
/// The server always pauses at its target first. So PgHa knows on every major version what was reached before it promotes the
/// server. The server never archives into the archive that it is restored from. See
/// <see href="https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-PITR-RECOVERY">Recovering Using a
/// Continuous Archive Backup</see>.
/// </remarks>
public sealed class InstanceRestore
{
    private readonly EngineContext _context;

    /// <summary>Works in a context. Its timeout is that of the whole recovery.</summary>
    public InstanceRestore(EngineContext context) => _context = context;

    /// <summary>Makes sure that the target can be reached, as far as this can be known beforehand. It changes nothing.</summary>
    /// <exception cref="PgHaException">
    /// <c>DirectoryNotEmpty</c>, <c>NotADirectory</c>, <c>CloneInProgress</c>, <c>PortInUse</c>, <c>BackupNotFound</c>,
    /// <c>NotABaseBackup</c>, <c>BackupNotReadable</c>, <c>BackupIncremental</c>, <c>TablespaceNotMapped</c>,
    /// <c>TablespaceNotFound</c>, <c>TablespaceInUse</c>, <c>ConfigurationMissing</c>, <c>ServerProgramsNotFound</c>,
    /// <c>ArchiveDirectoryNotFound</c>, <c>ArchiveInUse</c>, <c>TargetNeeded</c>, and the failures of
    /// <see cref="RecoveryRouteFinder.Find"/>.
    /// </exception>
    public async Task<RestorePlan> PlanAsync(RestoreOptions options, CancellationToken cancellationToken)
    {
        RestorePlan plan = await new RestorePreflight(_context, options).PrepareAsync(cancellationToken).ConfigureAwait(false);
        plan.Procedure = Steps(plan, new RestoredFiles(plan), new RestoredServer(_context, plan));
        return plan;
    }

    /// <summary>Restores the server.</summary>
    /// <returns>The server, and where its recovery ended.</returns>
    /// <exception cref="PgHaException">
    /// A step failed. If the server was not started yet, nothing of it is left. Afterwards the server is stopped, and its
    /// directory stays. <c>TargetNotReached</c>, <c>TargetBeforeBackup</c>, <c>RecoveryNotPaused</c>, <c>OperationTimeout</c>,
    /// and the failures of starting a server.
    /// </exception>
    public async Task<RestoredInstance> RunAsync(RestorePlan plan, CancellationToken cancellationToken)
    {
        var server = new RestoredServer(_context, plan) { Stopping = cancellationToken };
        plan.Procedure = Steps(plan, new RestoredFiles(plan), server);
        await new ProcedureRunner(_context).RunAsync(plan.Procedure, cancellationToken).ConfigureAwait(false);
        return server.Result!;
    }

    private static Procedure Steps(RestorePlan plan, RestoredFiles files, RestoredServer server)
    {
        RestoreOptions options = plan.Options;
        string name = options.Name;
        Procedure procedure = new($"Restore of {plan.Backup} to {options.Target} on timeline {plan.Route.History.Timeline} as {name}");
        ProcedureStep copied = procedure.Add(new ProcedureStep(
            name,
            $"{(plan.Backup.Format == BackupFormat.Tar ? "Unpack" : "Copy")} '{plan.Backup.Directory}' to '{plan.Target.Incomplete}'",
            files.CopyAsync)
        {
            Undo = files.RemoveAsync,
        });
        ProcedureStep configured = procedure.Add(
            name,
            $"Give it port {options.Port}, and WAL from '{options.ArchiveDirectory}' "
            + $"({plan.Route.FirstFile} to {plan.Route.LastFile?.ToString() ?? "what is in the backup"}); "
            + (options.NewArchiveDirectory is { } archive ? $"archive into '{archive}'" : "no archiving"),
            files.ConfigureAsync, copied);
        ProcedureStep renamed = procedure.Add(new ProcedureStep(name, plan.Target.LastStep, files.RenameAsync)
        {
            After = [configured],
            Undo = files.UnrenameAsync,
        });
        // The restored files stay if the target does not come: copying them may have taken hours.
        ProcedureStep recovered = procedure.Add(new ProcedureStep(
            name, $"Start it, and wait until it has recovered to {options.Target}", server.RecoverAsync)
        {
            After = [renamed],
            IsPointOfNoReturn = true,
        });
        if (options.Action == RecoveryTargetAction.Shutdown)
            procedure.Add(name, "Stop it", server.StopAsync, recovered);
        if (options.Action != RecoveryTargetAction.Promote)
            return procedure;
        ProcedureStep promoted = procedure.Add(
            name, "Promote it to a timeline of its own, and make a checkpoint", server.PromoteAsync, recovered);
        if (!plan.Dialect.UsesRecoveryConf)
            procedure.Add(name, "Take the recovery target out of its configuration", files.ForgetRecoveryAsync, promoted);
        return procedure;
    }
}
