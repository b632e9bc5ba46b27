using System.Management.Automation;
using PgHa.Engine.Backups;

namespace PgHa.Commands;

/// <summary>Lists the base backups in folders: their systems, their WAL ranges, and which backup is based on which.</summary>
[Cmdlet(VerbsCommon.Get, "PgBaseBackup")]
[OutputType(typeof(PgBaseBackup))]
public sealed class GetPgBaseBackupCommand : PgCommand
{
    private string[] _folders = [];

    /// <summary>Folders with backups in them, or backups.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The machine that the folders are on.</summary>
    [Parameter]
    [ValidateNotNull]
    public PgMachine Machine { get; set; } = PgMachine.This;

    /// <inheritdoc/>
    protected override void Prepare() => _folders = [.. Path.Select(folder => ResolveServerPath(folder, Machine))];

    /// <inheritdoc/>
    protected override async Task ProcessAsync(ICommandOutput output, CancellationToken cancellationToken)
    {
        foreach (string folder in _folders)
        {
            await InputGuard.RunAsync(
                folder, output,
                async () =>
                {
                    foreach (PgBaseBackup backup in await new BackupCatalogue(Engine, Machine).ReadAsync(
                        folder, cancellationToken).ConfigureAwait(false))
                    {
                        output.Write(backup);
                    }
                },
                cancellationToken).ConfigureAwait(false);
        }
    }
}
