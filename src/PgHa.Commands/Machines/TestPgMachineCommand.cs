using System.Management.Automation;
using PgHa.Engine.Instances;

namespace PgHa.Commands;

/// <summary>
/// Tells whether PgHa can work on machines: by ssh, with a shell, with PostgreSQL's programs, and with a clock that is right.
/// </summary>
[Cmdlet(VerbsDiagnostic.Test, "PgMachine")]
[OutputType(typeof(bool), typeof(MachineReport))]
public sealed class TestPgMachineCommand : PgCommand
{
    private readonly List<PgMachine> _machines = [];

    /// <summary>The machines: from New-PgMachine, or written as <c>user@host:port</c>; <c>.</c> is this machine.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("HostName")]
    [PgMachineTransformation]
    [ValidateNotNullOrEmpty]
    public PgMachine[] Machine { get; set; } = [];

    /// <summary>Emits what was found instead of a verdict.</summary>
    [Parameter]
    public SwitchParameter Detailed { get; set; }

    /// <inheritdoc/>
    private protected override bool Collect()
    {
        _machines.AddRange(Machine);
        return true;
    }

    /// <inheritdoc/>
    protected override Task FinishAsync(ICommandOutput output, CancellationToken cancellationToken)
    {
        MachineExaminer examiner = new(Engine);
        return SideBySide.RunAsync(
            _machines, output,
            async (machine, mine) =>
            {
                MachineReport report = await examiner.ExamineAsync(machine, cancellationToken).ConfigureAwait(false);
                mine.Write(Detailed ? report : report.Findings.Count == 0);
            },
            cancellationToken);
    }
}
