using System.Globalization;
using System.Net;
using System.Text;

namespace Inventory.Cli.WhatIf;

/// <summary>Draws results side by side: one self-contained SVG file, a panel of bars for each figure and a line for the months.</summary>
internal static class WhatIfChart
{
    private const int Width = 960;
    private const int PanelWidth = 460;
    private const int NameWidth = 120;
    private const int ValueWidth = 84;
    private const int BarHeight = 20;
    private const int Head = 64;
    private const int MonthsHeight = 260;
    private const string Font = "font-family=\"system-ui, sans-serif\" font-size=\"13\" fill=\"#222\"";

    // Okabe and Ito's colours: told apart by people who do not see red and green alike.
    private static readonly string[] s_colours = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#555555"];

    /// <summary>The drawing as text.</summary>
    public static string Draw(IReadOnlyList<WhatIfResult> results, string title)
    {
        var panels = WhatIfFigures.All.Where(figure => results.Any(result => figure.Value(result) is not null)).ToArray();
        var panelHeight = 40 + (results.Count * (BarHeight + 6));
        var rows = (panels.Length + 1) / 2;
        var monthsAt = Head + (rows * (panelHeight + 16));
        var height = monthsAt + MonthsHeight + 40;
        var svg = new StringBuilder();
        Add(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {height}\" width=\"{Width}\" height=\"{height}\" {Font}>");
        Add(svg, $"<title>{Safe(title)}</title><rect width=\"{Width}\" height=\"{height}\" fill=\"#fff\"/>");
        Text(svg, 16, 30, title, "font-size=\"18\" font-weight=\"600\"");
        Text(svg, 16, 50, $"{results[0].Orders:N0} orders, {results[0].UnitsWanted:N0} units", "fill=\"#555\"");
        for (var i = 0; i < panels.Length; i++)
        {
            Panel(svg, 16 + (i % 2 * (PanelWidth + 16)), Head + (i / 2 * (panelHeight + 16)), panels[i], results);
        }

        Months(svg, monthsAt, results);
        return svg.Append("</svg>\n").ToString();
    }

    private static void Panel(StringBuilder svg, int x, int y, WhatIfFigure figure, IReadOnlyList<WhatIfResult> results)
    {
        Text(svg, x, y + 20, figure.Name, "font-weight=\"600\"");
        var most = Math.Max(1e-9, results.Max(result => figure.Value(result) ?? 0));
        var room = PanelWidth - NameWidth - ValueWidth;
        for (var i = 0; i < results.Count; i++)
        {
            var top = y + 30 + (i * (BarHeight + 6));
            Text(svg, x + NameWidth - 8, top + 15, Short(results[i].Policy), "text-anchor=\"end\"");
            Add(svg, $"<rect x=\"{x + NameWidth}\" y=\"{top}\" width=\"{room}\" height=\"{BarHeight}\" fill=\"#f1f1f1\"/>");
            if (figure.Value(results[i]) is not { } value)
            {
                Text(svg, x + NameWidth + 6, top + 15, "not known", "fill=\"#777\"");
                continue;
            }

            Add(svg, $"<rect x=\"{x + NameWidth}\" y=\"{top}\" width=\"{room * value / most:0.0}\" height=\"{BarHeight}\" fill=\"{Colour(i)}\"/>");
            Text(svg, x + NameWidth + room + 6, top + 15, figure.Format(value), "");
        }
    }

    private static void Months(StringBuilder svg, int y, IReadOnlyList<WhatIfResult> results)
    {
        Text(svg, 16, y + 20, "units not delivered, share by month", "font-weight=\"600\"");
        var months = results[0].Months.Keys.ToArray();
        var (left, top, width, height) = (56, y + 56, Width - 90, MonthsHeight - 90);
        var most = Math.Max(0.01, results.Max(result => result.Months.Values.Max(Share)));
        var steps = 4;
        for (var i = 0; i <= steps; i++)
        {
            var at = top + height - (height * i / steps);
            Add(svg, $"<line x1=\"{left}\" x2=\"{left + width}\" y1=\"{at}\" y2=\"{at}\" stroke=\"#ddd\"/>");
            Text(svg, left - 6, at + 4, (most * i / steps).ToString("P0", CultureInfo.InvariantCulture), "text-anchor=\"end\" font-size=\"11\" fill=\"#555\"");
        }

        double X(int month) => left + (months.Length == 1 ? width / 2.0 : width * (month / (months.Length - 1.0)));
        for (var i = 0; i < months.Length; i++)
        {
            Text(svg, X(i), top + height + 16, $"{months[i] / 12}-{(months[i] % 12) + 1:00}", "text-anchor=\"middle\" font-size=\"11\" fill=\"#555\"");
        }

        for (var i = 0; i < results.Count; i++)
        {
            var points = results[i].Months.Values.Select((month, at) => (X: X(at), Y: top + height - (height * Share(month) / most))).ToArray();
            var line = string.Join(' ', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.X:0.0},{point.Y:0.0}")));
            Add(svg, $"<polyline points=\"{line}\" fill=\"none\" stroke=\"{Colour(i)}\" stroke-width=\"2\"/>");
            foreach (var (x, at) in points)
            {
                Add(svg, $"<circle cx=\"{x:0.0}\" cy=\"{at:0.0}\" r=\"3\" fill=\"{Colour(i)}\"/>");
            }

            Add(svg, $"<rect x=\"{16 + (i * 130)}\" y=\"{y + 30}\" width=\"12\" height=\"12\" fill=\"{Colour(i)}\"/>");
            Text(svg, 34 + (i * 130), y + 41, Short(results[i].Policy), "font-size=\"12\"");
        }
    }

    private static double Share((long Wanted, long Served) month) => month.Wanted == 0 ? 0 : 1 - (month.Served / (double)month.Wanted);

    private static string Colour(int index) => s_colours[index % s_colours.Length];

    private static string Short(string name) => name.Length <= 16 ? name : name[..15] + "…";

    private static void Text(StringBuilder svg, double x, double y, string text, string style) =>
        Add(svg, $"<text x=\"{x:0.0}\" y=\"{y:0.0}\" {style}>{Safe(text)}</text>");

    private static string Safe(string text) => WebUtility.HtmlEncode(text);

    private static void Add(StringBuilder svg, FormattableString line) => svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
