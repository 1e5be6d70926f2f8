using Inventory.V1;
using Spectre.Console;

namespace Inventory.Cli.Commands;

/// <summary>Stocks for people.</summary>
internal static class StockPrinter
{
    /// <summary>Prints one stock with its policy and ledger.</summary>
    public static void Print(Stock stock)
    {
        Print([stock]);
        var policy = stock.Policy ?? new StockPolicy();
        var fences = string.Join(", ", policy.RingFences.Select(fence => $"{fence.Channel}={fence.Units}"));
        Console.Out.WriteLine(
            $"Policy: safety {policy.SafetyStockUnits:N0}, oversell {policy.OversellUnits:N0}, min {policy.MinUnitsPerReservation:N0}, "
            + $"max {policy.MaxUnitsPerReservation:N0}, ring-fences {(fences.Length > 0 ? fences : "none")}");
        var ledger = stock.Ledger ?? new StockLedger();
        var adjusted = string.Concat(ledger.AdjustedUnits.Select(each => $", {each.Reason.ToString().ToLowerInvariant()} {each.Units:+#,0;-#,0;0}"));
        Console.Out.WriteLine(
            $"Ledger: received {ledger.ReceivedUnits:N0}, returned {ledger.ReturnedUnits:N0}, collected {ledger.CollectedUnits:N0}, "
            + $"shipped {ledger.ShippedUnits:N0}, counted {ledger.CountedUnits:+#,0;-#,0;0}{adjusted}");
    }

    /// <summary>Prints stocks as a table.</summary>
    public static void Print(IReadOnlyCollection<Stock> stocks)
    {
        var table = Output.Table(
            ("SKU", false), ("Location", false), ("On hand", true), ("Held", true), ("Available", true), ("Damaged", true),
            ("Quarantine", true), ("Display", true), ("Holds", true), ("Version", true));
        foreach (var stock in stocks)
        {
            table.Row(
                stock.Key.Sku, stock.Key.LocationId, $"{stock.OnHandUnits:N0}", $"{stock.HeldUnits:N0}", $"{stock.AvailableUnits:N0}",
                $"{stock.DamagedUnits:N0}", $"{stock.QuarantineUnits:N0}", $"{stock.DisplayUnits:N0}", $"{stock.Holds:N0}", $"{stock.Version}");
        }

        AnsiConsole.Write(table);
    }
}
