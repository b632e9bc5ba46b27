using System.Collections;
using System.Management.Automation;

namespace PgHa.Commands;

/// <summary>
/// Takes a standby by its name, as an instance, as a member of a cluster, or as a row of a status, where its name is the application name.
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
        PgClusterMember member => member.Name,
        var other => other,
    };

    private static object Unwrapped(object input) => input is PSObject wrapped ? wrapped.BaseObject : input;
}
