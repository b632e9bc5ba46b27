using System.Management.Automation;
using PgHa.Engine.Archiving;
using PgHa.Engine.Backups;

namespace PgHa.Commands;

/// <summary>
/// Lists the base backups in folders, or those that the tool of a server's archive keeps: their systems, their WAL ranges, and which
/// backup is based on which.
/// </summary>
[Cmdlet(VerbsCommon.Get, "PgBaseBackup", DefaultParameterSetName = ByPath)]
[OutputType(typeof(PgBaseBackup))]
public sealed class GetPgBaseBackupCommand : PgCommand
{
    private const string ByPath = "Path";
    private const string ByInstance = "Instance";

    private string[] _folders = [];

    /// <summary>Folders with backups in them, or backups.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByPath, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Servers that archive with pgBackRest or Barman, whose backups are listed.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByInstance, ValueFromPipeline = true)]
    [Alias("Server")]
    [PgInstanceTransformation]
    [ArgumentCompleter(typeof(InstanceNameCompleter))]
    [ValidateNotNullOrEmpty]
    public PgInstance[] Instance { get; set; } = [];

    /// <summary>The machine that the folders are on.</summary>
    [Parameter(ParameterSetName = ByPath)]
    [ValidateNotNull]
    public PgMachine Machine { get; set; } = PgMachine.This;

    /// <inheritdoc/>
    protected override void Prepare() => _folders = [.. Path.Select(folder => ResolveServerPath(folder, Machine))];

    /// <inheritdoc/>
    protected override async Task ProcessAsync(ICommandOutput output, CancellationToken cancellationToken)
    {
        foreach (PgInstance server in Instance)
        {
            await InputGuard.RunAsync(
                server, output,
                async () => WriteAll(await new ToolBackups(Engine).ReadAsync(server, cancellationToken).ConfigureAwait(false), output),
                cancellationToken).ConfigureAwait(false);
        }

        foreach (string folder in _folders)
        {
            await InputGuard.RunAsync(
                folder, output,
                async () => WriteAll(
                    await new BackupCatalogue(Engine, Machine).ReadAsync(folder, cancellationToken).ConfigureAwait(false), output),
                cancellationToken).ConfigureAwait(false);
        }
    }

    private static void WriteAll(IEnumerable<PgBaseBackup> backups, ICommandOutput output)
    {
        foreach (PgBaseBackup backup in backups)
            output.Write(backup);
    }
}
