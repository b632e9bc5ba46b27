using System.Management.Automation;
using PgHa.Engine.Instances;

namespace PgHa.Commands;

/// <summary>Makes a new server, stopped.</summary>
[Cmdlet(VerbsCommon.New, "PgInstance", SupportsShouldProcess = true)]
[OutputType(typeof(PgInstance))]
public sealed class NewPgInstanceCommand : PgCommand
{
    private string _dataDirectory = "";
    private string? _binDirectory;

    /// <summary>The server's name, unique in its cluster.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>The data directory: missing or empty.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PGDATA", "Path")]
    [ValidateNotNullOrEmpty]
    public string DataDirectory { get; set; } = "";

    /// <summary>The TCP port.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateRange(1, 65535)]
    public int Port { get; set; } = PgInstance.DefaultPort;

    /// <summary>The address the server listens on, and others reach it at.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Host")]
    [ValidateNotNullOrEmpty]
    public string HostName { get; set; } = "127.0.0.1";

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
        _dataDirectory = ResolveFilePath(DataDirectory);
        _binDirectory = BinDirectory is null ? null : ResolveFilePath(BinDirectory);
    }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(ICommandOutput output, CancellationToken cancellationToken)
    {
        NewInstanceOptions options = Options();
        if (await ShouldProcessAsync($"{Name} in '{_dataDirectory}', port {Port}", "Make a new server").ConfigureAwait(false))
            output.Write(await new InstanceInitializer(Engine).CreateAsync(options, cancellationToken).ConfigureAwait(false));
    }

    private NewInstanceOptions Options()
    {
        var options = new NewInstanceOptions
        {
            Name = Name,
            DataDirectory = _dataDirectory,
            Port = Port,
            HostName = HostName,
            BinDirectory = _binDirectory,
            Version = Version is null ? null : ServerVersion.Parse(Version),
            ServerUser = ServerUser,
            DataChecksums = !NoDataChecksums,
            Encoding = Encoding,
            WalSegmentSize = WalSegmentSize,
            Trust = Trust,
            NoSync = NoSync,
        };
        if (Locale is not null)
            options = options with { Locale = Locale };
        return SuperuserCredential is { } superuser
            ? options with { UserName = superuser.UserName, Password = superuser.GetNetworkCredential().Password }
            : options;
    }
}
