using System.Globalization;
using System.Management.Automation;
using PgHa.Engine.Backups;

namespace PgHa.Commands;

/// <summary>Removes base backups: the named ones, or those that a retention policy no longer keeps.</summary>
[Cmdlet(
    VerbsCommon.Remove, "PgBaseBackup", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = ByPath)]
public sealed class RemovePgBaseBackupCommand : PgCommand
{
    private const string ByPath = "Path";
    private const string ByRetention = "Retention";

    private readonly List<(PgMachine Machine, string Directory)> _named = [];
    private string _folder = "";

    /// <summary>A backup: a directory.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByPath, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Directory")]
    [BackupDirectoryTransformation]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The machine that the backups are on.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    public PgMachine Machine { get; set; } = PgMachine.This;

    /// <summary>The folder with the base backups that a retention is applied to.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByRetention)]
    [Alias("BackupDirectory")]
    [ValidateNotNullOrEmpty]
    public string BackupFolder { get; set; } = "";

    /// <summary>The minimum number of backups to keep for each system. The backups that they are based on are kept too.</summary>
    [Parameter(ParameterSetName = ByRetention)]
    [ValidateRange(1, int.MaxValue)]
    public int? KeepLast { get; set; }

    /// <summary>Only backups older than this age or time are removed.</summary>
    [Parameter(ParameterSetName = ByRetention)]
    [PointInTimeTransformation]
    public DateTimeOffset? OlderThan { get; set; }

    /// <summary>Removes a backup even if it is the last one from which a system can be restored.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void Prepare()
    {
        if (ParameterSetName == ByRetention)
        {
            _folder = ResolveServerPath(BackupFolder, Machine);
            return;
        }

        ToolBackup.RequireOwn(Path);
        _named.Add((Machine, HostPath.TrimEnd(ResolveServerPath(Path, Machine))));
    }

    // All inputs are handled together, because one backup may be based on another.
    private protected override bool Collect() => ParameterSetName == ByPath;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(ICommandOutput output, CancellationToken cancellationToken)
    {
        BackupRetention retention = new() { KeepLast = KeepLast, KeepSince = OlderThan };
        var remover = new BackupRemover(Engine, Machine);
        await RemoveAsync(
            remover, await remover.PlanAsync(_folder, retention, Force, cancellationToken).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override async Task FinishAsync(ICommandOutput output, CancellationToken cancellationToken)
    {
        foreach (IGrouping<(PgMachine Machine, string Path), string> folder in _named.Distinct().GroupBy(
            named => (named.Machine, HostPath.Parent(named.Directory) ?? named.Directory), named => named.Directory))
        {
            var remover = new BackupRemover(Engine, folder.Key.Machine);
            await InputGuard.RunAsync(
                folder.Key.Path, output,
                async () => await RemoveAsync(
                    remover, await remover.PlanAsync(
                        folder.Key.Path, [.. folder], Force, (directory, reason) => output.WriteError(reason, directory),
                        cancellationToken).ConfigureAwait(false),
                    cancellationToken).ConfigureAwait(false),
                cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RemoveAsync(BackupRemover remover, BackupRemovalPlan plan, CancellationToken cancellationToken)
    {
        if (plan.IsEmpty)
            Engine.Log.Step($"Nothing to remove in '{plan.Folder}'");
        else if (await ShouldProcessAsync(plan.Folder, Action(plan), plan.ToString()).ConfigureAwait(false))
            await remover.RemoveAsync(plan, cancellationToken).ConfigureAwait(false);
    }

    private static string Action(BackupRemovalPlan plan) => plan.Removed.Count switch
    {
        0 => "Finish an interrupted removal",
        1 => "Remove a base backup",
        var count => string.Create(CultureInfo.InvariantCulture, $"Remove {count} base backups"),
    };
}
