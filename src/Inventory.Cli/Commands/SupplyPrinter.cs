using System.CommandLine;
using Inventory.V1;

namespace Inventory.Cli.Commands;

/// <summary>Supply for people.</summary>
internal static class SupplyPrinter
{
    private const string Day = "yyyy-MM-dd HH:mm'Z'";

    /// <summary>One stock with what is expected and promised.</summary>
    public static void Print(Supply supply)
    {
        Console.Out.WriteLine(
            $"{supply.Key.Sku}@{supply.Key.LocationId}: {supply.AvailableUnits:N0} available, {supply.AvailableNowUnits:N0} now "
            + $"and {supply.AvailableExpectedUnits:N0} expected.");
        var receipts = new TextTable(("Expected", false), ("Units", true), ("Due", false), ("Confidence", true), ("How", false));
        foreach (var each in supply.Receipts)
        {
            receipts.Row(
                each.Name, $"{each.Units:N0}", Output.Time(each.DueTime, Day), $"{each.ConfidencePercent} %", each.InTransit ? "in transit" : "announced");
        }

        receipts.Write(Console.Out);
        Console.Out.WriteLine();
        var promises = new TextTable(
            ("Promise", false), ("Units", true), ("Promised by", false), ("Expected", false), ("Lacking", true), ("Late", false), ("For", false));
        foreach (var each in supply.Promises)
        {
            promises.Row(
                each.PromiseId, $"{each.Units:N0}", Output.Time(each.PromiseTime, Day), Output.Time(each.ExpectedTime, Day), $"{each.LackingUnits:N0}",
                each.Late ? "yes" : "no", each.Reference);
        }

        promises.Write(Console.Out);
    }

    /// <summary>Stocks as a table.</summary>
    public static void Print(IReadOnlyCollection<Supply> supplies)
    {
        var table = new TextTable(
            ("SKU", false), ("Location", false), ("Now", true), ("Expected", true), ("Available", true), ("To come", true), ("Promised", true), ("Late", true));
        foreach (var each in supplies)
        {
            table.Row(
                each.Key.Sku, each.Key.LocationId, $"{each.AvailableNowUnits:N0}", $"{each.AvailableExpectedUnits:N0}", $"{each.AvailableUnits:N0}",
                $"{each.Receipts.Sum(receipt => receipt.Units):N0}", $"{each.Promises.Sum(promise => promise.Units):N0}",
                $"{each.Promises.Count(promise => promise.Late):N0}");
        }

        table.Write(Console.Out);
        Console.Out.WriteLine($"{Output.Count(supplies.Count, "stock")}.");
    }

    /// <summary>Promises that are on the shelf now; nothing where programs read.</summary>
    public static void PrintFulfilled(ParseResult parsed, IEnumerable<FulfilledPromise> fulfilled)
    {
        foreach (var each in parsed.GetValue(Connection.Json) ? [] : fulfilled)
        {
            Console.Out.WriteLine($"  {each.PromiseId}: {each.Units:N0} held as {each.ReservationId}");
        }
    }

    /// <summary>A promise that stands otherwise than before.</summary>
    public static string Line(SupplyPromise promise)
    {
        var who = promise.Reference.Length > 0 ? $" for {promise.Reference}" : "";
        var now = promise.LackingUnits > 0 ? $"{promise.LackingUnits:N0} lack supply" : $"expected {Output.Time(promise.ExpectedTime, Day)}";
        return $"{promise.PromiseId}{who}, {promise.Units:N0} promised by {Output.Time(promise.PromiseTime, Day)}: {now}";
    }
}
