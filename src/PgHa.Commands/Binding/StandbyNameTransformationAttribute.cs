using System.Collections;
using System.Management.Automation;

namespace PgHa.Commands;

/// <summary>
/// Takes a standby by its application name, as an instance (whose name is its application name), or as a row of a status.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class StandbyNameTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        Unwrapped(inputData) is IEnumerable and not string
            ? ((IEnumerable)Unwrapped(inputData)).Cast<object>().Select(NameOf).ToArray()
            : NameOf(inputData);

    private static object NameOf(object input) => Unwrapped(input) switch
    {
        PgInstance instance => instance.Name,
        StandbyStatus standby => standby.ApplicationName,
        var other => other,
    };

    private static object Unwrapped(object input) => input is PSObject wrapped ? wrapped.BaseObject : input;
}
