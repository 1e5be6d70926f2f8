using System.Text;
using Inventory.Domain.Stocks;

namespace Inventory.Domain.Tests;

/// <summary>Everything that can be seen of a stock, as text, so that two can be compared and a difference can be read.</summary>
internal static class StockPictures
{
    public static string Of(Stock stock)
    {
        var text = new StringBuilder();
        text.AppendLine($"version {stock.Version} changed {stock.ChangedAtMs} on hand {stock.Sellable}/{stock.Damaged}/{stock.Quarantine}/{stock.Display}");
        text.AppendLine($"held {stock.Held} in {stock.HoldCount} due {stock.NextDueMs} policy {stock.Policy.ContentHash():x}");
        var ledger = stock.Ledger;
        text.AppendLine(
            $"received {ledger.Received} returned {ledger.Returned} collected {ledger.Collected} shipped {ledger.Shipped} counted {ledger.Counted}");
        text.AppendLine($"transferred out {ledger.TransferredOut} in {ledger.TransferredIn}");
        text.AppendLine($"reasons {string.Join(' ', Enum.GetValues<AdjustReason>().Select(reason => ledger.Adjusted(reason)))}");
        foreach (var (id, hold) in stock.Holds.OrderBy(hold => hold.Key.Reservation.ToString()).ThenBy(hold => hold.Key.Line))
        {
            text.AppendLine($"{id} {hold}");
        }

        text.AppendLine($"available web {stock.Atp(Channel.Web)} app {stock.Atp(Channel.Parse("app"))} pos {stock.Atp(Channel.Parse("pos"))}");
        text.AppendLine($"remembered {stock.Remembered.Count} history {stock.History.Count} {stock.History.IsCut}");
        for (var i = 0; i < stock.Remembered.Count; i++)
        {
            text.AppendLine($"{stock.Remembered[i]}");
        }

        foreach (var lot in stock.Lots)
        {
            text.AppendLine($"{lot}");
        }

        foreach (var change in stock.LotTable?.Changes ?? [])
        {
            text.AppendLine($"{change} {stock.LotTable!.CutAtVersion}");
        }

        foreach (var taken in stock.LotTable?.Taken ?? [])
        {
            text.AppendLine($"{taken.Id} {taken.AtMs} {string.Join(' ', taken.Lots)}");
        }

        return text.ToString();
    }
}
