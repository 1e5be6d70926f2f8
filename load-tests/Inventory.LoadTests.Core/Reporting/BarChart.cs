using System.Text;
using static Inventory.LoadTests.Reporting.Markup;

namespace Inventory.LoadTests.Reporting;

/// <summary>Rates as bars below each other, each with its figure: what compares at a glance.</summary>
/// <param name="Name">Beside the bar.</param>
/// <param name="Value">Its length; 0 or more.</param>
/// <param name="Text">Behind the bar.</param>
/// <param name="Group">Bars of one group have one colour.</param>
internal sealed record Bar(string Name, double Value, string Text, int Group);

/// <summary>Draws bars as an SVG file of its own.</summary>
internal static class BarChart
{
    private const int Width = 760;
    private const int RowHeight = 22;
    private const int Thick = 13;
    private const int Top = 38;
    private const int Bottom = 10;
    private const int NamesWidth = 330;
    private const int TextWidth = 130;

    public static string Draw(string title, IReadOnlyList<Bar> bars)
    {
        var most = bars.Max(bar => bar.Value);
        var svg = new StringBuilder(SvgFile.Begin(Width, Top + (bars.Count * RowHeight) + Bottom, title));
        for (var i = 0; i < bars.Count; i++)
        {
            var y = Top + (i * RowHeight);
            var length = most > 0 ? bars[i].Value / most * (Width - NamesWidth - TextWidth) : 0;
            svg.Put($"<text x=\"{NamesWidth - 10}\" y=\"{y + 11}\" text-anchor=\"end\">{Escape(bars[i].Name)}</text>");
            svg.Put($"<rect class=\"dot c{bars[i].Group % LineChart.Colours}\" x=\"{NamesWidth}\" y=\"{y}\" width=\"{Math.Max(1, length):0.#}\" ");
            svg.Put($"height=\"{Thick}\" rx=\"2\"/>");
            svg.Put($"<text class=\"value\" x=\"{NamesWidth + Math.Max(1, length) + 8:0.#}\" y=\"{y + 11}\">{Escape(bars[i].Text)}</text>");
        }

        return svg.Append("</svg>\n").ToString();
    }
}
