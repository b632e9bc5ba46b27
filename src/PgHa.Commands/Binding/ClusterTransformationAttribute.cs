using System.Globalization;
using System.Management.Automation;

namespace PgHa.Commands;

/// <summary>Lets a cluster be given as <c>Get-PgCluster</c> emitted it, and as what JSON or CliXml has left of it.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class ClusterTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        inputData is object[] several ? several.Select(Read).ToArray() : Read(inputData);

    // What is no cluster is left to the binder, which goes on to the parameter that takes it.
    internal static object Read(object input)
    {
        if (PipedSubject.KindOf(input) != typeof(PgCluster) || ReceivedObjectConverter.BagOf(input) is not { } bag)
            return input;
        try
        {
            return new ReceivedObjectConverter().ConvertFrom(bag, typeof(PgCluster), CultureInfo.InvariantCulture, ignoreCase: true);
        }
        catch (PSInvalidCastException e)
        {
            // Not a failed cast: the binder would go on, and say in the end that nothing takes the object.
            throw new ArgumentTransformationMetadataException(
                $"{e.Message} JSON keeps a cluster whole with ConvertTo-Json -Depth 10.", new FormatException(e.Message, e));
        }
    }
}
