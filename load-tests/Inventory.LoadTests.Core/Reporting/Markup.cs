using System.Globalization;
using System.Net;
using System.Text;

namespace Inventory.LoadTests.Reporting;

/// <summary>Writes text whose numbers look the same on every machine.</summary>
internal static class Markup
{
    public static StringBuilder Put(this StringBuilder builder, FormattableString text) => builder.Append(text.ToString(CultureInfo.InvariantCulture));

    /// <summary>Text as it may stand between tags and in attributes.</summary>
    public static string Escape(string text) => WebUtility.HtmlEncode(text);
}
