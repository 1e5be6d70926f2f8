using System.Text;
using static Inventory.LoadTests.Reporting.Markup;

namespace Inventory.LoadTests.Reporting;

/// <summary>What every drawing begins with that is a file of its own, light or dark as the reader's machine is.</summary>
internal static class SvgFile
{
    private const int TitleLeft = 14;

    /// <summary>The opening tag, the style, and the title, with a line below it if there is one; the caller closes the tag.</summary>
    public static string Begin(int width, int height, string title, string? below = null)
    {
        var svg = new StringBuilder();
        svg.Put($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\">");
        svg.Put($"<title>{Escape(title)}</title><style>{ReportStyle.Svg}</style>");
        svg.Put($"<rect width=\"{width}\" height=\"{height}\" rx=\"8\" style=\"fill: var(--card)\"/>");
        svg.Put($"<text class=\"title\" x=\"{TitleLeft}\" y=\"22\">{Escape(title)}</text>");
        return below is null ? svg.ToString() : svg.Put($"<text x=\"{TitleLeft}\" y=\"40\">{Escape(below)}</text>").ToString();
    }
}
