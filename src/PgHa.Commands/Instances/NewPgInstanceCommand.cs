using System.Globalization;
using System.Management.Automation;
using PgHa.Engine.Instances;
using PgHa.Engine.Instances.Control;

namespace PgHa.Commands;

/// <summary>Makes a new server, stopped.</summary>
[Cmdlet(VerbsCommon.New, "PgInstance", SupportsShouldProcess = true, DefaultParameterSetName = InDirectory)]
[OutputType(typeof(PgInstance))]
public sealed partial class NewPgInstanceCommand : PgCommand
{
    private const string InDirectory = "Directory";
    private const string AsDebianCluster = "DebianCluster";
    private const string AsService = "Service";

    private string? _dataDirectory;
    private string? _binDirectory;

    /// <summary>The server's name, unique in its cluster; that of the service by default.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true, ParameterSetName = InDirectory)]
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true, ParameterSetName = AsDebianCluster)]
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true, ParameterSetName = AsService)]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>The machine that the server will be on.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [PgMachineTransformation]
    [ValidateNotNull]
    public PgMachine Machine { get; set; } = PgMachine.This;

    /// <summary>The data directory: missing or empty; for a Debian cluster Debian's own place by default.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = InDirectory)]
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = AsDebianCluster)]
    [Alias("PGDATA", "Path")]
    [ValidateNotNullOrEmpty]
    public string? DataDirectory { get; set; }

    /// <summary>The Debian cluster that the server becomes, such as <c>15/main</c>.</summary>
    [Parameter(Mandatory = true, ParameterSetName = AsDebianCluster)]
    [ValidateNotNullOrEmpty]
    public string? DebianCluster { get; set; }

    /// <summary>The unit of systemd whose server it becomes, in the unit's data directory.</summary>
    [Parameter(Mandatory = true, ParameterSetName = AsService)]
    [ValidateNotNullOrEmpty]
    public string? ServiceName { get; set; }

    /// <summary>The TCP port.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateRange(1, 65535)]
    public int Port { get; set; } = PgInstance.DefaultPort;

    /// <summary>The address the server listens on, and others reach it at.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Host")]
    [ValidateNotNullOrEmpty]
    public string? HostName { get; set; }

    /// <summary>The directory of PostgreSQL's programs.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? BinDirectory { get; set; }

    /// <summary>The major version, where several are installed.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? Version { get; set; }

    /// <summary>The name and password of the superuser to make.</summary>
    [Parameter]
    [Alias("Credential")]
    [Credential]
    public PSCredential? SuperuserCredential { get; set; }

    /// <summary>The operating system user the server runs as, where PowerShell runs as root.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ServerUser { get; set; }

    /// <summary>The character set of the databases.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Encoding { get; set; } = "UTF8";

    /// <summary>The locale of the databases.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Locale { get; set; }

    /// <summary>The size of a WAL segment in megabytes.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int? WalSegmentSize { get; set; }

    /// <summary>No checksums on data pages.</summary>
    [Parameter]
    public SwitchParameter NoDataChecksums { get; set; }

    /// <summary>Lets everybody on this machine in without a password.</summary>
    [Parameter]
    public SwitchParameter Trust { get; set; }

    /// <summary>Does not wait until the files are on disk.</summary>
    [Parameter]
    public SwitchParameter NoSync { get; set; }

    /// <inheritdoc/>
    protected override void Prepare()
    {
        _dataDirectory = DataDirectory is null ? null : ResolveServerPath(DataDirectory, Machine);
        _binDirectory = BinDirectory is null ? null : ResolveServerPath(BinDirectory, Machine);
    }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(ICommandOutput output, CancellationToken cancellationToken)
    {
        NewService? service = await NewServices.FindAsync(
            Engine, Machine, DebianCluster, _dataDirectory, ServiceName, cancellationToken).ConfigureAwait(false);
        NewInstanceOptions options = Options(Name ?? service!.Name, service?.DataDirectory ?? _dataDirectory!, service?.Version);
        string target = string.Create(CultureInfo.InvariantCulture, $"{options.Name} in '{options.DataDirectory}', port {Port}");
        if (!await ShouldProcessAsync(target, "Make a new server", service?.ToString()).ConfigureAwait(false))
            return;
        var initializer = new InstanceInitializer(Engine);
        output.Write(await (service is null
            ? initializer.CreateAsync(options, cancellationToken)
            : initializer.CreateAsServiceAsync(options, service, cancellationToken)).ConfigureAwait(false));
    }
}
