using System.Collections;
using System.Management.Automation;

namespace PgHa.Commands;

/// <summary>Takes a machine as itself, as text, or as one that went through JSON or CliXml.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class PgMachineTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        try
        {
            object? data = Unwrapped(inputData);
            return data is IEnumerable list and not (string or IDictionary)
                ? list.Cast<object?>().Select(Read).ToArray()
                : Read(inputData);
        }
        catch (FormatException e)
        {
            throw new ArgumentTransformationMetadataException(e.Message, e);
        }
    }

    /// <summary>The machine that a value stands for.</summary>
    internal static PgMachine Read(object? input) => Unwrapped(input) switch
    {
        PgMachine machine => machine,
        IDictionary table when table[nameof(PgMachine.Address)] is { } address => Read(address),
        PSCustomObject when input is PSObject bag && bag.Properties[nameof(PgMachine.Address)]?.Value is { } address => Read(address),
        { } text => PgMachine.Parse(LanguagePrimitives.ConvertTo<string>(text)),
        null => PgMachine.Parse(""),
    };

    private static object? Unwrapped(object? input) => input is PSObject wrapped ? wrapped.BaseObject : input;
}
