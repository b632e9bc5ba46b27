using System.Collections;
using System.Management.Automation;

namespace PgHa.Commands;

/// <summary>Takes a rule as a line of <c>pg_hba.conf</c>, as itself, or as <c>Get-PgHbaRule</c> emits it.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class HbaRuleTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        try
        {
            object data = Unwrapped(inputData);
            return data is IEnumerable list and not string
                ? list.Cast<object>().Select(Read).ToArray()
                : new[] { Read(inputData) };
        }
        catch (MalformedTextException e)
        {
            throw new ArgumentTransformationMetadataException(e.Message, e);
        }
    }

    private static HbaRule Read(object input) => Unwrapped(input) switch
    {
        HbaRule rule => rule,
        PgHbaRule line => line.Rule,
        // A rule of either type after a round trip through JSON.
        PSCustomObject when input is PSObject bag =>
            SerializedDefinition.RuleOf(ObjectDefinition.Of(bag.Properties[nameof(PgHbaRule.Rule)]?.Value ?? bag)),
        { } text => HbaRule.Parse(LanguagePrimitives.ConvertTo<string>(text)),
    };

    private static object Unwrapped(object input) => input is PSObject wrapped ? wrapped.BaseObject : input;
}
