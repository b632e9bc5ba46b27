using System.Collections;
using System.Management.Automation;
using PgHa.Engine.Backup;

namespace PgHa.Commands;

/// <summary>Clones a running server into a server of its own.</summary>
[Cmdlet(VerbsCommon.New, "PgBaseBackup", SupportsShouldProcess = true)]
[OutputType(typeof(PgInstance))]
public sealed class NewPgBaseBackupCommand : PgInstanceCommand
{
    private string _dataDirectory = "";
    private string? _binDirectory;
    private Dictionary<string, string> _tablespaceMapping = [];

    /// <summary>The clone's name.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>The clone's data directory: missing or empty.</summary>
    [Parameter(Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string DataDirectory { get; set; } = "";

    /// <summary>The clone's port; the source's by default.</summary>
    [Parameter]
    [ValidateRange(1, 65_535)]
    public int? Port { get; set; }

    /// <summary>The address the clone will be reached at; the source's by default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? HostName { get; set; }

    /// <summary>The role to copy as, and its password.</summary>
    [Parameter]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <summary>The label of the backup; the clone's name by default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Label { get; set; }

    /// <summary>Whether the source writes its checkpoint at once.</summary>
    [Parameter]
    public BackupCheckpoint Checkpoint { get; set; } = BackupCheckpoint.Fast;

    /// <summary>At most so many kilobytes a second.</summary>
    [Parameter]
    [ValidateRange(32, 1_048_576)]
    public int? MaxRate { get; set; }

    /// <summary>The new directories of tablespaces by the old ones.</summary>
    [Parameter]
    [ValidateNotNull]
    public Hashtable TablespaceMapping { get; set; } = [];

    /// <summary>The directory of the programs to use.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? BinDirectory { get; set; }

    /// <summary>The operating system user the clone belongs to, where PgHa runs as root.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ServerUser { get; set; }

    /// <summary>Does not wait until the copy is on disk.</summary>
    [Parameter]
    public SwitchParameter NoSync { get; set; }

    /// <inheritdoc/>
    protected override void Prepare()
    {
        _dataDirectory = ResolveFilePath(DataDirectory);
        _binDirectory = BinDirectory is null ? null : ResolveFilePath(BinDirectory);
        _tablespaceMapping = TablespaceMapping.Cast<DictionaryEntry>()
            .ToDictionary(entry => entry.Key.ToString()!, entry => ResolveFilePath(entry.Value?.ToString() ?? ""));
    }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        BaseBackup backup = new(Engine);
        BaseBackupPlan plan = await backup.PlanAsync(Options(instance), cancellationToken).ConfigureAwait(false);
        if (await ShouldProcessAsync(instance, $"Clone into '{_dataDirectory}'", plan.ToString()).ConfigureAwait(false))
            output.Write(await backup.ApplyAsync(plan, cancellationToken).ConfigureAwait(false));
    }

    private BaseBackupOptions Options(PgInstance source) => new()
    {
        Source = source,
        Login = Credential is { } login ? source.WithLogin(login.UserName, login.GetNetworkCredential().Password) : null,
        Name = Name,
        DataDirectory = _dataDirectory,
        Port = Port ?? source.Port,
        HostName = HostName,
        Label = Label,
        Checkpoint = Checkpoint,
        MaxRate = MaxRate,
        TablespaceMapping = _tablespaceMapping,
        BinDirectory = _binDirectory,
        ServerUser = ServerUser,
        NoSync = NoSync,
    };
}
