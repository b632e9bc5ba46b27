using System.Globalization;

namespace PgHa;

/// <summary>How a lag was spread over the samples of a measurement.</summary>
/// <param name="Minimum">The least.</param>
/// <param name="Median">Half of the samples had no more.</param>
/// <param name="Percentile95">Nineteen of twenty samples had no more.</param>
/// <param name="Maximum">The most.</param>
/// <remarks>
/// Between two samples it is interpolated, as
/// <see href="https://www.postgresql.org/docs/current/functions-aggregate.html#FUNCTIONS-ORDEREDSET-TABLE">percentile_cont</see>
/// does.
/// </remarks>
public sealed record LagDistribution(double Minimum, double Median, double Percentile95, double Maximum)
{
    /// <summary>The distribution of some values; <see langword="null"/> if there are none.</summary>
    public static LagDistribution? Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0
            ? null
            : new LagDistribution(sorted[0], Percentile(sorted, 0.5), Percentile(sorted, 0.95), sorted[^1]);
    }

    /// <summary><c>0/12/80/96</c>: the least, the median, the 95th percentile and the most.</summary>
    public override string ToString() =>
        string.Join(
            '/',
            new[] { Minimum, Median, Percentile95, Maximum }.Select(value => value.ToString("0.##", CultureInfo.InvariantCulture)));

    private static double Percentile(double[] sorted, double fraction)
    {
        double place = fraction * (sorted.Length - 1);
        int below = (int)place;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((sorted[above] - sorted[below]) * (place - below));
    }
}
