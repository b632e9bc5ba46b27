using System.Management.Automation;
using PgHa.Engine.Backups;

namespace PgHa.Commands;

/// <summary>The base backup to keep.</summary>
public sealed partial class NewPgBaseBackupCommand
{
    /// <summary>The directory of the base backup to keep: missing or empty.</summary>
    [Parameter(Mandatory = true, ParameterSetName = AsBackup)]
    [ValidateNotNullOrEmpty]
    public string BackupDirectory { get; set; } = "";

    /// <summary>The form of the backup.</summary>
    [Parameter(ParameterSetName = AsBackup)]
    public BackupFormat Format { get; set; }

    /// <summary>The compression method of a tar backup, with an optional level, such as <c>zstd:9</c>.</summary>
    [Parameter(ParameterSetName = AsBackup)]
    [ArgumentCompleter(typeof(CompressionCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Compress { get; set; }

    /// <summary>The earlier backup, or its manifest. The new backup contains only the changes since then.</summary>
    [Parameter(ParameterSetName = AsBackup)]
    [BackupDirectoryTransformation]
    [ValidateNotNullOrEmpty]
    public string? Incremental { get; set; }

    private async Task BackUpAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        BackupTaker taker = new(Engine);
        BackupPlan plan = await taker.PlanAsync(BackupOptions(instance), cancellationToken).ConfigureAwait(false);
        if (await ShouldProcessAsync(instance, $"Back up into '{plan.Options.Directory}'", plan.ToString()).ConfigureAwait(false))
            output.Write(await taker.TakeAsync(plan, cancellationToken).ConfigureAwait(false));
    }

    private BackupOptions BackupOptions(PgInstance source) => new()
    {
        Source = source,
        Login = Login(source),
        Machine = Machine ?? source.Machine,
        Directory = PathFor(source, Directory, _directory)!,
        Format = Format,
        Compression = _compression,
        Parent = PathFor(source, Incremental, _parent),
        Label = Label,
        Checkpoint = Checkpoint,
        MaxRate = MaxRate,
        BinDirectory = ProgramDirectory,
        ServerUser = ServerUser,
        NoSync = NoSync,
    };
}
