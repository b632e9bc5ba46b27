using System.Management.Automation;
using PgHa.Engine.Cluster;

namespace PgHa.Commands;

/// <summary>Tells whether a cluster is well: its members, links, commits, WAL, settings, access and the next failover.</summary>
[Cmdlet(VerbsDiagnostic.Test, "PgCluster", DefaultParameterSetName = ByMember)]
[OutputType(typeof(bool), typeof(ClusterFinding), typeof(string))]
public sealed class TestPgClusterCommand : PgClusterCommand
{
    private int _exitCode;

    /// <summary>Emits what was found instead of a verdict.</summary>
    [Parameter]
    public SwitchParameter Detailed { get; set; }

    /// <summary>Emits a line as monitoring plugins print it, and sets <c>$LASTEXITCODE</c>.</summary>
    [Parameter]
    public SwitchParameter AsNagios { get; set; }

    /// <summary>Checks that are left out, by their ids.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ClusterCheckCompleter))]
    public string[] ExcludeCheck { get; set; } = [];

    /// <inheritdoc/>
    protected override void Prepare()
    {
        if (Detailed && AsNagios)
        {
            throw new PgHaException(
                ErrorIds.ParametersExclude, PgHaErrorKind.InvalidArgument, "-Detailed and -AsNagios are two forms of output.",
                "Give one of them.");
        }

        if (ExcludeCheck.FirstOrDefault(
            id => !ClusterChecks.All.Any(check => check.Id.Equals(id, StringComparison.OrdinalIgnoreCase))) is { } unknown)
        {
            IReadOnlyList<string> near = NearestNames.Of(unknown, ClusterChecks.All.Select(check => check.Id));
            throw new PgHaException(
                ErrorIds.CheckNotFound, PgHaErrorKind.NotFound, $"There is no check '{unknown}'.",
                near.Count > 0 ? $"Did you mean {string.Join(" or ", near)}?" : "Get-Help Test-PgCluster lists them.");
        }
    }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgCluster cluster, ICommandOutput output, CancellationToken cancellationToken)
    {
        ClusterObservation observation = await new ClusterObserver(Engine).ObserveAsync(cluster, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<ClusterFinding> findings = ClusterChecks.Run(observation, ExcludeCheck);
        if (AsNagios)
        {
            await WriteAsync(NagiosReport.Of(cluster, findings), output).ConfigureAwait(false);
        }
        else if (!Detailed)
        {
            output.Write(findings.All(finding => finding.Severity == FindingSeverity.Information));
        }
        else
        {
            foreach (ClusterFinding finding in findings)
                output.Write(finding);
        }
    }

    private protected override Task WriteLostAsync(MemberAnswer lost, ICommandOutput output)
    {
        if (AsNagios)
            return WriteAsync(NagiosReport.Unknown($"{lost.Failure!.Message} {lost.Failure.Advice}".TrimEnd()), output);
        return base.WriteLostAsync(lost, output);
    }

    // The exit code is that of the worst cluster. CRITICAL counts as worse than UNKNOWN, because it is certain.
    private async Task WriteAsync(NagiosReport report, ICommandOutput output)
    {
        output.Write(report.Line);
        _exitCode = (_exitCode, report.ExitCode) switch
        {
            (2, _) or (_, 2) => 2,
            var (before, now) => Math.Max(before, now),
        };
        await AskPipelineAsync(() =>
        {
            SessionState.PSVariable.Set("global:LASTEXITCODE", _exitCode);
            return true;
        }).ConfigureAwait(false);
    }
}
