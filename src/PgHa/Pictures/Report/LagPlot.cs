using System.Globalization;
using System.Text;

namespace PgHa;

/// <summary>Draws lag over time as an SVG image for the report's page: a line for each standby.</summary>
internal static class LagPlot
{
    private const double Width = 720;
    private const double Height = 260;
    private const double Left = 84;
    private const double Bottom = 34;
    private const double Top = 12;
    private const double Right = 16;
    private const int Colors = 8;
    private const int Steps = 4;

    /// <summary>The colours of the lines, light and dark.</summary>
    public static string Style { get; } = string.Concat(
        Palette(["#0969da", "#bc4c00", "#1a7f37", "#8250df", "#bf3989", "#9a6700", "#116329", "#57606a"]),
        "@media(prefers-color-scheme:dark){",
        Palette(["#58a6ff", "#f0883e", "#3fb950", "#bc8cff", "#f778ba", "#d29922", "#7ee787", "#8b949e"]),
        "}");

    /// <summary>The plot, and the names of its lines.</summary>
    public static string Of(IReadOnlyList<LagSeries> series)
    {
        double seconds = Math.Max(0.1, series.SelectMany(one => one.Points).Max(point => point.Key.TotalSeconds));
        long bytes = RoundUp(series.SelectMany(one => one.Points).Max(point => point.Value));
        double X(TimeSpan at) => Left + (at.TotalSeconds / seconds * (Width - Left - Right));
        double Y(double lag) => Height - Bottom - (lag / bytes * (Height - Bottom - Top));

        StringBuilder svg = new();
        svg.AppendLine(
            CultureInfo.InvariantCulture, $"""<svg class="plot" viewBox="0 0 {Width} {Height}" role="img" aria-label="Lag over time">""");
        for (int i = 0; i <= Steps; i++)
        {
            double y = Y((double)bytes * i / Steps);
            svg.AppendLine(
                CultureInfo.InvariantCulture,
                $"""<path class="grid" d="M{Left:0.#} {y:0.#}H{Width - Right:0.#}"/>"""
                    + $"""<text x="{Left - 8:0.#}" y="{y + 4:0.#}" text-anchor="end">{ByteSize.Format(bytes * i / Steps)}</text>""");
            double at = seconds * i / Steps;
            svg.AppendLine(
                CultureInfo.InvariantCulture,
                $"""<text x="{X(TimeSpan.FromSeconds(at)):0.#}" y="{Height - 10:0.#}" """
                    + $"""text-anchor="{(i == 0 ? "start" : i == Steps ? "end" : "middle")}">{at:0.#} s</text>""");
        }

        for (int i = 0; i < series.Count; i++)
        {
            string points = string.Join(
                ' ',
                series[i].Points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{X(point.Key):0.#},{Y(point.Value):0.#}")));
            svg.AppendLine(
                $"""<polyline class="s{i % Colors}" points="{points}"><title>{Markup.Escape(series[i].Standby)}</title></polyline>""");
            if (series[i].Points is [{ } only])
            {
                svg.AppendLine(
                    CultureInfo.InvariantCulture,
                    $"""<circle class="s{i % Colors}" cx="{X(only.Key):0.#}" cy="{Y(only.Value):0.#}" r="3"/>""");
            }
        }

        svg.AppendLine("</svg>").AppendLine("""<ul class="legend">""");
        for (int i = 0; i < series.Count; i++)
        {
            svg.AppendLine(
                $"""<li><svg width="14" height="10" aria-hidden="true"><path class="s{i % Colors}" d="M0 5H14"/></svg> """
                    + $"""{Markup.Escape(series[i].Standby)} """
                    + $"""<span>at most {ByteSize.Format(series[i].Points.Max(point => point.Value))}</span></li>""");
        }

        return svg.AppendLine("</ul>").ToString();
    }

    // The grid's lines are then at round numbers. The result is never zero, because Y divides by it.
    private static long RoundUp(long bytes)
    {
        long top = 1024;
        while (top < bytes)
            top *= 2;
        return top;
    }

    private static string Palette(string[] colors) =>
        string.Concat(colors.Select((color, i) => $".s{i}{{stroke:{color};stroke-width:2;fill:none;stroke-linejoin:round}}"));
}
