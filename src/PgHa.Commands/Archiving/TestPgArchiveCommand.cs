using System.Management.Automation;
using PgHa.Engine.Archiving;

namespace PgHa.Commands;

/// <summary>Tells whether a server could recover from an archive: gaps, wrong or damaged files, missing timeline histories.</summary>
[Cmdlet(VerbsDiagnostic.Test, "PgArchive", DefaultParameterSetName = ByDirectory)]
[OutputType(typeof(bool), typeof(ArchiveFinding))]
public sealed class TestPgArchiveCommand : PgCommand
{
    private const string ByDirectory = "Directory";
    private const string ByInstance = "Instance";

    private string[] _directories = [];

    /// <summary>
    /// The directory of the archive, or ssh://HOST/DIRECTORY. With a server, only needed where its archive_command does not name it.
    /// </summary>
    [Parameter(ParameterSetName = ByDirectory, Mandatory = true, Position = 0)]
    [Parameter(ParameterSetName = ByInstance)]
    [Alias("Path")]
    [ValidateNotNullOrEmpty]
    public string[] ArchiveDirectory { get; set; } = [];

    /// <summary>The servers whose archives are tested, and compared with the WAL that they still have.</summary>
    [Parameter(ParameterSetName = ByInstance, Mandatory = true, ValueFromPipeline = true)]
    [Alias("Server")]
    [PgInstanceTransformation]
    [ArgumentCompleter(typeof(InstanceNameCompleter))]
    [ValidateNotNullOrEmpty]
    public PgInstance[] Instance { get; set; } = [];

    /// <summary>Emits what was found instead of a verdict.</summary>
    [Parameter]
    public SwitchParameter Detailed { get; set; }

    /// <inheritdoc/>
    protected override void Prepare()
    {
        if (Instance.Length > 0 && ArchiveDirectory.Length > 1)
            throw new PgHaException(ErrorIds.OneArchiveOnly, PgHaErrorKind.InvalidArgument,
                "A server has one archive.", "Name one directory.");
        _directories = [.. ArchiveDirectory.Select(ResolveArchiveLocation)];
    }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(ICommandOutput output, CancellationToken cancellationToken)
    {
        ArchiveExaminer examiner = new(Engine);
        if (ParameterSetName == ByInstance)
        {
            foreach (PgInstance instance in Instance)
            {
                await InputGuard.RunAsync(
                    instance, output,
                    async () => Write(
                        await examiner.ExamineAsync(instance, _directories.FirstOrDefault(), cancellationToken).ConfigureAwait(false),
                        output),
                    cancellationToken).ConfigureAwait(false);
            }
        }
        else
        {
            foreach (string directory in _directories)
            {
                await InputGuard.RunAsync(
                    directory, output,
                    async () => Write(await examiner.ExamineAsync(directory, cancellationToken).ConfigureAwait(false), output),
                    cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private void Write(IReadOnlyList<ArchiveFinding> findings, ICommandOutput output)
    {
        if (!Detailed)
        {
            output.Write(findings.All(finding => finding.Severity == FindingSeverity.Information));
            return;
        }

        foreach (ArchiveFinding finding in findings)
            output.Write(finding);
    }
}
