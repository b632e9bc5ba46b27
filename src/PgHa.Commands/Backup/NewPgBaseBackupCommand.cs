using System.Collections;
using System.Management.Automation;
using PgHa.Engine.Backups;
using PgHa.Engine.Cloning;

namespace PgHa.Commands;

/// <summary>Clones a running server into a server of its own, or takes a base backup of it to keep.</summary>
[Cmdlet(VerbsCommon.New, "PgBaseBackup", SupportsShouldProcess = true, DefaultParameterSetName = AsClone)]
[OutputType(typeof(PgInstance), typeof(PgBaseBackup))]
public sealed class NewPgBaseBackupCommand : PgCopyCommand
{
    private const string AsClone = "Clone";
    private const string AsBackup = "Backup";

    private string _dataDirectory = "";
    private string _backupDirectory = "";
    private string? _parent;
    private BackupCompression? _compression;
    private Dictionary<string, string> _tablespaceMapping = [];

    /// <summary>The clone's name.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = AsClone)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>The clone's data directory: missing or empty.</summary>
    [Parameter(Mandatory = true, ParameterSetName = AsClone)]
    [ValidateNotNullOrEmpty]
    public string DataDirectory { get; set; } = "";

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

    /// <summary>The clone's port; by default that of the cluster whose data directory is named, or else the source's.</summary>
    [Parameter(ParameterSetName = AsClone)]
    [ValidateRange(1, 65_535)]
    public int? Port { get; set; }

    /// <summary>The address the clone will be reached at; the source's by default.</summary>
    [Parameter(ParameterSetName = AsClone)]
    [ValidateNotNullOrEmpty]
    public string? HostName { get; set; }

    /// <summary>The new directory of each tablespace; the keys are the old directories.</summary>
    [Parameter(ParameterSetName = AsClone)]
    [ValidateNotNull]
    public Hashtable TablespaceMapping { get; set; } = [];

    /// <summary>Does not verify the checksums of the pages that are copied.</summary>
    [Parameter(ParameterSetName = AsClone)]
    public SwitchParameter NoVerifyChecksums { get; set; }

    /// <inheritdoc/>
    protected override void Prepare()
    {
        base.Prepare();
        _dataDirectory = DataDirectory.Length == 0 ? "" : ResolveFilePath(DataDirectory);
        _backupDirectory = BackupDirectory.Length == 0 ? "" : ResolveFilePath(BackupDirectory);
        _compression = Compress is null ? null : BackupCompression.Parse(Compress);
        _parent = Incremental is null ? null : ResolveFilePath(Incremental);
        _tablespaceMapping = ResolveTablespaces(TablespaceMapping);
    }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        if (ParameterSetName == AsBackup)
        {
            await BackUpAsync(instance, output, cancellationToken).ConfigureAwait(false);
            return;
        }

        BaseBackup backup = new(Engine);
        int port = Port
            ?? await backup.KeptPortAsync(_dataDirectory, ServerUser, cancellationToken).ConfigureAwait(false)
            ?? instance.Port;
        BaseBackupPlan plan = await backup.PlanAsync(Options(instance, port), cancellationToken).ConfigureAwait(false);
        if (await ShouldProcessAsync(instance, $"Clone into '{_dataDirectory}'", plan.ToString()).ConfigureAwait(false))
            output.Write(await backup.ApplyAsync(plan, cancellationToken).ConfigureAwait(false));
    }

    private async Task BackUpAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        BackupTaker taker = new(Engine);
        BackupPlan plan = await taker.PlanAsync(BackupOptions(instance), cancellationToken).ConfigureAwait(false);
        if (await ShouldProcessAsync(instance, $"Back up into '{_backupDirectory}'", plan.ToString()).ConfigureAwait(false))
            output.Write(await taker.TakeAsync(plan, cancellationToken).ConfigureAwait(false));
    }

    private BackupOptions BackupOptions(PgInstance source) => new()
    {
        Source = source,
        Login = Login(source),
        Directory = _backupDirectory,
        Format = Format,
        Compression = _compression,
        Parent = _parent,
        Label = Label,
        Checkpoint = Checkpoint,
        MaxRate = MaxRate,
        BinDirectory = ProgramDirectory,
        ServerUser = ServerUser,
        NoSync = NoSync,
    };

    private BaseBackupOptions Options(PgInstance source, int port) => new()
    {
        Source = source,
        Login = Login(source),
        CopiesAsLogin = true,
        Name = Name,
        DataDirectory = _dataDirectory,
        Port = port,
        HostName = HostName,
        Label = Label,
        Checkpoint = Checkpoint,
        MaxRate = MaxRate,
        TablespaceMapping = _tablespaceMapping,
        NoVerifyChecksums = NoVerifyChecksums,
        BinDirectory = ProgramDirectory,
        ServerUser = ServerUser,
        NoSync = NoSync,
    };
}
