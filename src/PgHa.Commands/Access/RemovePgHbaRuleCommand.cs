using System.Management.Automation;
using PgHa.Engine.Access;

namespace PgHa.Commands;

/// <summary>Takes rules out of <c>pg_hba.conf</c>.</summary>
[Cmdlet(VerbsCommon.Remove, "PgHbaRule", SupportsShouldProcess = true)]
public sealed class RemovePgHbaRuleCommand : PgInstanceCommand, IManagedChange
{
    /// <summary>The rules, as lines or as <c>Get-PgHbaRule</c> emits them.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [HbaRuleTransformation]
    [ValidateNotNullOrEmpty]
    public HbaRule[] Rule { get; set; } = [];

    /// <summary>Make the change although Patroni, repmgr or another manager is in charge of the server: PgHa only warns.</summary>
    [Parameter]
    public SwitchParameter EvenIfManaged { get; set; }

    ManagedOperation? IManagedChange.Operation => ManagedOperation.Hba;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        var rules = new HbaRules(Engine);
        IReadOnlyList<PgHbaRule> present = await rules.GetAsync(instance, cancellationToken).ConfigureAwait(false);
        if (Rule.FirstOrDefault(rule => !present.Any(line => line.Rule == rule)) is { } missing)
        {
            throw new PgHaException(
                ErrorIds.HbaRuleNotFound, PgHaErrorKind.NotFound, $"The pg_hba.conf of {instance} has no rule '{missing}'.",
                "See which it has with Get-PgHbaRule.", instance.ToString());
        }

        await rules.RemoveAsync(
            instance, Rule, plan => ShouldProcessAsync(instance, "Remove HBA rules", plan), cancellationToken).ConfigureAwait(false);
    }
}
