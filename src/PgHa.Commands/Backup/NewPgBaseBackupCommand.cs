using System.Collections;
using System.Management.Automation;
using PgHa.Engine.Cloning;
using PgHa.Engine.Instances.Control;

namespace PgHa.Commands;

/// <summary>Clones a running server into a server of its own, or takes a base backup of it to keep.</summary>
[Cmdlet(VerbsCommon.New, "PgBaseBackup", SupportsShouldProcess = true, DefaultParameterSetName = AsClone)]
[OutputType(typeof(PgInstance), typeof(PgBaseBackup))]
public sealed partial class NewPgBaseBackupCommand : PgCopyCommand, IManagedChange
{
    private const string AsClone = "Clone";
    private const string AsBackup = "Backup";
    private const string AsDebianCluster = "DebianCluster";
    private const string AsService = "Service";

    private string? _directory;
    private string? _parent;
    private BackupCompression? _compression;
    private Dictionary<string, string> _tablespaceMapping = [];

    /// <summary>The clone's name; that of the service by default.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = AsClone)]
    [Parameter(Position = 0, ParameterSetName = AsDebianCluster)]
    [Parameter(Position = 0, ParameterSetName = AsService)]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>The clone's data directory: missing or empty; for a Debian cluster Debian's own place by default.</summary>
    [Parameter(Mandatory = true, ParameterSetName = AsClone)]
    [Parameter(ParameterSetName = AsDebianCluster)]
    [ValidateNotNullOrEmpty]
    public string? DataDirectory { get; set; }

    /// <summary>The Debian cluster that the clone becomes, such as <c>15/standby</c>.</summary>
    [Parameter(Mandatory = true, ParameterSetName = AsDebianCluster)]
    [ValidateNotNullOrEmpty]
    public string? DebianCluster { get; set; }

    /// <summary>The unit of systemd whose server the clone becomes, in the unit's data directory.</summary>
    [Parameter(Mandatory = true, ParameterSetName = AsService)]
    [ValidateNotNullOrEmpty]
    public string? ServiceName { get; set; }

    /// <summary>The clone's port; by default that of the cluster whose data directory is named, or else the source's.</summary>
    [Parameter(ParameterSetName = AsClone)]
    [Parameter(ParameterSetName = AsDebianCluster)]
    [Parameter(ParameterSetName = AsService)]
    [ValidateRange(1, 65_535)]
    public int? Port { get; set; }

    /// <summary>The address the clone will be reached at; the source's by default.</summary>
    [Parameter(ParameterSetName = AsClone)]
    [Parameter(ParameterSetName = AsDebianCluster)]
    [Parameter(ParameterSetName = AsService)]
    [ValidateNotNullOrEmpty]
    public string? HostName { get; set; }

    /// <summary>The new directory of each tablespace; the keys are the old directories.</summary>
    [Parameter(ParameterSetName = AsClone)]
    [Parameter(ParameterSetName = AsDebianCluster)]
    [Parameter(ParameterSetName = AsService)]
    [ValidateNotNull]
    public Hashtable TablespaceMapping { get; set; } = [];

    /// <summary>The machine of the clone or backup; the server's by default.</summary>
    [Parameter]
    [PgMachineTransformation]
    [ValidateNotNull]
    public PgMachine? Machine { get; set; }

    /// <summary>The tool from whose newest backup the clone is restored; by default the server's own files are copied.</summary>
    [Parameter(ParameterSetName = AsClone)]
    [Parameter(ParameterSetName = AsDebianCluster)]
    [Parameter(ParameterSetName = AsService)]
    public BackupTool? From { get; set; }

    /// <summary>Does not verify the checksums of the pages that are copied.</summary>
    [Parameter(ParameterSetName = AsClone)]
    [Parameter(ParameterSetName = AsDebianCluster)]
    [Parameter(ParameterSetName = AsService)]
    public SwitchParameter NoVerifyChecksums { get; set; }

    // A base backup to keep is no server. A clone is one that the source's manager does not know, which is said and never refused.
    ManagedOperation? IManagedChange.Operation => ParameterSetName == AsBackup ? null : ManagedOperation.Clone;

    SwitchParameter IManagedChange.EvenIfManaged => default;

    /// <inheritdoc/>
    protected override void Prepare()
    {
        base.Prepare();
        PgMachine place = Machine ?? PgMachine.This;
        _directory = Directory is { } given ? ResolveServerPath(given, place) : null;
        _compression = Compress is null ? null : BackupCompression.Parse(Compress);
        _parent = Incremental is null ? null : ResolveServerPath(Incremental, place);
        _tablespaceMapping = ResolveTablespaces(TablespaceMapping, place);
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
        string? given = PathFor(instance, Directory, _directory);
        NewService? service = await NewServices.FindAsync(
            Engine, Machine ?? instance.Machine, DebianCluster, given, ServiceName, cancellationToken).ConfigureAwait(false);
        string directory = service?.DataDirectory ?? given!;
        int port = Port
            ?? await backup.KeptPortAsync(Machine ?? instance.Machine, directory, ServerUser, cancellationToken).ConfigureAwait(false)
            ?? instance.Port;
        ToolRestore? restore = From is { } tool
            ? await ToolRestore.ChooseAsync(Engine, instance, tool, cancellationToken).ConfigureAwait(false)
            : null;
        BaseBackupPlan plan = await backup.PlanAsync(
            Options(instance, Name ?? service!.Name, directory, port, restore), cancellationToken).ConfigureAwait(false);
        service?.RequireVersion(plan.Source.Dialect.Version, instance);
        string steps = service is null ? plan.ToString() : $"{plan}{Environment.NewLine}{service}";
        if (!await ShouldProcessAsync(instance, $"Clone into '{directory}'", steps).ConfigureAwait(false))
            return;
        PgInstance clone = await (service is null
            ? backup.ApplyAsync(plan, cancellationToken)
            : backup.ApplyAsServiceAsync(plan, service, cancellationToken)).ConfigureAwait(false);
        if (restore is not null)
            await RestoreWalAsync(clone, restore, cancellationToken).ConfigureAwait(false);
        output.Write(clone);
    }
}
