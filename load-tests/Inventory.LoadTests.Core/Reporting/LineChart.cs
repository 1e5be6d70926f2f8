using System.Globalization;
using System.Text;
using static Inventory.LoadTests.Reporting.Markup;

namespace Inventory.LoadTests.Reporting;

/// <summary>One line of a chart.</summary>
/// <param name="Name">For the legend.</param>
/// <param name="Points">From left to right.</param>
/// <param name="Dots">Whether each point gets a dot, hollow where <paramref name="Hollow"/> says so.</param>
/// <param name="Hollow">By index of the point; null for none.</param>
internal sealed record ChartLine(string Name, IReadOnlyList<(double X, double Y, string Tip)> Points, bool Dots = false, Func<int, bool>? Hollow = null);

/// <summary>Draws lines as SVG that needs nothing else: colours come from classes, so that light and dark can differ.</summary>
internal sealed class LineChart
{
    /// <summary>Lines that can be told apart; further ones repeat the colours.</summary>
    public const int Colours = 8;

    private const int Width = 560;
    private const int Height = 300;
    private const int Left = 74;
    private const int Right = 28;
    private const int Top = 12;
    private const int Bottom = 46;

    public required string Title { get; init; }

    public required string XText { get; init; }

    public required string YText { get; init; }

    public required Axis X { get; init; }

    public required Axis Y { get; init; }

    public required IReadOnlyList<ChartLine> Lines { get; init; }

    /// <summary>A dashed level with its text, a bound for instance.</summary>
    public (double Y, string Text)? Level { get; init; }

    /// <summary>A figure element with title, legend and drawing.</summary>
    public string Draw()
    {
        var html = new StringBuilder();
        html.Put($"<figure><figcaption>{Escape(Title)}</figcaption>");
        if (Lines.Count > 1)
        {
            html.Append("<ul class=\"legend\">");
            for (var i = 0; i < Lines.Count; i++)
            {
                html.Put($"<li><i class=\"c{i % Colours}\"></i>{Escape(Lines[i].Name)}</li>");
            }

            html.Append("</ul>");
        }

        html.Put($"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Escape(Title)}\">");
        DrawAxes(html);
        for (var i = 0; i < Lines.Count; i++)
        {
            DrawLine(html, Lines[i], i % Colours, tips: true);
        }

        return html.Append("</svg></figure>").ToString();
    }

    /// <summary>A drawing that stands alone as a file, with its title and legend in it.</summary>
    /// <param name="of">What it is of, written before the title.</param>
    public string DrawAlone(string of)
    {
        const int titleHeight = 52;
        const int rowHeight = 18;
        var legend = Lines.Count > 1 ? Lines.Count : 0;
        var top = titleHeight + (legend * rowHeight);
        var svg = new StringBuilder(SvgFile.Begin(Width, top + Height, of, Title));
        for (var i = 0; i < legend; i++)
        {
            var y = titleHeight + (i * rowHeight);
            svg.Put($"<rect class=\"dot c{i % Colours}\" x=\"{Left}\" y=\"{y}\" width=\"12\" height=\"12\" rx=\"3\"/>");
            svg.Put($"<text x=\"{Left + 19}\" y=\"{y + 10}\">{Escape(Lines[i].Name)}</text>");
        }

        svg.Put($"<g transform=\"translate(0 {top})\">");
        DrawAxes(svg);
        for (var i = 0; i < Lines.Count; i++)
        {
            DrawLine(svg, Lines[i], i % Colours, tips: false);
        }

        return svg.Append("</g></svg>\n").ToString();
    }

    private void DrawAxes(StringBuilder svg)
    {
        foreach (var (value, text) in Y.Ticks)
        {
            var y = YOf(value);
            svg.Put($"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{y:0.#}\" y2=\"{y:0.#}\"/>");
            svg.Put($"<text class=\"tick\" x=\"{Left - 8}\" y=\"{y + 4:0.#}\" text-anchor=\"end\">{Escape(text)}</text>");
        }

        foreach (var (value, text) in X.Ticks)
        {
            var x = XOf(value);
            svg.Put($"<line class=\"mark\" x1=\"{x:0.#}\" x2=\"{x:0.#}\" y1=\"{Height - Bottom}\" y2=\"{Height - Bottom + 4}\"/>");
            svg.Put($"<text class=\"tick\" x=\"{x:0.#}\" y=\"{Height - Bottom + 17}\" text-anchor=\"middle\">{Escape(text)}</text>");
        }

        svg.Put($"<line class=\"axis\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Height - Bottom}\" y2=\"{Height - Bottom}\"/>");
        svg.Put($"<text class=\"name\" x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 8}\" text-anchor=\"middle\">{Escape(XText)}</text>");
        var middle = (Top + Height - Bottom) / 2;
        svg.Put($"<text class=\"name\" transform=\"rotate(-90 12 {middle})\" x=\"12\" y=\"{middle}\" text-anchor=\"middle\">{Escape(YText)}</text>");
        if (Level is { } level)
        {
            var y = YOf(level.Y);
            svg.Put($"<line class=\"level\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{y:0.#}\" y2=\"{y:0.#}\"/>");
            svg.Put($"<text class=\"tick\" x=\"{Left + 6}\" y=\"{y - 5:0.#}\">{Escape(level.Text)}</text>");
        }
    }

    private void DrawLine(StringBuilder svg, ChartLine line, int colour, bool tips)
    {
        var points = string.Join(' ', line.Points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{XOf(point.X):0.#},{YOf(point.Y):0.#}")));
        svg.Put($"<polyline class=\"line c{colour}\" points=\"{points}\"/>");
        for (var i = 0; i < line.Points.Count && (tips || line.Dots); i++)
        {
            var (x, y, tip) = line.Points[i];
            var look = !line.Dots ? "touch" : line.Hollow?.Invoke(i) == true ? $"hollow c{colour}" : $"dot c{colour}";
            svg.Put($"<circle class=\"{look}\" cx=\"{XOf(x):0.#}\" cy=\"{YOf(y):0.#}\" r=\"{(line.Dots ? 4 : 7)}\">");
            svg.Put($"<title>{Escape(line.Name)}: {Escape(tip)}</title></circle>");
        }
    }

    private double XOf(double value) => Left + (X.Place(value) * (Width - Left - Right));

    private double YOf(double value) => Height - Bottom - (Y.Place(value) * (Height - Top - Bottom));
}
