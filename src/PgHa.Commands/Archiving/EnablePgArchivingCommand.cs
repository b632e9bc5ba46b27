using System.Management.Automation;
using PgHa.Engine.Archiving;

namespace PgHa.Commands;

/// <summary>Turns WAL archiving on.</summary>
[Cmdlet(VerbsLifecycle.Enable, "PgArchiving", SupportsShouldProcess = true)]
[OutputType(typeof(PgInstance))]
public sealed class EnablePgArchivingCommand : PgLoginCommand, IManagedChange
{
    private string _directory = "";

    /// <summary>The archive, for this server alone: a directory on its machine, or on another: ssh://USER@HOST:PORT/DIRECTORY.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Alias("Path")]
    [ValidateNotNullOrEmpty]
    public string ArchiveDirectory { get; set; } = "";

    /// <summary>Whether the server archives also while it is a standby.</summary>
    [Parameter]
    public ArchiveMode Mode { get; set; }

    /// <summary>Lets a standby use an archive that holds WAL of its system already.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Make the change although Patroni, repmgr or another manager is in charge of the server: PgHa only warns.</summary>
    [Parameter]
    public SwitchParameter EvenIfManaged { get; set; }

    /// <summary>Replaces the archive command of another tool or of your own, whose archive gets no WAL from then on.</summary>
    [Parameter]
    public SwitchParameter ReplaceArchiveCommand { get; set; }

    /// <summary>Emits the servers.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    ManagedOperation? IManagedChange.Operation => ManagedOperation.Archiving;

    /// <inheritdoc/>
    protected override void Prepare() => _directory = ResolveArchiveLocation(ArchiveDirectory);

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        var options = new ArchiveOptions
        {
            ArchiveDirectory = _directory,
            Mode = Mode,
            AllowFilledArchive = Force,
            ReplaceArchiveCommand = ReplaceArchiveCommand,
        };
        await new ArchiveControl(Engine).EnableAsync(
            instance, options, plan => ShouldProcessAsync(instance, $"Archive into '{_directory}'", plan),
            cancellationToken).ConfigureAwait(false);
        if (PassThru)
            output.Write(instance);
    }
}
