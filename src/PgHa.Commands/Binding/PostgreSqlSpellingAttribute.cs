using System.Management.Automation;

namespace PgHa.Commands;

/// <summary>
/// Accepts PostgreSQL's spelling of a value, such as <c>remote_apply</c> or <c>scram-sha-256</c>, besides <c>RemoteApply</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class PostgreSqlSpellingAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        (inputData is PSObject { BaseObject: string wrapped } ? wrapped : inputData) is string text
            ? text.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal)
            : inputData;
}
