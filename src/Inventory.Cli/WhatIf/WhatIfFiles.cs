using System.Globalization;
using Google.Protobuf;
using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Routing;

namespace Inventory.Cli.WhatIf;

/// <summary>Reads orders and policies from files.</summary>
internal static class WhatIfFiles
{
    /// <summary>The columns of a file of orders.</summary>
    public const string Columns = "order, time (2010-12-01T08:26:00Z), kind (ship, collect-at, collect-near), sku, units and, as the kind needs it, "
        + "location or latitude and longitude; if you like, unit_value_minor, unit_grams, promise_by";

    private static readonly string[] s_columns = ["order", "time", "kind", "sku", "units"];

    /// <summary>Orders of a CSV file, or of a file with an order of the API as JSON in each line, if its name ends in .jsonl.</summary>
    public static List<WhatIfOrder> Orders(string path, bool skipBad, out int skipped)
    {
        skipped = 0;
        if (path.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase))
        {
            return InOrder(Recorded(path));
        }

        (var rows, skipped) = CsvTable.Read(path, s_columns, Row, skipBad);
        return InOrder(rows.GroupBy(row => row.Order).Select(order => new WhatIfOrder(
            order.Key, order.Min(row => row.TimeMs), [.. order.Select(row => row.Line)], order.Max(row => row.PromiseByMs))));
    }

    /// <summary>The order in which they came; orders of one moment by their ids.</summary>
    public static List<WhatIfOrder> InOrder(IEnumerable<WhatIfOrder> orders) =>
        [.. orders.OrderBy(order => order.TimeMs).ThenBy(order => order.Id, StringComparer.Ordinal)];

    /// <summary>An order of the API.</summary>
    public static WhatIfOrder Of(V1.Order order)
    {
        var placed = order.Notes.Count > 0 ? order.Notes[0].Time : order.UpdateTime;
        return new WhatIfOrder(order.Id, Ms(placed), [.. order.Content.Lines.Select(LineOf)], Ms(order.Content.PromiseByTime))
        {
            Recorded = [.. order.Parts.Select(part => new RecordedPart(
                LocationId.Parse(part.LocationId),
                part.Kind == V1.DeliveryKind.Ship,
                Ms(part.PromiseTime),
                part.Lines.Sum(line => line.RejectedUnits),
                [
                    .. part.Lines.Select(line => new LineUnits(line.Line, line.LeftUnits + line.CollectedUnits + line.ShippedUnits))
                        .Where(line => line.Units > 0),
                ]))],
        };
    }

    private static IEnumerable<WhatIfOrder> Recorded(string path)
    {
        if (!File.Exists(path))
        {
            throw new BadInputException($"{path}: there is no such file.");
        }

        var parser = new JsonParser(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));
        foreach (var (number, line) in File.ReadLines(path).Index().Where(line => line.Item.Length > 0))
        {
            V1.Order order;
            try
            {
                order = parser.Parse<V1.Order>(line);
            }
            catch (Exception e) when (e is InvalidProtocolBufferException or InvalidJsonException)
            {
                throw new BadInputException($"{path}: line {number + 1}: is no order: {e.Message}");
            }

            yield return order.Content is { Lines.Count: > 0 } ? Of(order) : throw new BadInputException($"{path}: line {number + 1}: the order has no lines.");
        }
    }

    private static OrderedLine LineOf(V1.OrderLine line) => new(
        Sku.Parse(line.Sku),
        line.Units,
        new Wish(
            (WishKind)line.Delivery.Kind,
            line.Delivery.LocationId.Length > 0 ? LocationId.Parse(line.Delivery.LocationId) : null,
            line.Delivery.Point is { } point ? new Position(point.Latitude, point.Longitude) : null),
        line.UnitValueMinor,
        line.UnitGrams,
        (line.Hazardous ? Handling.Hazardous : 0) | (line.Oversized ? Handling.Oversized : 0));

    private static (string Order, long TimeMs, long PromiseByMs, OrderedLine Line) Row(CsvRow row) => (
        row.Text("order"),
        Time(row, "time"),
        row.Optional("promise_by").Length > 0 ? Time(row, "promise_by") : 0,
        new OrderedLine(
            Sku.Parse(Arguments.SkuOf(row)),
            row.Whole("units", 1, Limits.UnitsMax),
            WishOf(row),
            row.Optional("unit_value_minor").Length > 0 ? row.Whole("unit_value_minor", 0, Limits.UnitsMax) : 0,
            row.Optional("unit_grams").Length > 0 ? (int)row.Whole("unit_grams", 0, 1_000_000_000) : 0));

    private static Wish WishOf(CsvRow row) => row.Text("kind") switch
    {
        "collect-at" => new Wish(WishKind.CollectAt, LocationId.Parse(Arguments.LocationOf(row, "location"))),
        "collect-near" => new Wish(WishKind.CollectNear, Point: PointOf(row)),
        "ship" => new Wish(WishKind.Ship, Point: PointOf(row)),
        var other => throw CsvRow.Wrong("kind", other, "must be ship, collect-at or collect-near."),
    };

    private static Position PointOf(CsvRow row) => new(row.Number("latitude", -90, 90), row.Number("longitude", -180, 180));

    private static long Time(CsvRow row, string column) =>
        DateTimeOffset.TryParse(row.Text(column), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.ToUnixTimeMilliseconds()
            : throw CsvRow.Wrong(column, row.Text(column), "must be a time such as 2010-12-01T08:26:00Z.");

    private static long Ms(Google.Protobuf.WellKnownTypes.Timestamp? time) => time?.ToDateTimeOffset().ToUnixTimeMilliseconds() ?? 0;
}
