using Inventory.V1;

namespace Inventory.Cli.Commands;

/// <summary>Stocks for people.</summary>
internal static class StockPrinter
{
    /// <summary>Prints one stock with its policy and ledger.</summary>
    public static void Print(Stock stock, string channel)
    {
        var table = new TextTable(("", false), ("", false));
        var policy = stock.Policy ?? new StockPolicy();
        var fences = string.Join(", ", policy.RingFences.Select(fence => $"{fence.Channel}={fence.Units}"));
        var ledger = stock.Ledger ?? new StockLedger();
        table.Row("Stock", $"{stock.Key.Sku}@{stock.Key.LocationId}");
        table.Row("On hand", $"{stock.OnHandUnits:N0}");
        table.Row("Held", $"{stock.HeldUnits:N0} in {Output.Count(stock.Holds, "hold")}");
        table.Row("Available", $"{stock.AvailableUnits:N0} for {channel}");
        table.Row("Not for sale", $"{stock.DamagedUnits:N0} damaged, {stock.QuarantineUnits:N0} in quarantine, {stock.DisplayUnits:N0} on display");
        table.Row("Policy", $"safety {policy.SafetyStockUnits:N0}, oversell {policy.OversellUnits:N0}, "
            + $"min {policy.MinUnitsPerReservation:N0}, max {(policy.MaxUnitsPerReservation == 0 ? "none" : $"{policy.MaxUnitsPerReservation:N0}")}");
        table.Row("Ring-fences", fences.Length > 0 ? fences : "none");
        table.Row("Came in", $"received {ledger.ReceivedUnits:N0}, returned {ledger.ReturnedUnits:N0}, from other locations {ledger.TransferredInUnits:N0}");
        table.Row("Went out", $"collected {ledger.CollectedUnits:N0}, shipped {ledger.ShippedUnits:N0}, to other locations {ledger.TransferredOutUnits:N0}");
        var corrected = ledger.AdjustedUnits.Select(each => $"{Names.Of(Names.Reasons, each.Reason)} {each.Units:+#,0;-#,0;0}");
        table.Row("Corrected", string.Join(", ", corrected.Prepend($"counted {ledger.CountedUnits:+#,0;-#,0;0}")));
        table.Row("Version", $"{stock.Version} of {Output.Time(stock.UpdateTime)}");
        table.Write(Console.Out);
        if (stock.Lots.Count > 0)
        {
            PrintLots(stock);
        }
    }

    private static void PrintLots(Stock stock)
    {
        var table = new TextTable(("Lot", false), ("Best before", false), ("On hand", true), ("Not for sale", true), ("Promised until", false));
        foreach (var lot in stock.Lots)
        {
            var until = lot.Past ? "past" : lot.SellableUntilTime is null ? "" : Output.Time(lot.SellableUntilTime);
            table.Row(
                lot.Lot, lot.BestBefore, $"{lot.OnHandUnits:N0}", $"{lot.DamagedUnits + lot.QuarantineUnits + lot.DisplayUnits:N0}", until);
        }

        Console.Out.WriteLine();
        table.Write(Console.Out);
        if (stock.PastDateUnits > 0)
        {
            Console.Out.WriteLine($"{Output.Count(stock.PastDateUnits, "unit")} past the date: there, and not promised any more until written off.");
        }
    }

    /// <summary>Prints the stocks of a location as a table.</summary>
    public static void Print(IReadOnlyCollection<Stock> stocks, string location)
    {
        var table = new TextTable(
            ("SKU", false), ("On hand", true), ("Held", true), ("Available", true), ("Not for sale", true), ("Version", true));
        foreach (var stock in stocks)
        {
            var notForSale = stock.DamagedUnits + stock.QuarantineUnits + stock.DisplayUnits;
            table.Row(
                stock.Key.Sku, $"{stock.OnHandUnits:N0}", $"{stock.HeldUnits:N0}", $"{stock.AvailableUnits:N0}", $"{notForSale:N0}", $"{stock.Version}");
        }

        table.Write(Console.Out);
        Console.Out.WriteLine($"{Output.Count(stocks.Count, "stock")} at {location}.");
    }
}
