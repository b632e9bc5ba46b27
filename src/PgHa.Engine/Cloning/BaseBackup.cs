using PgHa.Engine.Instances.Control;
using PgHa.Engine.Machines;

namespace PgHa.Engine.Cloning;

/// <summary>
/// Clones a running server with <c>pg_basebackup</c>. The clone is a separate server, stopped and without an upstream.
/// </summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/app-pgbasebackup.html">pg_basebackup</see>.</remarks>
public sealed class BaseBackup
{
    private readonly EngineContext _context;

    /// <summary>Works in a context.</summary>
    public BaseBackup(EngineContext context) => _context = context;

    /// <summary>Makes sure that a clone can be made. It changes nothing.</summary>
    /// <exception cref="PgHaException">
    /// <c>DirectoryNotEmpty</c>, <c>NotADirectory</c>, <c>CloneInProgress</c>, <c>PortInUse</c>, <c>ReplicationAccessDenied</c>,
    /// <c>NotReplicationRole</c>, <c>NoFreeWalSenders</c>, <c>WrongPassword</c>, <c>ServerUnreachable</c>, <c>ToolTooOld</c>,
    /// <c>ServerProgramsNotFound</c>, <c>TablespaceNotMapped</c>, <c>TablespaceNotFound</c>, <c>DiskTooSmall</c>.
    /// </exception>
    public Task<BaseBackupPlan> PlanAsync(BaseBackupOptions options, CancellationToken cancellationToken) =>
        new BaseBackupPreflight(_context, options).PrepareAsync(cancellationToken);

    /// <summary>
    /// The port in the configuration that is kept for a data directory; <see langword="null"/> if there is no such configuration.
    /// </summary>
    /// <param name="machine">The machine of the data directory; <see langword="null"/> for this one.</param>
    /// <param name="dataDirectory">The data directory.</param>
    /// <param name="serverUser">The user that the server will run as.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<int?> KeptPortAsync(
        PgMachine? machine, string dataDirectory, string? serverUser, CancellationToken cancellationToken)
    {
        IHost host = await _context.MachineOf(machine).HostForDirectoryAsync(
            dataDirectory, serverUser, cancellationToken).ConfigureAwait(false);
        ConfigurationSource? main = await KeptConfiguration.FindMainAsync(host, dataDirectory, cancellationToken).ConfigureAwait(false);
        return main is null ? null : KeptConfiguration.PortIn(main);
    }

    /// <summary>Plans several clones of one source on one host, for <see cref="ApplyAllAsync"/>.</summary>
    internal async Task<IReadOnlyList<BaseBackupPlan>> PlanAllAsync(
        IReadOnlyList<BaseBackupOptions> clones, CancellationToken cancellationToken)
    {
        BaseBackupPlan first = await PlanAsync(clones[0], cancellationToken).ConfigureAwait(false);
        return
        [
            first,
            .. await Task.WhenAll(clones.Skip(1).Select(
                options => new BaseBackupPreflight(_context, options).PrepareAsync(first, cancellationToken))).ConfigureAwait(false),
        ];
    }

    /// <summary>Plans a clone and makes it.</summary>
    /// <exception cref="PgHaException">What <see cref="PlanAsync"/> and <see cref="ApplyAsync"/> fail with.</exception>
    public async Task<PgInstance> CreateAsync(BaseBackupOptions options, CancellationToken cancellationToken) =>
        await ApplyAsync(await PlanAsync(options, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    /// <summary>Makes the clone.</summary>
    /// <returns>The clone: stopped, in standby mode, with its own port and name and none of its source's replication settings.</returns>
    /// <exception cref="PgHaException">
    /// <c>DiskFull</c>, <c>ConnectionLost</c>, <c>BaseBackupFailed</c>. No part of the clone is left then.
    /// </exception>
    public async Task<PgInstance> ApplyAsync(BaseBackupPlan plan, CancellationToken cancellationToken)
    {
        await ApplyAllAsync([plan], cancellationToken).ConfigureAwait(false);
        return plan.Instance;
    }

    /// <summary>Makes the clone, and makes it a service.</summary>
    /// <exception cref="PgHaException">
    /// As of <see cref="ApplyAsync"/>, or <c>DebianClusterFailed</c> or <c>ServiceNotUsable</c>. No part of the clone is left then.
    /// </exception>
    public async Task<PgInstance> ApplyAsServiceAsync(BaseBackupPlan plan, NewService service, CancellationToken cancellationToken)
    {
        PgInstance clone = await ApplyAsync(plan, cancellationToken).ConfigureAwait(false);
        return await new ServiceRegistration(_context, clone.Machine).RegisterAsync(
            clone, service, plan.Elsewhere, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Makes several clones of one source on one host from one base backup. The source is read once; the other clones are
    /// copies of the first.
    /// </summary>
    /// <param name="plans">
    /// The clones; where there are several, none has tablespaces, because a backup holds the paths of one clone.
    /// </param>
    /// <param name="cancellationToken">Cancels; what is not complete is removed.</param>
    /// <exception cref="PgHaException">As of <see cref="CreateAsync"/>; clones that were complete before stay.</exception>
    internal async Task ApplyAllAsync(IReadOnlyList<BaseBackupPlan> plans, CancellationToken cancellationToken)
    {
        // Outside the try: a directory that another run is making at this moment must not be cleaned up here.
        await Task.WhenAll(plans.Select(plan => plan.Target.RemoveLeftoverAsync(_context.Log, cancellationToken))).ConfigureAwait(false);
        try
        {
            await Task.WhenAll(
                plans.Select(plan => plan.Host.CreateDirectoryAsync(plan.Target.Incomplete, cancellationToken))).ConfigureAwait(false);
            BaseBackupPlan first = plans[0];
            // Files of a clone that keeps its own configuration are not those that another clone needs.
            bool isEachCopied = plans.Any(plan => plan.Kept is not null);
            foreach (BaseBackupPlan plan in isEachCopied ? plans : [first])
            {
                await CopyAsync(plan, cancellationToken).ConfigureAwait(false);
                await FinisherOf(plan).FinishAsync(plan.Options, cancellationToken).ConfigureAwait(false);
            }

            if (plans.Count > 1 && !isEachCopied)
                await MakeCopiesAsync(first, plans.Skip(1), cancellationToken).ConfigureAwait(false);
            foreach (BaseBackupPlan plan in plans)
                await plan.Target.TakePlaceAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            foreach (BaseBackupPlan plan in plans)
                await plan.Target.CleanAsync(_context.Log, plan.Elsewhere).ConfigureAwait(false);
            throw;
        }
    }

    private static async Task MakeCopiesAsync(BaseBackupPlan first, IEnumerable<BaseBackupPlan> copies, CancellationToken cancellationToken)
    {
        (ConfigurationFile Main, ConfigurationFile Auto) settings =
            await FinisherOf(first).ReadSettingsAsync(cancellationToken).ConfigureAwait(false);
        await Task.WhenAll(copies.Select(CopyAsync)).ConfigureAwait(false);

        async Task CopyAsync(BaseBackupPlan copy)
        {
            await copy.Host.CopyDirectoryAsync(
                first.Target.Incomplete, copy.Target.Incomplete, isDurable: !copy.Options.NoSync, cancellationToken).ConfigureAwait(false);
            await FinisherOf(copy).RenameAsync(copy.Options, settings, cancellationToken).ConfigureAwait(false);
        }
    }

    private static CloneFinisher FinisherOf(BaseBackupPlan plan) => new(plan.Host, plan.Source, plan.Target.Incomplete, plan.Kept);

    private async Task CopyAsync(BaseBackupPlan plan, CancellationToken cancellationToken)
    {
        BaseBackupOptions options = plan.Options;
        string activity = $"Clone of {options.Source} into {options.Name}";
        if (options.Restore is { } restore)
        {
            _context.Log.Step(restore.Step(plan.Target.Incomplete));
            await restore.RunAsync(plan.Host, options, plan.Target.Incomplete, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (plan.LiveCopyObstacle is { } obstacle)
            _context.Log.Step($"pg_basebackup copies {options.Source}: {obstacle}");
        else if (await new LiveCopy(_context, plan, activity).TryRunAsync(cancellationToken).ConfigureAwait(false))
            return;
        HostCommand command = BaseBackupCommand.For(
            plan.Program, options, plan.Login, plan.Target.Incomplete, plan.Login.HasPassword ? plan.Target.PassFile : null);
        await new BackupRun(_context, plan.Host, plan.Target).RunAsync(
            command, options.Source, plan.Login, activity, cancellationToken).ConfigureAwait(false);
    }
}
