using System.Globalization;
using System.Text;

namespace PgHa;

/// <summary>Writes the report as an HTML page. The page is light or dark as its reader's system is, and fits a phone.</summary>
internal static class HtmlReport
{
    private const string Style = """
        :root{color-scheme:light dark;--page:#f6f8fa;--card:#fff;--line:#d1d9e0;--text:#1f2328;--soft:#59636e;--good:#1a7f37;
        --warning:#9a6700;--bad:#cf222e}
        @media(prefers-color-scheme:dark){:root{--page:#0d1117;--card:#161b22;--line:#3d444d;--text:#e6edf3;--soft:#9198a1;--good:#3fb950;
        --warning:#d29922;--bad:#f85149}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--page);color:var(--text);font:15px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif}
        main{max-width:1100px;margin:0 auto;padding:24px 16px 48px}h1{margin:0;font-size:26px;overflow-wrap:anywhere}
        h2{margin:0 0 12px;font-size:17px}p{margin:0}
        header p,.soft,.legend span{color:var(--soft)}
        section{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:16px;margin-top:16px}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(140px,1fr));gap:12px;margin-top:16px}
        .tiles div{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:10px 14px}
        .tiles b{display:block;font-size:20px;overflow-wrap:anywhere}.tiles span{color:var(--soft);font-size:13px}.good{color:var(--good)}
        .warning{color:var(--warning)}.bad{color:var(--bad)}
        .wide{overflow-x:auto}.wide svg{display:block;max-width:none}table{border-collapse:collapse;width:100%}
        th{text-align:left;font-weight:600;color:var(--soft);font-size:13px}
        th,td{padding:6px 14px 6px 0;border-bottom:1px solid var(--line);vertical-align:top}tr:last-child td{border-bottom:0}
        td.number{text-align:right;white-space:nowrap}th.number{text-align:right}
        code{font:13px ui-monospace,Consolas,monospace;overflow-wrap:anywhere}ul{margin:0;padding:0;list-style:none}
        .findings li{padding:8px 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}.findings li:last-child{border:0}
        .plot{display:block;width:100%;height:auto}.phone{display:none}.plot text{fill:var(--soft);font-size:10.5px}
        .grid{stroke:var(--line);stroke-width:1}.legend{display:flex;flex-wrap:wrap;gap:4px 18px;margin-top:10px}
        @media(max-width:640px){.desk{display:none}.phone{display:block}main{padding:16px 12px 32px}section{padding:12px}
        .plot text{font-size:20px}thead{display:none}tr{display:block;padding:8px 0;border-bottom:1px solid var(--line)}
        tr:last-child{border:0}
        td,td.number{display:flex;justify-content:space-between;gap:16px;border:0;padding:2px 0;text-align:right;white-space:normal;
        overflow-wrap:anywhere}td::before{content:attr(data-name);color:var(--soft);text-align:left;flex:none}td:empty{display:none}}
        """;

    /// <summary>The page.</summary>
    public static string Of(ClusterReport report)
    {
        PgCluster cluster = report.Cluster;
        ClusterPicture picture = ClusterPicture.Of(cluster);
        StringBuilder page = new();
        page.AppendLine("<!DOCTYPE html>").AppendLine("<html lang=\"en\">").AppendLine("<head>").AppendLine("<meta charset=\"utf-8\">")
            .AppendLine("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
            .AppendLine($"<title>{Markup.Escape(cluster.Name)}: cluster report</title>")
            .AppendLine($"<style>{Style}{SvgDiagram.Style}{LagPlot.Style}</style>").AppendLine("</head>").AppendLine("<body><main>")
            .AppendLine(
                CultureInfo.InvariantCulture,
                $"<header><h1>{Markup.Escape(cluster.Name)}</h1><p>{cluster.ObservedAt:yyyy-MM-dd HH:mm:ss zzz}"
                    + $"{(cluster.SystemIdentifier is { } id ? $", system {id}" : "")}</p></header>");
        Tiles(page, report);
        Findings(page, report.Findings);
        Section(
            page, "Topology",
            $"<div class=\"wide desk\">{SvgDiagram.Inline(picture)}</div><div class=\"wide phone\">{SvgDiagram.Narrow(picture)}</div>");
        Status(page, cluster);
        Section(
            page, "Lag over the sampled time",
            report.Lag.Count == 0 ? "<p class=\"soft\">No standby streamed while it was sampled.</p>" : LagPlot.Of(report.Lag));
        Differences(page, report.Differences);
        return page.AppendLine("</main></body>").AppendLine("</html>").ToString();
    }

    private static void Tiles(StringBuilder page, ClusterReport report)
    {
        PgCluster cluster = report.Cluster;
        int critical = report.Findings.Count(finding => finding.Severity == FindingSeverity.Critical);
        int unknown = report.Findings.Count(finding => finding.Severity == FindingSeverity.Unknown);
        int warnings = report.Findings.Count(finding => finding.Severity == FindingSeverity.Warning);
        long? lag = cluster.Members.Select(member => member.LagBytes).Max();
        page.AppendLine("<div class=\"tiles\">");
        Tile(
            page, cluster.Primary?.Name ?? (cluster.Undecided.Any() ? "unknown" : "none"), "primary", cluster.Primary is null ? "bad" : "");
        int silent = cluster.Members.Count(member => member is { Status: null, State: MemberState.Down or MemberState.Unknown });
        Tile(page, $"{cluster.Members.Count - silent} of {cluster.Members.Count}", "members answer", "");
        Tile(page, cluster.Primary?.Timeline?.ToString() ?? "?", "timeline", "");
        Tile(page, lag is { } bytes ? ByteSize.Format(bytes) : "?", "largest lag", "");
        string worst = critical > 0 ? $"{critical} critical"
            : unknown > 0 ? $"{unknown} unknown"
            : warnings > 0 ? $"{Plural.Count(warnings, "warning")}"
            : "none";
        Tile(page, worst, "findings", critical > 0 ? "bad" : unknown + warnings > 0 ? "warning" : "good");
        page.AppendLine("</div>");
    }

    private static void Tile(StringBuilder page, string value, string what, string style) =>
        page.AppendLine($"<div><b class=\"{style}\">{Markup.Escape(value)}</b><span>{what}</span></div>");

    private static void Findings(StringBuilder page, IReadOnlyList<ClusterFinding> findings)
    {
        if (findings.Count == 0)
            return;
        StringBuilder list = new("<ul class=\"findings\">");
        foreach (ClusterFinding finding in findings)
        {
            string style = finding.Severity switch
            {
                FindingSeverity.Critical => "bad",
                FindingSeverity.Warning or FindingSeverity.Unknown => "warning",
                _ => "soft",
            };
            list.AppendLine(
                $"<li><b class=\"{style}\">{finding.Severity}</b> {Markup.Escape(finding.Evidence)}"
                    + $"{(finding.Advice is null ? "" : $"<br><span class=\"soft\">{Markup.Escape(finding.Advice)}</span>")}</li>");
        }

        Section(page, "Findings", list.Append("</ul>").ToString());
    }

    private static void Status(StringBuilder page, PgCluster cluster) => Section(page, "Status", Table(
        ["Name", "Role", "Address", "State", "WAL from", "Slot", "Timeline", "Position", "Lag"],
        cluster.Members.Select(member => (Picture: MemberPicture.Of(member), Member: member)).Select(one => new[]
        {
            $"<b>{Markup.Escape(one.Member.Name)}</b>",
            Markup.Escape(one.Picture.Role),
            Markup.Escape(one.Picture.Address),
            $"<span class=\"{ToneStyle(one.Picture.Tone)}\">{Markup.Escape(one.Picture.State)}</span>",
            Markup.Escape(SourceOf(one.Member, cluster)),
            Markup.Escape(one.Picture.Slot),
            Markup.Escape(one.Picture.Timeline),
            one.Member.CurrentLsn is { } position ? $"<code>{position}</code>" : "",
            Markup.Escape(one.Picture.Lag),
        }),
        numbers: ["Lag"]));

    private static string SourceOf(PgClusterMember member, PgCluster cluster) =>
        MemberPicture.SourceOf(member, cluster) is not { } source ? ""
            : member.Upstream is null && member.Kind == NodeKind.ArchiveFed ? $"archive of {source}"
            : source;

    private static void Differences(StringBuilder page, IReadOnlyList<SettingDifference> differences)
    {
        string[] servers = [.. differences.SelectMany(difference => difference.Values.Keys).Distinct()];
        Section(page, "Settings that differ", differences.Count == 0
            ? "<p class=\"soft\">None, but for those that are each server's own.</p>"
            : $"""<div class="wide">{Table(
                ["Setting", .. servers],
                differences.Select(difference => (string[])
                [
                    $"<b>{Markup.Escape(difference.Name)}</b>",
                    .. servers.Select(server => difference.Values.TryGetValue(server, out string? value)
                        ? $"<code>{Markup.Escape(value.Length == 0 ? "''" : value)}</code>"
                        : ""),
                ]),
                numbers: [])}</div>""");
    }

    // On a phone each row is a card, in which a value stands beside its column's name.
    private static string Table(string[] columns, IEnumerable<string[]> rows, string[] numbers)
    {
        string Class(string column) => numbers.Contains(column) ? " class=\"number\"" : "";
        StringBuilder table = new("<table><thead><tr>");
        foreach (string column in columns)
            table.Append($"<th{Class(column)}>{Markup.Escape(column)}</th>");
        table.AppendLine("</tr></thead><tbody>");
        foreach (string[] row in rows)
        {
            table.AppendLine(
                $"<tr>{string.Concat(row.Select((cell, i) =>
                    $"<td{Class(columns[i])} data-name=\"{Markup.Escape(columns[i])}\">{cell}</td>"))}</tr>");
        }

        return table.Append("</tbody></table>").ToString();
    }

    private static string ToneStyle(Tone tone) => tone == Tone.Plain ? "" : tone.ToString().ToLowerInvariant();

    private static void Section(StringBuilder page, string title, string content) =>
        page.AppendLine($"<section><h2>{title}</h2>{content}</section>");
}
