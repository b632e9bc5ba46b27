using System.Diagnostics;
using System.Globalization;
using System.Xml.Linq;
using static PgHa.Tests.Observed;

namespace PgHa.Tests.Pictures;

public sealed class PictureTests
{
    private static PgCluster Example() => Cluster(
        Primary("a", 1, Row("b", SyncState.Sync), Row("c")),
        Standby("b", 2, 1, Row("d")),
        Standby("c", 3, 1),
        Standby("d", 4, 2),
        Down("x <&\"> y", 5));

    [Fact]
    public void A_tree_has_each_standby_below_its_upstream_in_columns()
    {
        string[] lines = [.. ClusterTree.Of(ClusterPicture.Of(Example()), color: false)];

        Assert.Equal(Example().Name, lines[0]);
        Assert.StartsWith("a         primary  running", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("├─ b      standby  streaming, sync  0 bytes  TLI 1  127.0.0.1:2", lines[2], StringComparison.Ordinal);
        Assert.StartsWith("│  └─ d   standby  streaming", lines[3], StringComparison.Ordinal);
        Assert.StartsWith("└─ c      standby  streaming", lines[4], StringComparison.Ordinal);
        Assert.StartsWith("x <&\"> y  ?        down", lines[5], StringComparison.Ordinal);
        Assert.StartsWith("critical: x <&\"> y", lines[6], StringComparison.Ordinal);
        Assert.DoesNotContain('\e', string.Concat(lines));
    }

    [Fact]
    public void Colours_change_nothing_but_the_colours()
    {
        ClusterPicture picture = ClusterPicture.Of(Example());
        string colored = string.Join('\n', ClusterTree.Of(picture, color: true));

        Assert.Contains("\e[31mdown\e[0m", colored, StringComparison.Ordinal);
        Assert.Contains("\e[32mstreaming, sync\e[0m", colored, StringComparison.Ordinal);
        Assert.Equal(
            string.Join('\n', ClusterTree.Of(picture, color: false)),
            System.Text.RegularExpressions.Regex.Replace(colored, "\e\\[[0-9]+m", ""));
    }

    [Fact]
    public void The_picture_of_a_definition_says_what_should_be()
    {
        string tree = string.Join(
            '\n', ClusterTree.Of(ClusterPicture.Of(Clusters.DefinitionSample.Read(Clusters.DefinitionSample.Reference)), color: false));

        Assert.Equal("""
            reference
            node20        primary                    127.0.0.1:9420  archives
            ├╌ node21     cold standby               127.0.0.1:9421
            ├─ node22     cold standby               127.0.0.1:9422
            ├─ node23     standby                    127.0.0.1:9423  slot node_slot_23
            │  └─ node24  standby                    127.0.0.1:9424
            └─ node25     standby       synchronous  127.0.0.1:9425  as s1, archives always
            """, tree, ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void A_member_that_is_down_keeps_the_place_that_its_definition_gives_it()
    {
        ClusterDefinition definition = Clusters.DefinitionSample.Read(
            """{ "Name": "c", "Nodes": [ { "Name": "a", "Port": 1 }, """
            + """{ "Name": "b", "Port": 2, "Upstream": "a", "HotStandby": false } ] }""");
        PgCluster cluster = PgClusters.Of(
            [Primary("a", 1) with { Node = definition.Nodes[0] }, Down("b", 2) with { Node = definition.Nodes[1] }], Now, definition);

        Assert.StartsWith(
            "└─ b  cold standby  down", ClusterTree.Of(ClusterPicture.Of(cluster), color: false)[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Standbys_of_each_other_are_drawn_once_each()
    {
        ClusterPicture picture = new() { Title = "t", Roots = PictureForest.Of([(Node("a"), "b"), (Node("b"), "a"), (Node("c"), "c")]) };

        Assert.Equal(["a", "b", "c"], picture.Nodes.Select(node => node.Name));
    }

    [Fact]
    public void Mermaid_and_Graphviz_have_every_node_and_line_and_no_bare_special_characters()
    {
        ClusterPicture picture = ClusterPicture.Of(Example());
        string mermaid = MermaidDiagram.Of(picture);
        string graphviz = GraphvizDiagram.Of(picture);

        Assert.Equal(3, mermaid.Split(" --> ").Length - 1);
        Assert.Contains("n4[\"x #lt;#amp;#quot;#gt; y<br>", mermaid, StringComparison.Ordinal);
        Assert.Contains("\"a\" -> \"b\"", graphviz, StringComparison.Ordinal);
        Assert.Contains("\"x <&\\\"> y\" [label=", graphviz, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(49)]
    public void No_boxes_or_texts_of_fifty_nodes_overlap_and_they_are_drawn_in_a_moment(int fanOut)
    {
        PgCluster cluster = Fifty(fanOut);
        long started = Stopwatch.GetTimestamp();
        ClusterPicture picture = ClusterPicture.Of(cluster);
        string svg = SvgDiagram.Of(picture);
        new ClusterReport(cluster, [], [], []).ToHtml();
        ClusterTree.Of(picture, color: true);
        MermaidDiagram.Of(picture);
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(1));

        foreach (string image in new[] { svg, SvgDiagram.Narrow(picture) })
        {
            XElement root = XElement.Parse(image);
            Box[] boxes = [.. root.Elements().Where(one => one.Name.LocalName == "rect" && one.Attribute("x") is not null).Select(Box.Of)];
            Assert.Equal(50, boxes.Length);
            Assert.All(boxes, (box, index) => Assert.DoesNotContain(boxes.Take(index), other => box.Overlaps(other)));
            Box page = new(0, 0, Number(root, "width"), Number(root, "height"));
            Assert.All(boxes, box => Assert.True(page.Contains(box)));
            // Every text is in one box, or, beside a line, in none.
            Assert.All(root.Elements().Where(one => one.Name.LocalName == "text").Select(Box.OfText), text => Assert.True(
                !Array.Exists(boxes, box => box.Overlaps(text)) || boxes.Count(box => box.Contains(text)) == 1));
        }
    }

    [Fact]
    public void A_report_shows_what_is_known_and_runs_nothing()
    {
        LagSeries lag = new("b", [KeyValuePair.Create(TimeSpan.Zero, 0L), KeyValuePair.Create(TimeSpan.FromSeconds(2), 5_000_000L)]);
        SettingDifference difference = new("work_mem", new Dictionary<string, string> { ["a"] = "4MB", ["b"] = "<8MB>" });
        string page = new ClusterReport(
            Example(), [new ClusterFinding("X", FindingSeverity.Critical, "b", "b has < nothing", "Heal it.")], [lag], [difference])
            .ToHtml();

        Assert.Contains("<polyline class=\"s0\" points=\"84,226 704,", page, StringComparison.Ordinal);
        Assert.Contains("&lt;8MB&gt;", page, StringComparison.Ordinal);
        Assert.Contains("x &lt;&amp;&quot;&gt; y", page, StringComparison.Ordinal);
        Assert.Contains("1 critical", page, StringComparison.Ordinal);
        Assert.Contains("b has &lt; nothing", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("src=", page, StringComparison.Ordinal);
        Assert.DoesNotContain("href=", page, StringComparison.Ordinal);
        // Well-formed but for the tags that HTML has no end for.
        XElement.Parse(page.Replace("<!DOCTYPE html>", "", StringComparison.Ordinal)
            .Replace("<meta charset=\"utf-8\">", "", StringComparison.Ordinal)
            .Replace("initial-scale=1\">", "initial-scale=1\"/>", StringComparison.Ordinal)
            .Replace("<br>", "", StringComparison.Ordinal));
    }

    [Fact]
    public void Settings_that_have_to_differ_are_no_differences()
    {
        static PgSetting Setting(string server, string name, string value) =>
            new() { Server = new PgInstance { Name = server }, Name = name, Value = value, Source = "default" };

        SettingDifference difference = Assert.Single(SettingDifference.Of(
        [
            ("a", [Setting("a", "port", "1"), Setting("a", "work_mem", "4MB"), Setting("a", "fsync", "on")]),
            ("b", [Setting("b", "port", "2"), Setting("b", "work_mem", "8MB"), Setting("b", "fsync", "on")]),
        ]));
        Assert.Equal(("work_mem", "4MB", "8MB"), (difference.Name, difference.Values["a"], difference.Values["b"]));
    }

    [Fact]
    public void Samples_become_a_line_for_each_standby_that_streams()
    {
        ReplicationStatus first = Primary("a", 1, Row("b"), Row("c", state: "backup")).Status!;
        ReplicationStatus second =
            Primary("a", 1, Row("b") with { ReplayedLsn = new Lsn(0x3000000) }).Status! with { ObservedAt = Now.AddSeconds(1) };

        LagSeries line = Assert.Single(LagSeries.Of([[first, second]]));
        Assert.Equal([KeyValuePair.Create(TimeSpan.Zero, 0L), KeyValuePair.Create(TimeSpan.FromSeconds(1), 0x148L)], line.Points);
    }

    private static PictureNode Node(string name) => new() { Name = name, Role = "standby" };

    private static PgCluster Fifty(int fanOut) => Cluster(
    [
        Primary("node-with-a-long-name-0", 7000, [.. Rows(0, fanOut)]),
        .. Enumerable.Range(1, 49)
            .Select(i => Standby($"node-with-a-long-name-{i}", 7000 + i, 7000 + ((i - 1) / fanOut), [.. Rows(i, fanOut)])),
    ]);

    private static IEnumerable<StandbyStatus> Rows(int upstream, int fanOut) => Enumerable.Range((upstream * fanOut) + 1, fanOut)
        .Where(i => i < 50).Select(i => Row($"node-with-a-long-name-{i}") with { SlotName = $"slot_{i}" });

    private static double Number(XElement element, string attribute) =>
        double.Parse(element.Attribute(attribute)!.Value, CultureInfo.InvariantCulture);

    private readonly record struct Box(double X, double Y, double Width, double Height)
    {
        public static Box Of(XElement element) =>
            new(Number(element, "x"), Number(element, "y"), Number(element, "width"), Number(element, "height"));

        public static Box OfText(XElement element)
        {
            double size = Number(element, "font-size");
            return new(Number(element, "x"), Number(element, "y") - size, TextWidth.Of(element.Value, size), size);
        }

        public bool Overlaps(Box other) =>
            X < other.X + other.Width && other.X < X + Width && Y < other.Y + other.Height && other.Y < Y + Height;

        public bool Contains(Box other) =>
            X <= other.X && Y <= other.Y && other.X + other.Width <= X + Width + 0.2 && other.Y + other.Height <= Y + Height + 0.2;
    }
}
