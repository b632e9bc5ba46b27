using System.Collections;
using System.Management.Automation;
using PgHa.Engine.Recovery.Restore;

namespace PgHa.Commands;

/// <summary>Restores a new server from a base backup and an archive, up to a point in time.</summary>
[Cmdlet(VerbsData.Restore, "PgInstance", SupportsShouldProcess = true, DefaultParameterSetName = "End")]
[OutputType(typeof(RestoredInstance))]
public sealed class RestorePgInstanceCommand : PgRecoveryTargetCommand
{
    private RestoreOptions _options = null!;

    /// <summary>The restored server's name.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>The directory of the base backup, plain or tar.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Directory")]
    [BackupDirectoryTransformation]
    [ValidateNotNullOrEmpty]
    public string Backup { get; set; } = "";

    /// <summary>The machine of the backup, the archive and the restored server.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    public PgMachine Machine { get; set; } = PgMachine.This;

    /// <summary>The restored server's data directory: missing or empty.</summary>
    [Parameter(Mandatory = true)]
    [Alias("PGDATA")]
    [ValidateNotNullOrEmpty]
    public string DataDirectory { get; set; } = "";

    /// <summary>The restored server's port.</summary>
    [Parameter(Mandatory = true)]
    [ValidateRange(1, 65_535)]
    public int Port { get; set; }

    /// <summary>The archive of the server from which the backup was taken. It is only read.</summary>
    [Parameter(Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string ArchiveDirectory { get; set; } = "";

    /// <summary>The new directory of each tablespace; the keys are the directories in the backup.</summary>
    [Parameter]
    [ValidateNotNull]
    public Hashtable TablespaceMapping { get; set; } = [];

    /// <summary>Where the restored server archives: missing or empty.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? NewArchiveDirectory { get; set; }

    /// <summary>The role to connect as, and its password, where the restored server asks for one.</summary>
    [Parameter]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <summary>The directory of PostgreSQL's programs.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? BinDirectory { get; set; }

    /// <summary>The operating system user the server runs as, where PowerShell runs as root.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ServerUser { get; set; }

    /// <summary>How many seconds recovery may take.</summary>
    [Parameter]
    [Alias("TimeoutSeconds")]
    [ValidateRange(1, 604_800)]
    public int Timeout { get; set; } = 86_400;

    /// <summary>Continues although WAL is missing that may come after the target.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Does not wait until the files are on disk.</summary>
    [Parameter]
    public SwitchParameter NoSync { get; set; }

    /// <inheritdoc/>
    protected override TimeSpan OperationTimeout => TimeSpan.FromSeconds(Timeout);

    /// <inheritdoc/>
    protected override void Prepare() => _options = new RestoreOptions
    {
        Machine = Machine,
        Backup = ResolveServerPath(Backup, Machine),
        Name = Name,
        DataDirectory = ResolveServerPath(DataDirectory, Machine),
        Port = Port,
        TablespaceMapping = ResolveTablespaces(TablespaceMapping, Machine),
        ArchiveDirectory = ResolveServerPath(ArchiveDirectory, Machine),
        Target = Target(),
        TargetTimeline = TargetTimeline,
        Action = TargetAction,
        NewArchiveDirectory = NewArchiveDirectory is null ? null : ResolveServerPath(NewArchiveDirectory, Machine),
        Reached = Credential is { } login
            ? server => server.WithLogin(login.UserName, login.GetNetworkCredential().Password)
            : server => server,
        BinDirectory = BinDirectory is null ? null : ResolveServerPath(BinDirectory, Machine),
        ServerUser = ServerUser,
        AllowGaps = Force,
        NoSync = NoSync,
    };

    /// <inheritdoc/>
    protected override async Task ProcessAsync(ICommandOutput output, CancellationToken cancellationToken)
    {
        var restore = new InstanceRestore(Engine);
        RestorePlan plan = await restore.PlanAsync(_options, cancellationToken).ConfigureAwait(false);
        if (await ShouldProcessAsync($"{Name} in '{_options.DataDirectory}'", "Restore", plan.ToString()).ConfigureAwait(false))
            output.Write(await restore.RunAsync(plan, cancellationToken).ConfigureAwait(false));
    }
}
