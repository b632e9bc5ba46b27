using System.Management.Automation;

namespace PgHa.Commands;

/// <summary>Lets a value be spelt as PostgreSQL spells it, <c>remote_apply</c> or <c>scram-sha-256</c>, as well as <c>RemoteApply</c>.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class PostgreSqlSpellingAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        (inputData is PSObject { BaseObject: string wrapped } ? wrapped : inputData) is string text
            ? text.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal)
            : inputData;
}
