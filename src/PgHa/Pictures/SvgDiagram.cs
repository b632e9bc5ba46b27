using System.Globalization;
using System.Text;

namespace PgHa;

/// <summary>Draws a cluster as an SVG image that needs nothing else: no font, no style sheet, no script.</summary>
/// <remarks>It is light or dark as its reader's system is.</remarks>
internal static class SvgDiagram
{
    private const double Margin = 16;
    private const double Padding = 12;
    private const double LineHeight = 18;
    private const double NameSize = 15;
    private const double TextSize = 12;
    private const double EdgeSize = 11;
    private const double RowGap = 14;
    private const double TitleSize = 18;
    private const double StepRight = 24;

    /// <summary>The colours, for an image file and for a page that contains the image.</summary>
    public const string Style = """
        .pg-box{fill:#fff;stroke:#8c959f;stroke-width:1.5}.pg-good{stroke:#1a7f37}.pg-warning{stroke:#bf8700;stroke-width:2.5}
        .pg-bad{stroke:#cf222e;stroke-width:2.5}
        .pg-name{font-weight:600;fill:#1f2328}.pg-text{fill:#59636e}.pg-edge{fill:none;stroke:#8c959f;stroke-width:1.5}
        .pg-archive{stroke-dasharray:5 4}
        .pg-arrow{fill:#8c959f}.pg-primary{fill:#ddf4ff}
        @media(prefers-color-scheme:dark){.pg-box{fill:#161b22;stroke:#6e7681}.pg-good{stroke:#3fb950}.pg-warning{stroke:#d29922}
        .pg-bad{stroke:#f85149}
        .pg-name{fill:#e6edf3}.pg-text{fill:#9198a1}.pg-edge{stroke:#6e7681}.pg-arrow{fill:#6e7681}.pg-primary{fill:#0c2d4d}}
        """;

    /// <summary>The image as a file of its own.</summary>
    public static string Of(ClusterPicture picture) => Image(picture, isFile: true);

    /// <summary>The image for a page that has <see cref="Style"/> and a title of its own.</summary>
    public static string Inline(ClusterPicture picture) => Image(picture, isFile: false);

    /// <summary>The image for a narrow page: the nodes below each other, each a step to the right of its source.</summary>
    public static string Narrow(ClusterPicture picture)
    {
        (PictureNode Node, int Depth, double Y, double SourceMiddle)[] rows = [.. Rows(picture)];
        double boxWidth = rows.Select(row => BoxWidth(row.Node)).DefaultIfEmpty(0).Max();
        double width = rows.Select(row => row.Depth * StepRight).DefaultIfEmpty(0).Max() + boxWidth + 2;
        double height = rows.Select(row => row.Y + BoxHeight(row.Node)).DefaultIfEmpty(0).Max() + 2;
        StringBuilder svg = new();
        Open(svg, picture, width, height);
        foreach ((PictureNode node, int depth, double y, double sourceMiddle) in rows.Where(row => row.Depth > 0))
        {
            double x = 1 + (depth * StepRight);
            Path(
                svg, node,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"M{x - (StepRight / 2):0.#} {sourceMiddle:0.#}V{y + (BoxHeight(node) / 2):0.#}H{x - 7:0.#}"),
                x, y + (BoxHeight(node) / 2));
        }

        foreach ((PictureNode node, int depth, double y, _) in rows)
            Box(svg, new PlacedPicture(node, depth, y, BoxHeight(node), []), 1 + (depth * StepRight), y, boxWidth);
        return svg.AppendLine("</svg>").ToString();
    }

    private static IEnumerable<(PictureNode Node, int Depth, double Y, double SourceMiddle)> Rows(ClusterPicture picture)
    {
        double y = 1;
        Stack<(PictureNode Node, int Depth, double SourceMiddle)> rest = new(picture.Roots.Reverse().Select(root => (root, 0, 0.0)));
        while (rest.TryPop(out (PictureNode Node, int Depth, double SourceMiddle) next))
        {
            yield return (next.Node, next.Depth, y, next.SourceMiddle);
            double bottom = y + BoxHeight(next.Node);
            foreach (PictureNode child in next.Node.Children.Reverse())
                rest.Push((child, next.Depth + 1, bottom));
            y = bottom + RowGap;
        }
    }

    private static string Image(ClusterPicture picture, bool isFile)
    {
        PictureNode[] nodes = [.. picture.Nodes];
        double boxWidth = nodes.Select(BoxWidth).DefaultIfEmpty(0).Max();
        double edgeWidth = nodes.Select(node => TextWidth.Of(PictureLabels.OfEdge(node), EdgeSize)).DefaultIfEmpty(0).Max() + 48;
        double top = isFile ? Margin + TitleSize + 14 : Margin;
        PlacedPicture[] placed = [.. TidyTree.Of(picture.Roots, BoxHeight, RowGap).SelectMany(root => root.WithDescendants)];
        double width = Math.Max(
            (2 * Margin) + placed.Select(one => (one.Depth * (boxWidth + edgeWidth)) + boxWidth).DefaultIfEmpty(0).Max(),
            isFile ? (2 * Margin) + TextWidth.Of(picture.Title, TitleSize, isBold: true) : 0);
        double height = top + Margin + placed.Select(one => one.Y + one.Height).DefaultIfEmpty(0).Max();

        StringBuilder svg = new();
        Open(svg, picture, width, height);
        if (isFile)
        {
            svg.AppendLine($"<style>{Style}.pg-page{{fill:#fff}}@media(prefers-color-scheme:dark){{.pg-page{{fill:#0d1117}}}}</style>");
            svg.AppendLine("""<rect class="pg-page" width="100%" height="100%"/>""");
            Text(svg, "pg-name", Margin, Margin + TitleSize, TitleSize, picture.Title);
        }

        foreach (PlacedPicture one in placed)
        {
            double x = Margin + (one.Depth * (boxWidth + edgeWidth));
            foreach (PlacedPicture child in one.Children)
                Edge(svg, x + boxWidth, top + one.Middle, x + boxWidth + edgeWidth, top + child.Middle, child.Node);
        }

        foreach (PlacedPicture one in placed)
            Box(svg, one, Margin + (one.Depth * (boxWidth + edgeWidth)), top + one.Y, boxWidth);
        return svg.AppendLine("</svg>").ToString();
    }

    private static void Box(StringBuilder svg, PlacedPicture placed, double x, double y, double width)
    {
        string classes = $"pg-box{(placed.Node.Tone == Tone.Plain ? "" : $" pg-{placed.Node.Tone.ToString().ToLowerInvariant()}")}"
            + $"{(placed.Node.Role == "primary" ? " pg-primary" : "")}";
        svg.Append(
            CultureInfo.InvariantCulture,
            $"""<rect class="{classes}" x="{x:0.#}" y="{y:0.#}" width="{width:0.#}" height="{placed.Height:0.#}" rx="8"/>""")
            .AppendLine();
        IReadOnlyList<string> lines = PictureLabels.Of(placed.Node);
        for (int i = 0; i < lines.Count; i++)
        {
            bool isName = i == 0;
            Text(
                svg, isName ? "pg-name" : "pg-text", x + Padding, y + Padding + (LineHeight * i) + (LineHeight * 0.7),
                isName ? NameSize : TextSize, lines[i]);
        }
    }

    // The line leaves the parent, turns a little to its right, and then runs straight to the child; the label is above that last part.
    private static void Edge(StringBuilder svg, double fromX, double fromY, double toX, double toY, PictureNode child)
    {
        double trunk = fromX + 18;
        Path(
            svg, child, string.Create(CultureInfo.InvariantCulture, $"M{fromX:0.#} {fromY:0.#}H{trunk:0.#}V{toY:0.#}H{toX - 7:0.#}"),
            toX, toY);
        if (PictureLabels.OfEdge(child) is { Length: > 0 } label)
            Text(svg, "pg-text", trunk + 8, toY - 5, EdgeSize, label);
    }

    private static void Path(StringBuilder svg, PictureNode child, string path, double toX, double toY)
    {
        svg.AppendLine($"""<path class="pg-edge{(child.IsArchiveFed ? " pg-archive" : "")}" d="{path}"/>""");
        svg.AppendLine(CultureInfo.InvariantCulture, $"""<path class="pg-arrow" d="M{toX:0.#} {toY:0.#}l-8 -4v8z"/>""");
    }

    private static void Open(StringBuilder svg, ClusterPicture picture, double width, double height)
    {
        string title = Escape(picture.Title);
        svg.AppendLine(
            CultureInfo.InvariantCulture,
            $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:0.#} {height:0.#}" width="{width:0.#}" height="{height:0.#}" """
                + $"""role="img" aria-label="{title}" font-family="system-ui,-apple-system,'Segoe UI',sans-serif">""");
        svg.AppendLine($"<title>{title}</title>");
    }

    private static void Text(StringBuilder svg, string style, double x, double y, double size, string text) =>
        svg.Append(
            CultureInfo.InvariantCulture,
            $"""<text class="{style}" x="{x:0.#}" y="{y:0.#}" font-size="{size:0.#}">{Escape(text)}</text>""")
            .AppendLine();

    private static double BoxWidth(PictureNode node) =>
        PictureLabels.Of(node).Select((line, i) => TextWidth.Of(line, i == 0 ? NameSize : TextSize, i == 0)).Max() + (2 * Padding);

    private static double BoxHeight(PictureNode node) => (PictureLabels.Of(node).Count * LineHeight) + (2 * Padding) - 4;

    private static string Escape(string text) => Markup.Escape(text);
}
