using System.Management.Automation;
using PgHa.Engine.Backups;

namespace PgHa.Commands;

/// <summary>Combines an incremental backup and the backups it is based on into a full backup.</summary>
[Cmdlet(VerbsData.Merge, "PgBaseBackup", SupportsShouldProcess = true)]
[OutputType(typeof(PgBaseBackup))]
public sealed class MergePgBaseBackupCommand : PgCommand
{
    private string _last = "";
    private string _destination = "";
    private string? _binDirectory;

    /// <summary>The incremental backup. The backups it is based on are in the same folder.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Directory")]
    [BackupDirectoryTransformation]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The machine that the backups are on.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    public PgMachine Machine { get; set; } = PgMachine.This;

    /// <summary>The full backup's directory: missing or empty.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <summary>The directory of PostgreSQL's programs.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? BinDirectory { get; set; }

    /// <summary>Does not wait until the files are on disk.</summary>
    [Parameter]
    public SwitchParameter NoSync { get; set; }

    /// <inheritdoc/>
    protected override void Prepare()
    {
        _last = ResolveServerPath(Path, Machine);
        _destination = ResolveServerPath(Destination, Machine);
        _binDirectory = BinDirectory is null ? null : ResolveServerPath(BinDirectory, Machine);
    }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(ICommandOutput output, CancellationToken cancellationToken)
    {
        BackupMerge merge = new(Engine, Machine);
        BackupMergePlan plan = await merge.PlanAsync(_last, _destination, _binDirectory, cancellationToken).ConfigureAwait(false);
        if (await ShouldProcessAsync(_destination, "Put backups together", plan.ToString()).ConfigureAwait(false))
            output.Write(await merge.RunAsync(plan, NoSync, cancellationToken).ConfigureAwait(false));
    }
}
