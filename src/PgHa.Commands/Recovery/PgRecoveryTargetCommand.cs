using System.Management.Automation;

namespace PgHa.Commands;

/// <summary>A cmdlet that recovers a server to a target: has the parameters of the target and of the action there.</summary>
public abstract class PgRecoveryTargetCommand : PgCommand
{
    /// <summary>The time to recover to.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Time")]
    public DateTimeOffset TargetTime { get; set; }

    /// <summary>The position to recover to.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Lsn")]
    public Lsn TargetLsn { get; set; }

    /// <summary>The restore point to recover to.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Name")]
    [ValidateNotNullOrEmpty]
    public string TargetName { get; set; } = "";

    /// <summary>The transaction to recover to, by its id.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Transaction")]
    public uint TargetTransaction { get; set; }

    /// <summary>Recovers to the end of the backup.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Immediate")]
    public SwitchParameter Immediate { get; set; }

    /// <summary>Stops just before the target.</summary>
    [Parameter(ParameterSetName = "Time")]
    [Parameter(ParameterSetName = "Lsn")]
    [Parameter(ParameterSetName = "Transaction")]
    public SwitchParameter Exclusive { get; set; }

    /// <summary>The timeline to recover to.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(TargetTimelineCompleter))]
    [ValidatePattern("^(latest|current|[1-9][0-9]{0,9})$")]
    public string TargetTimeline { get; set; } = "latest";

    /// <summary>What becomes of the server when it is at its target.</summary>
    [Parameter]
    public RecoveryTargetAction TargetAction { get; set; } = RecoveryTargetAction.Promote;

    /// <summary>Where recovery ends.</summary>
    private protected RecoveryTarget Target() => Exclusive ? Named().Excluding() : Named();

    private RecoveryTarget Named() => ParameterSetName switch
    {
        "Time" => RecoveryTarget.At(TargetTime),
        "Lsn" => RecoveryTarget.At(TargetLsn),
        "Name" => RecoveryTarget.AtRestorePoint(TargetName),
        "Transaction" => RecoveryTarget.AtTransaction(TargetTransaction),
        "Immediate" => RecoveryTarget.Immediate,
        _ => RecoveryTarget.EndOfWal,
    };
}
