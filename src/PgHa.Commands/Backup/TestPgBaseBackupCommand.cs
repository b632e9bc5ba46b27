using System.Management.Automation;
using PgHa.Engine.Backups;

namespace PgHa.Commands;

/// <summary>Tells whether base backups are whole, and whether the WAL they need is there.</summary>
[Cmdlet(VerbsDiagnostic.Test, "PgBaseBackup")]
[OutputType(typeof(bool), typeof(BackupFinding))]
public sealed class TestPgBaseBackupCommand : PgCommand
{
    private string _directory = "";
    private string? _archive;
    private string? _binDirectory;

    // Not an array: PowerShell would bind the text of a piped backup object to it.
    /// <summary>The backup: a directory.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Directory")]
    [BackupDirectoryTransformation]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The machine of the backup and the archive.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    public PgMachine Machine { get; set; } = PgMachine.This;

    /// <summary>The archive with the WAL that is not in the backup itself.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ArchiveDirectory { get; set; }

    /// <summary>The directory of PostgreSQL's programs.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? BinDirectory { get; set; }

    /// <summary>Emits what was found instead of a verdict.</summary>
    [Parameter]
    public SwitchParameter Detailed { get; set; }

    /// <inheritdoc/>
    protected override void Prepare()
    {
        _directory = ResolveServerPath(Path, Machine);
        _archive = ArchiveDirectory is null ? null : ResolveServerPath(ArchiveDirectory, Machine);
        _binDirectory = BinDirectory is null ? null : ResolveServerPath(BinDirectory, Machine);
    }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(ICommandOutput output, CancellationToken cancellationToken)
    {
        IReadOnlyList<BackupFinding> findings = await new BackupExaminer(Engine, Machine).ExamineAsync(
            _directory, _archive, _binDirectory, cancellationToken).ConfigureAwait(false);
        if (!Detailed)
        {
            output.Write(findings.All(finding => finding.Severity == FindingSeverity.Information));
            return;
        }

        foreach (BackupFinding finding in findings)
            output.Write(finding);
    }
}
