using System.Globalization;
using System.Text;
using Inventory.LoadTests.Measuring;
using static Inventory.LoadTests.Reporting.Markup;

namespace Inventory.LoadTests.Reporting;

/// <summary>The report for people: one page that needs no other file, light or dark as the reader's machine is. It is XML too, so tools can read it.</summary>
public static class ReportHtml
{
    /// <summary>The whole page.</summary>
    public static string Write(Report report)
    {
        var html = new StringBuilder();
        html.Put($"""
            <!DOCTYPE html>
            <html xmlns="http://www.w3.org/1999/xhtml" lang="en">
            <head><meta charset="utf-8"/><meta name="viewport" content="width=device-width, initial-scale=1"/>
            <title>{Escape(report.Title)}</title><style>{ReportStyle.Css}</style></head>
            <body><main>
            <header><h1>{Escape(report.Title)}</h1>
            <p class="verdict {(report.BooksBalance && report.IsWhole ? "good" : "bad")}">{Verdict(report)}</p>
            <p class="facts">{Escape(report.Machine.ToString())}<br/>
            commit {Escape(Short(report.Commit))} · {report.Began.UtcDateTime:yyyy-MM-dd HH:mm} UTC</p></header>

            """);
        Summary(html, report);
        foreach (var section in report.Sections)
        {
            Section(html, section, report.Baseline);
        }

        html.Append("<section><h2>How it was made</h2><dl class=\"settings\">");
        foreach (var (name, value) in report.Settings.Prepend(new("command", report.Command)))
        {
            html.Put($"<dt>{Escape(name)}</dt><dd>{Escape(value)}</dd>");
        }

        return html.Append("</dl></section></main></body></html>\n").ToString();
    }

    private static string Verdict(Report report)
    {
        var checks = report.Sections.Sum(section => section.Books.Count);
        var wrong = report.Sections.Sum(section => section.Books.Count(check => !check.Holds));
        return wrong > 0
            ? $"The books do not balance: {wrong} of {checks} checks failed."
            : !report.IsWhole ? $"Not every scenario came to its end; {checks} checks of the books held."
            : checks == 0 ? "No books were checked." : $"The books balance: {checks} of {checks} checks held.";
    }

    private static void Summary(StringBuilder html, Report report)
    {
        if (report.Sections.Sum(section => section.Runs.Count) == 0)
        {
            return;
        }

        html.Append("<section><h2>At a glance</h2>");
        var most = report.Sections.SelectMany(section => section.Runs).Max(run => run.PerSecond);
        html.Append("<div class=\"scroll\"><table><thead><tr><th>scenario</th><th>run</th><th class=\"n\">rate</th><th></th>");
        html.Append(report.Baseline is null ? "" : $"<th class=\"n\">to {Escape(report.Baseline.Name)}</th>");
        html.Append("<th class=\"n\">p50</th><th class=\"n\">p99</th><th class=\"n\">p99.9</th><th>books</th></tr></thead><tbody>");
        foreach (var section in report.Sections.Where(section => section.Runs.Count > 0))
        {
            foreach (var run in section.Runs)
            {
                SummaryRow(html, section, run, report.Baseline, most);
            }
        }

        html.Append("</tbody></table></div></section>");
    }

    private static void SummaryRow(StringBuilder html, ReportSection section, ReportRun run, Baseline? baseline, double most)
    {
        var first = ReferenceEquals(run, section.Runs[0]);
        var name = first ? $"<a href=\"#{Escape(section.Name)}\">{Escape(section.Name)}</a>" : "";
        var books = !first || section.Books.Count == 0 ? "" : section.Books.All(check => check.Holds) ? "right" : "<b class=\"bad\">WRONG</b>";
        var share = most > 0 ? run.PerSecond / most * 100 : 0;
        html.Put($"<tr><td>{name}</td><td>{Escape(run.Name)}</td><td class=\"n\">{Format.Number(run.PerSecond)} {Escape(run.Unit)}/s</td>");
        html.Put($"<td class=\"bar\"><i style=\"width:{share:0.#}%\"></i></td>");
        html.Append(baseline is null ? "" : $"<td class=\"n\">{Format.Ratio(run.PerSecond / baseline.PerSecond)}</td>");
        foreach (var percentile in (ReadOnlySpan<double>)[50, 99, 99.9])
        {
            html.Put($"<td class=\"n\">{Format.Micros(run.Result.Latency.Percentile(percentile))}</td>");
        }

        html.Put($"<td>{books}</td></tr>");
    }

    private static void Section(StringBuilder html, ReportSection section, Baseline? baseline)
    {
        html.Put($"<section id=\"{Escape(section.Name)}\"><h2>{Escape(section.Title)}</h2><p>{Escape(section.Says)}</p>");
        html.Append(section.Problem is null ? "" : $"<p class=\"bad\">It came to no end: {Escape(section.Problem)}</p>");
        var tiles = Tiles(section, baseline).ToList();
        if (tiles.Count > 0)
        {
            html.Append("<div class=\"tiles\">");
            tiles.ForEach(tile => html.Put($"<div><b>{Escape(tile.Value)}</b><span>{Escape(tile.Name)}</span></div>"));
            html.Append("</div>");
        }

        var charts = Charts.Of(section).Select(each => each.Chart.Draw()).ToList();
        if (charts.Count > 0)
        {
            html.Append("<div class=\"charts\">").AppendJoin('\n', charts).Append("</div>");
        }

        Outcomes(html, section);
        if (section.Books.Count > 0)
        {
            html.Append("<ul class=\"books\">");
            foreach (var check in section.Books)
            {
                html.Put($"<li class=\"{(check.Holds ? "good" : "bad")}\">{Escape(check.Says)}: ");
                html.Put($"expected {check.Expected}, found {Format.Count(check.Found)}</li>");
            }

            html.Append("</ul>");
        }

        html.Append("</section>\n");
    }

    private static IEnumerable<(string Name, string Value)> Tiles(ReportSection section, Baseline? baseline)
    {
        foreach (var figure in section.Figures)
        {
            yield return (figure.Name, $"{Format.Number(figure.Value)} {figure.Unit}".TrimEnd());
        }

        foreach (var search in section.Searches)
        {
            var whose = section.Searches.Count > 1 ? search.Name + ": " : "";
            yield return ($"{whose}highest rate with p99 within {Format.Micros(search.P99Micros)}", Format.Number(search.Result.BestPerSecond) + "/s");
        }

        if (section.Runs.Count == 1)
        {
            var run = section.Runs[0];
            yield return ($"{run.Unit} per second", Format.Number(run.PerSecond));
            if (baseline is not null)
            {
                yield return ("of the rate of the " + baseline.Name, Format.Ratio(run.PerSecond / baseline.PerSecond));
            }

            yield return ("half within", Format.Micros(run.Result.Latency.Percentile(50)));
            yield return ("99 % within", Format.Micros(run.Result.Latency.Percentile(99)));
        }
    }

    private static void Outcomes(StringBuilder html, ReportSection section)
    {
        if (section.Runs.Count == 0)
        {
            return;
        }

        html.Append("<details><summary>Outcomes and percentiles</summary><div class=\"scroll\"><table><thead>");
        html.Append("<tr><th>run</th><th class=\"n\">granted</th><th>other</th>");
        html.Append(string.Concat(ReportJson.Percentiles.Select(each => string.Create(CultureInfo.InvariantCulture, $"<th class=\"n\">p{each}</th>"))));
        html.Append("</tr></thead><tbody>");
        foreach (var run in section.Runs)
        {
            html.Put($"<tr><td>{Escape(run.Name)}</td><td class=\"n\">{Format.Count(run.Result.Measured[Outcome.Granted])}</td>");
            html.Put($"<td>{Escape(ReportText.Others(run.Result))}</td>");
            html.Append(string.Concat(ReportJson.Percentiles.Select(each => $"<td class=\"n\">{Format.Micros(run.Result.Latency.Percentile(each))}</td>")));
            html.Append("</tr>");
        }

        html.Append("</tbody></table></div>");
        foreach (var (run, error) in section.Runs.SelectMany(run => run.Result.Errors.Select(error => (run, error))))
        {
            html.Put($"<p class=\"bad\">{Escape(run.Name)}: {Format.Count(error.Value)} times {Escape(error.Key)}</p>");
        }

        html.Append("</details>");
    }

    private static string Short(string commit) => commit.Length > 12 ? commit[..12] : commit;
}
