using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using Inventory.LoadTests.Measuring;
using Inventory.LoadTests.Reporting;

namespace Inventory.LoadTests.Tests.Reporting;

public sealed class ReportTests
{
    private static readonly XNamespace s_html = "http://www.w3.org/1999/xhtml";
    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void The_text_says_everything_in_a_table_and_a_few_lines()
    {
        const string expected = """
            Sample <of> "load" & more
            Some Processor, 2 cores, 23.5 GB; Linux 6.1; .NET 10.0.0
            commit 0123456789abcdef0123456789abcdef01234567

            scenario  run                   rate  to empty call      p50      p99    p99.9  longest  other than granted
            spread    200 callers  1,000 calls/s          0.50×  4.00 ms  8.00 ms  8.00 ms  8.00 ms  300 sold out
            spread    batches      5,000 lines/s          2.50×  4.00 ms  8.00 ms  8.00 ms  8.00 ms  150 sold out

            spread: Spread & wide
              until ready: 2.35 s
              search: 900/s is the highest rate with p99 within 10.0 ms
              right: Units held are units granted (expected 3,000, found 3,000)
              right: Not too many (expected 0 to 9,000, found 3,000)

            The books balance.

            """;
        Assert.Equal(expected.ReplaceLineEndings("\n"), ReportText.Write(Sample.Report()));
    }

    [Fact]
    public void Books_that_do_not_balance_are_said_loudly_everywhere()
    {
        var report = Sample.Report(balances: false);

        Assert.False(report.BooksBalance);
        Assert.Contains("WRONG: Units held are units granted (expected 3,000, found 3,001)", ReportText.Write(report), StringComparison.Ordinal);
        Assert.Contains("THE BOOKS DO NOT BALANCE", ReportText.Write(report), StringComparison.Ordinal);
        Assert.Contains("The books do not balance: 1 of 2 checks failed.", Page(report).Root!.Value, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(ReportJson.Write(report));
        Assert.False(json.RootElement.GetProperty("booksBalance").GetBoolean());
    }

    [Fact]
    public void A_scenario_that_came_to_no_end_is_said_everywhere()
    {
        var report = Sample.Report();
        report = report with { Sections = [report.Sections[0] with { Problem = "The disk is full." }] };

        Assert.False(report.IsWhole);
        Assert.Contains("FAILED: The disk is full.", ReportText.Write(report), StringComparison.Ordinal);
        Assert.Contains("The disk is full.", Page(report).Root!.Value, StringComparison.Ordinal);
        Assert.DoesNotContain("The books balance: ", Page(report).Root!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void The_json_carries_every_figure()
    {
        using var json = JsonDocument.Parse(ReportJson.Write(Sample.Report()));
        var root = json.RootElement;

        Assert.Equal("Some Processor", root.GetProperty("machine").GetProperty("processor").GetString());
        Assert.Equal("load-tests all --seconds 3", root.GetProperty("command").GetString());
        var section = root.GetProperty("sections")[0];
        var batches = section.GetProperty("runs")[1];
        Assert.Equal(5_000, batches.GetProperty("perSecond").GetDouble());
        Assert.Equal(2.5, batches.GetProperty("ratioToBaseline").GetDouble());
        Assert.Equal(150, batches.GetProperty("measured").GetProperty("soldOut").GetInt64());
        Assert.InRange(batches.GetProperty("latency").GetProperty("percentileMicros").GetProperty("99.9").GetInt64(), 8_000, 8_008);
        Assert.Equal(900, section.GetProperty("searches")[0].GetProperty("bestPerSecond").GetDouble());
        Assert.Equal(9_000, section.GetProperty("books")[1].GetProperty("most").GetInt64());
    }

    [Fact]
    public void The_page_is_well_formed_and_needs_nothing_from_elsewhere()
    {
        var page = Page(Sample.Report());

        var elements = page.Descendants().ToList();
        Assert.DoesNotContain(elements, element => element.Name.LocalName is "script" or "link" or "img" or "iframe");
        Assert.All(
            elements.Attributes().Where(attribute => attribute.Name.LocalName is "href" or "src"),
            attribute => Assert.StartsWith("#", attribute.Value, StringComparison.Ordinal));
        var style = Assert.Single(elements, element => element.Name.LocalName == "style").Value;
        Assert.DoesNotContain("url(", style, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", style, StringComparison.Ordinal);
        Assert.Contains("prefers-color-scheme: dark", style, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_shows_three_charts_and_every_run()
    {
        var page = Page(Sample.Report());

        Assert.Equal("Sample <of> \"load\" & more", page.Descendants(s_html + "h1").Single().Value);
        Assert.Equal(
            ["Latency by percentile", "Rate over time", "Percentile 99 by offered rate (hollow: not kept)"],
            page.Descendants(s_html + "figcaption").Select(caption => caption.Value));
        Assert.Equal([2, 2, 1], page.Descendants(s_html + "svg").Select(svg => svg.Descendants(s_html + "polyline").Count()));
        Assert.All(
            page.Descendants(s_html + "polyline").Attributes("points").SelectMany(points => points.Value.Split(' ', ',')),
            number => Assert.True(double.IsFinite(double.Parse(number, System.Globalization.CultureInfo.InvariantCulture))));
        var glance = page.Descendants(s_html + "table").First().Descendants(s_html + "tr").Select(row => row.Value).ToList();
        Assert.Equal(3, glance.Count);
        Assert.Contains("1,000 calls/s0.50×4.00 ms8.00 ms8.00 ms", glance[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_chart_can_be_a_picture_of_its_own_that_needs_nothing_from_elsewhere()
    {
        var directory = Directory.CreateTempSubdirectory("charts-");
        try
        {
            var names = await ChartFiles.WriteAsync(Sample.Report(), directory.FullName, "sample-");
            Assert.Equal(["sample-rates.svg", "sample-spread-latency.svg", "sample-spread-rate.svg", "sample-spread-p99.svg"], names);
            foreach (var name in names)
            {
                var text = await File.ReadAllTextAsync(Path.Combine(directory.FullName, name));
                var svg = XDocument.Parse(text).Root!;
                Assert.Equal(s_svg + "svg", svg.Name);
                Assert.InRange(text.Length, 1_000, 60_000);
                Assert.DoesNotContain("http", text.Replace(s_svg.NamespaceName, "", StringComparison.Ordinal), StringComparison.Ordinal);
                Assert.Contains(svg.Descendants(s_svg + "text"), each => each.Value.Contains("200 callers", StringComparison.Ordinal)
                    || each.Value.Contains("search", StringComparison.Ordinal) || each.Value.Contains("Percentile 99", StringComparison.Ordinal));
            }

            var bars = XDocument.Load(Path.Combine(directory.FullName, names[0])).Descendants(s_svg + "text").Select(text => text.Value).ToList();
            Assert.Equal(["Sample <of> \"load\" & more", "spread: 200 callers", "1,000 calls/s", "spread: batches", "5,000 lines/s"], bars);
            Assert.Empty(await ChartFiles.WriteAsync(Sample.Report() with { Sections = [] }, directory.FullName));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_long_run_is_drawn_as_means_of_some_seconds()
    {
        var report = Sample.Report();
        var run = new RunResult
        {
            WindowSeconds = 530,
            Measured = new OutcomeCounts(),
            Total = new OutcomeCounts(),
            AnsweredPerSecond = [.. Enumerable.Range(0, 530).Select(second => second % 2 == 0 ? 0L : 200L)],
            Latency = new Histogram(),
            Errors = new Dictionary<string, long>(),
        };
        var page = Page(report with { Sections = [report.Sections[0] with { Runs = [new ReportRun("long", run)], Searches = [] }] });

        var tips = page.Descendants(s_html + "circle").Select(circle => circle.Value).ToList();
        Assert.Equal(89, tips.Count);
        Assert.Equal("long: 6 seconds to 6: 100/s", tips[0]);
        Assert.Equal("long: 6 seconds to 530: 100/s", tips[^1]);
    }

    [Fact]
    public void A_report_without_any_run_is_a_page_too()
    {
        var page = Page(Sample.Report() with { Sections = [], Baseline = null });

        Assert.Empty(page.Descendants(s_html + "svg"));
        Assert.Contains("No books were checked.", page.Root!.Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(182_345, "182,000")]
    [InlineData(1_234_567, "1,235,000")]
    [InlineData(41_416, "41,420")]
    [InlineData(812.4, "812")]
    [InlineData(12.34, "12.3")]
    [InlineData(0.254, "0.25")]
    [InlineData(0, "0")]
    public void Numbers_show_the_digits_that_matter(double value, string expected) => Assert.Equal(expected, Format.Number(value));

    [Theory]
    [InlineData(740, "740 us")]
    [InlineData(1_240, "1.24 ms")]
    [InlineData(184_400, "184 ms")]
    [InlineData(12_340_000, "12.3 s")]
    public void Durations_have_their_unit(double micros, string expected) => Assert.Equal(expected, Format.Micros(micros));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(97)]
    [InlineData(4_321)]
    [InlineData(1e9)]
    public void A_linear_axis_holds_its_maximum_and_has_a_few_round_ticks(double max)
    {
        var axis = Axis.Linear(max, Format.Number);

        Assert.InRange(axis.Ticks.Count, 4, 7);
        Assert.Equal(0, axis.Place(0));
        Assert.InRange(axis.Place(max), 0, 1);
        Assert.True(axis.Ticks[^1].Value >= max * 0.999);
    }

    [Fact]
    public void A_logarithmic_axis_holds_all_values_even_when_they_are_the_same()
    {
        Assert.Equal([100d, 1_000d], Axis.Log(100, 100, Format.Number).Ticks.Select(tick => Math.Round(tick.Value)));
        Assert.Equal([100d, 1_000d, 10_000d], Axis.Log(150, 9_000, Format.Number).Ticks.Select(tick => Math.Round(tick.Value)));
    }

    private static XDocument Page(Report report)
    {
        using var reader = XmlReader.Create(new StringReader(ReportHtml.Write(report)), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader);
    }
}
