using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace PgHa.Commands;

/// <summary>Describes a machine that ssh reaches. Nothing is connected.</summary>
[Cmdlet(VerbsCommon.New, "PgMachine")]
[OutputType(typeof(PgMachine))]
public sealed class NewPgMachineCommand : PgCommand
{
    private string? _keyFilePath;

    /// <summary>The host names, addresses or aliases that ssh is given, each perhaps as <c>user@host:port</c>.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[] HostName { get; set; } = [];

    /// <summary>What messages and views call the machine; its host name by default.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>The user to log in as; by default the one of ssh's configuration.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? UserName { get; set; }

    /// <summary>The port of the ssh server; by default the one of ssh's configuration.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateRange(1, ushort.MaxValue)]
    public int? Port { get; set; }

    /// <summary>The file of the private key; by default the agent and the keys of ssh's configuration.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("IdentityFilePath")]
    [ValidateNotNullOrEmpty]
    public string? KeyFilePath { get; set; }

    /// <summary>Works as a server's user by <c>sudo -n -u</c>, where the login is neither that user nor root.</summary>
    [Parameter]
    public SwitchParameter Sudo { get; set; }

    /// <summary>Further options of ssh by their names in ssh_config, such as <c>ProxyJump</c>.</summary>
    [Parameter]
    [ValidateNotNull]
    public Hashtable Options { get; set; } = [];

    /// <summary>Says that ssh reaches the machine, as it does for <c>New-PSSession</c>. PgHa has no other transport.</summary>
    [Parameter]
    public SwitchParameter SSHTransport { get; set; }

    /// <inheritdoc/>
    protected override void Prepare() => _keyFilePath = KeyFilePath is null ? null : ResolveFilePath(KeyFilePath);

    /// <inheritdoc/>
    protected override async Task ProcessAsync(ICommandOutput output, CancellationToken cancellationToken)
    {
        foreach (string host in HostName)
        {
            await InputGuard.RunAsync(
                host, output,
                () =>
                {
                    output.Write(MachineOf(host));
                    return Task.CompletedTask;
                },
                cancellationToken).ConfigureAwait(false);
        }
    }

    // A host name that means this machine means it over ssh here, as for New-PSSession -HostName.
    private PgMachine MachineOf(string host)
    {
        PgMachine read = PgMachine.Parse(host);
        PgMachine machine = read.IsThisMachine ? new PgMachine { HostName = host } : read;
        return machine with
        {
            Name = Name ?? (machine.Name == machine.HostName ? "" : machine.Name),
            UserName = UserName ?? machine.UserName,
            Port = Port ?? machine.Port,
            KeyFilePath = _keyFilePath ?? machine.KeyFilePath,
            Sudo = Sudo || machine.Sudo,
            Options = Options.Count == 0 ? machine.Options : Options.Cast<DictionaryEntry>().ToDictionary(
                option => Text(option.Key), option => Text(option.Value)),
        };
    }

    private static string Text(object? value) => value switch
    {
        true => "yes",
        false => "no",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
