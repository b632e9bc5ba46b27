using System.Globalization;
using System.Management.Automation;

namespace PgHa.Commands;

/// <summary>
/// Turns an age into the time that long ago: <c>(New-TimeSpan -Days 30)</c>, <c>30.00:00:00</c>. A date or time stays as it is.
/// </summary>
public sealed class PointInTimeTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        (inputData is PSObject { BaseObject: var value } ? value : inputData) switch
        {
            TimeSpan age => Ago(age),
            DateTimeOffset time => time,
            DateTime time => new DateTimeOffset(time),
            string text when text.Contains(':', StringComparison.Ordinal)
                && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan age) =>
                Ago(age),
            string text when text.AsSpan().ContainsAny("-/")
                && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out DateTimeOffset time) =>
                time,
            // A number could be days as well as ticks, and a wrong guess removes too much.
            var other => throw new ArgumentTransformationMetadataException($"'{other}' is neither an age nor a time. "
                + "Give a time span, such as 30.00:00:00 for 30 days, or a date."),
        };

    private static DateTimeOffset Ago(TimeSpan age) => age >= TimeSpan.Zero
        ? DateTimeOffset.Now - age
        : throw new ArgumentTransformationMetadataException($"'{age}' is no age: it is in the future.");
}
