using System.Management.Automation;

namespace PgHa.Commands;

/// <summary>Lets a value be spelt as PostgreSQL spells it, <c>remote_apply</c>, as well as <c>RemoteApply</c>.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class SettingValueTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        inputData is string text ? text.Replace("_", "", StringComparison.Ordinal) : inputData;
}
