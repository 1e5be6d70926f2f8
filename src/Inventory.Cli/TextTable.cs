using System.Text;

namespace Inventory.Cli;

/// <summary>Rows in columns, each as wide as its widest cell: nothing is cut off, so that ids can be copied and other programs can read the lines.</summary>
/// <param name="columns">Titles, and whether the cells under one are numbers that stand to the right.</param>
internal sealed class TextTable(params (string Title, bool Right)[] columns)
{
    private const string Gap = "  ";
    private readonly List<string[]> _rows = [];

    /// <summary>Rows so far, without the titles.</summary>
    public int Count => _rows.Count;

    /// <summary>Adds a row with a cell for each column.</summary>
    public void Row(params string[] cells) => _rows.Add([.. cells.Select(Plain)]);

    /// <summary>Writes titles and rows, one a line; only the titles if there is no row.</summary>
    public void Write(TextWriter writer)
    {
        string[] titles = [.. columns.Select(column => column.Title)];
        int[] widths = [.. columns.Select((_, i) => _rows.Append(titles).Max(row => row[i].Length))];
        if (titles.Any(title => title.Length > 0))
        {
            writer.WriteLine(Line(titles, widths));
        }

        foreach (var row in _rows)
        {
            writer.WriteLine(Line(row, widths));
        }
    }

    // Text that came from outside must not steer a terminal.
    private static string Plain(string cell) => cell.Any(char.IsControl) ? string.Concat(cell.Select(each => char.IsControl(each) ? '?' : each)) : cell;

    private string Line(string[] cells, int[] widths)
    {
        var line = new StringBuilder();
        for (var i = 0; i < cells.Length; i++)
        {
            line.Append(i == 0 ? "" : Gap).Append(columns[i].Right ? cells[i].PadLeft(widths[i]) : cells[i].PadRight(widths[i]));
        }

        return line.ToString().TrimEnd();
    }
}
