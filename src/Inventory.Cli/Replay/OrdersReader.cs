using System.Globalization;

namespace Inventory.Cli.Replay;

/// <summary>Reads <c>orders.csv</c> and says what each line means for the stock.</summary>
internal sealed class OrdersReader(Problems problems, IReadOnlyDictionary<string, string> products)
{
    private static readonly string[] s_header =
        ["invoice", "line", "stock_code", "quantity", "invoice_time_utc_iso", "unit_price", "customer_id", "country", "is_product"];

    private readonly HashSet<(string Invoice, int Line)> _seen = [];
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    /// <summary>Lines of postage, fees and manual corrections.</summary>
    public int NotProductLines { get; private set; }

    /// <summary>Reads the whole file; lines come in the order of time, and within a minute in that of the file.</summary>
    public List<OrderLine> Read(string path)
    {
        var name = Path.GetFileName(path);
        var lines = new List<OrderLine>(600_000);
        foreach (var row in CsvFile.Read(path, s_header, problems))
        {
            if (Parse(row.Fields, out var line) is { } problem)
            {
                problems.Add(name, row.Line, problem);
            }
            else if (line is { } order)
            {
                lines.Add(order);
            }
        }

        return IsInOrder(lines) ? lines : [.. lines.OrderBy(line => line.TimeMs)];
    }

    /// <summary>Says what is wrong with the line, or nothing; a line that is not about stock gives no order line.</summary>
    private string? Parse(string[] fields, out OrderLine? order)
    {
        order = null;
        var (invoice, code) = (Same(fields[0]), fields[2]);
        if (ParseNumbers(fields, out var number, out var quantity, out var time, out var price) is { } problem)
        {
            return problem;
        }

        if (!_seen.Add((invoice, number)))
        {
            return $"invoice {invoice} has line {number} twice";
        }

        if (fields[8] == "0")
        {
            NotProductLines++;
            return null;
        }

        var sku = Same(code.ToUpperInvariant());
        if (!IsSku(sku))
        {
            return $"stock_code '{code}' must have 1 to 64 letters, digits or -_.:+#";
        }

        if (!products.ContainsKey(sku))
        {
            return $"stock_code '{code}' is not in the products file";
        }

        var kind = Classify(invoice, quantity, price);
        if (kind is null)
        {
            return $"invoice {invoice} is cancelled, so quantity '{fields[3]}' must be negative";
        }

        order = new OrderLine(invoice, number, sku, kind.Value, Math.Abs(quantity), time.ToUnixTimeMilliseconds(), Same(fields[6]));
        return null;
    }

    private static string? ParseNumbers(string[] fields, out int number, out int quantity, out DateTimeOffset time, out decimal price)
    {
        (quantity, time, price) = (0, default, 0);
        var culture = CultureInfo.InvariantCulture;
        if (!int.TryParse(fields[1], NumberStyles.None, culture, out number) || number < 1)
        {
            return $"line '{fields[1]}' must be a whole number from 1";
        }

        if (fields[0].Length is 0 or > 20 || fields[6].Length > 20)
        {
            return $"invoice '{fields[0]}' must have 1 to 20 characters, customer_id '{fields[6]}' at most 20";
        }

        if (!int.TryParse(fields[3], NumberStyles.AllowLeadingSign, culture, out quantity)
            || quantity is 0 or < -1_000_000_000 or > 1_000_000_000)
        {
            return $"quantity '{fields[3]}' must be a whole number other than 0, at most 1,000,000,000 either way";
        }

        if (!DateTimeOffset.TryParseExact(fields[4], "yyyy-MM-dd'T'HH:mm:ss'Z'", culture, DateTimeStyles.AssumeUniversal, out time))
        {
            return $"invoice_time_utc_iso '{fields[4]}' must look like 2010-12-01T08:26:00Z";
        }

        if (!decimal.TryParse(fields[5], NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, culture, out price))
        {
            return $"unit_price '{fields[5]}' must be a number such as 2.55";
        }

        return fields[8] is "0" or "1" ? null : $"is_product '{fields[8]}' must be 0 or 1";
    }

    /// <summary>
    /// Sale: a live invoice, units and a price. Return: a cancelled invoice (its number starts with C). Write-off: a live invoice
    /// with negative units. Found: units at no price. Null for a cancelled invoice with positive units, which means nothing.
    /// </summary>
    internal static LineKind? Classify(string invoice, int quantity, decimal price)
    {
        if (invoice.StartsWith('C'))
        {
            return quantity < 0 ? LineKind.Return : null;
        }

        if (quantity < 0)
        {
            return LineKind.WriteOff;
        }

        return price > 0 ? LineKind.Sale : LineKind.Found;
    }

    internal static bool IsSku(string sku) =>
        sku.Length is >= 1 and <= 64 && sku.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':' or '+' or '#');

    private static bool IsInOrder(List<OrderLine> lines)
    {
        for (var i = 1; i < lines.Count; i++)
        {
            if (lines[i].TimeMs < lines[i - 1].TimeMs)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>One string for equal texts: half a million lines share a few thousand names.</summary>
    private string Same(string text)
    {
        if (!_names.TryGetValue(text, out var known))
        {
            _names.Add(text, known = text);
        }

        return known;
    }
}
