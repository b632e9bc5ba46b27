using System.Globalization;
using System.Management.Automation;

namespace PgHa.Commands;

/// <summary>Takes a cluster as <c>Get-PgCluster</c> emits it, also after a round trip through JSON or CliXml.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class ClusterTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        inputData is object[] several ? several.Select(Read).ToArray() : Read(inputData);

    // Any other object is returned unchanged, so that the binder tries the next parameter.
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
            // Not a failed cast: after that the binder would try the other parameters and report that none takes the object.
            throw new ArgumentTransformationMetadataException(
                $"{e.Message} JSON keeps a cluster whole with ConvertTo-Json -Depth 10.", new FormatException(e.Message, e));
        }
    }
}
