using System.Globalization;
using System.Text;

namespace PgHa;

/// <summary>Writes metrics in the text format of Prometheus.</summary>
/// <remarks>
/// See <see href="https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format">Text-based format</see>.
/// </remarks>
internal static class PrometheusText
{
    /// <summary>The text; a metric without values is left out. Lines end in a line feed on every system.</summary>
    public static string Of(IEnumerable<Metric> metrics)
    {
        StringBuilder text = new();
        foreach (Metric metric in metrics.Where(metric => metric.Samples.Count > 0))
        {
            text.Append($"# HELP {metric.Name} {Escape(metric.Help)}\n# TYPE {metric.Name} {(metric.IsCounter ? "counter" : "gauge")}\n");
            foreach (MetricSample sample in metric.Samples)
                text.Append($"{metric.Name}{Labels(sample)} {Number(sample.Value)}\n");
        }

        return text.ToString();
    }

    private static string Labels(MetricSample sample) => sample.Labels.Count == 0
        ? ""
        : $"{{{string.Join(",", sample.Labels.Select(label =>
            $"{label.Name}=\"{Escape(label.Value).Replace("\"", "\\\"", StringComparison.Ordinal)}\""))}}}";

    private static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\r", "", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };
}
