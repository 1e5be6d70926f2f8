using System.CommandLine;
using Inventory.V1;

namespace Inventory.Cli.Commands;

/// <summary>stock expiring: what of a location's lots expires soon, or has.</summary>
internal static class ExpiringLots
{
    private const int PageSize = 500;

    public static Command Create()
    {
        var location = Arguments.Location();
        var days = Arguments.Whole("--days", "How many days ahead; 0 for today and what is past.", 7, 0, 3_650);
        var command = new Command("expiring", "List the lots of a location that expire within some days, or have.") { location, days };
        command.SetAction(async (parsed, stop) =>
        {
            using var channel = Connection.Open(parsed);
            var client = new StockService.StockServiceClient(channel);
            var request = new ListExpiringLotsRequest { LocationId = parsed.GetValue(location), Days = parsed.GetValue(days), PageSize = PageSize };
            var all = new ListExpiringLotsResponse();
            do
            {
                var page = await client.ListExpiringLotsAsync(request, null, Connection.Deadline(parsed), stop);
                all.Stocks.AddRange(page.Stocks);
                (all.Today, request.PageToken) = (page.Today, page.NextPageToken);
            }
            while (request.PageToken.Length > 0);
            return Output.Show(parsed, all, () => Print(all, parsed.GetValue(location)!));
        });
        return command;
    }

    private static void Print(ListExpiringLotsResponse answer, string location)
    {
        var table = new TextTable(
            ("SKU", false), ("Lot", false), ("Best before", false), ("On hand", true), ("Not for sale", true), ("Held of the stock", true), ("", false));
        var lots = 0;
        foreach (var stock in answer.Stocks)
        {
            foreach (var lot in stock.Lots)
            {
                lots++;
                var notForSale = lot.DamagedUnits + lot.QuarantineUnits + lot.DisplayUnits;
                table.Row(
                    stock.Key.Sku, lot.Lot, lot.BestBefore, $"{lot.OnHandUnits:N0}", $"{notForSale:N0}", $"{stock.HeldUnits:N0}",
                    lot.Past ? "not promised any more" : "");
            }
        }

        table.Write(Console.Out);
        Console.Out.WriteLine($"{Output.Count(lots, "lot")} at {location}, where it is {answer.Today}.");
    }
}
