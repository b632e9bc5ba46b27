using System.Management.Automation;
using PgHa.Engine.Access;

namespace PgHa.Commands;

/// <summary>Shows whom servers let in.</summary>
[Cmdlet(VerbsCommon.Get, "PgHbaRule")]
[OutputType(typeof(PgHbaRule))]
public sealed class GetPgHbaRuleCommand : PgFleetCommand
{
    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        foreach (PgHbaRule rule in await new HbaRules(Engine).GetAsync(instance, cancellationToken).ConfigureAwait(false))
            output.Write(rule);
    }
}
