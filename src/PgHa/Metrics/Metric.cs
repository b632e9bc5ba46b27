namespace PgHa;

/// <summary>A metric and its values.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Help">What it is, in one line.</param>
/// <param name="Samples">The values.</param>
/// <param name="IsCounter">Whether it only grows; otherwise it is a gauge.</param>
internal sealed record Metric(string Name, string Help, IReadOnlyList<MetricSample> Samples, bool IsCounter = false);

/// <summary>A value and its labels.</summary>
/// <param name="Value">The value.</param>
/// <param name="Labels">Names and values of the labels, in their order.</param>
internal sealed record MetricSample(double Value, IReadOnlyList<(string Name, string Value)> Labels);
