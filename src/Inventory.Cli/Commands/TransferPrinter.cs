using System.CommandLine;
using Inventory.V1;

namespace Inventory.Cli.Commands;

/// <summary>Transfers for people.</summary>
internal static class TransferPrinter
{
    public static readonly IReadOnlyDictionary<string, TransferState> States = new Dictionary<string, TransferState>(StringComparer.OrdinalIgnoreCase)
    {
        ["draft"] = TransferState.Draft,
        ["partly-shipped"] = TransferState.PartlyShipped,
        ["in-transit"] = TransferState.InTransit,
        ["partly-received"] = TransferState.PartlyReceived,
        ["received"] = TransferState.Received,
        ["discrepancy"] = TransferState.Discrepancy,
        ["cancelled"] = TransferState.Cancelled,
    };

    /// <summary>One transfer with its lines and notes.</summary>
    public static void Print(Transfer transfer)
    {
        var head = new TextTable(("", false), ("", false));
        head.Row("Transfer", transfer.Id);
        head.Row("From, to", $"{transfer.FromLocationId}, {transfer.ToLocationId}");
        head.Row("State", Names.Of(States, transfer.State) + (transfer.InDoubt ? " (a step is under way)" : ""));
        head.Row("Expected", Output.Time(transfer.ExpectedTime));
        head.Row("Reference", transfer.Reference.Length > 0 ? transfer.Reference : "-");
        head.Row("Version", $"{transfer.Version} of {Output.Time(transfer.UpdateTime)}");
        head.Write(Console.Out);
        Console.Out.WriteLine();
        var lines = new TextTable(
            ("SKU", false), ("Planned", true), ("Held", true), ("Shipped", true), ("In transit", true), ("Received", true), ("Over", true), ("Lost", true),
            ("Damaged", true));
        foreach (var line in transfer.Lines)
        {
            lines.Row(
                line.Sku, $"{line.PlannedUnits:N0}", $"{line.HeldUnits:N0}", $"{line.ShippedUnits:N0}", $"{line.InTransitUnits:N0}",
                $"{line.ReceivedUnits:N0}", $"{line.OverDeliveredUnits:N0}", $"{line.LostUnits:N0}", $"{line.DamagedUnits:N0}");
        }

        lines.Write(Console.Out);
        foreach (var line in transfer.Lines.Where(static line => line.LotsInTransit.Count > 0))
        {
            var lots = line.LotsInTransit.Select(static lot => $"{lot.Units:N0} of {lot.Lot} (best before {lot.BestBefore})");
            Console.Out.WriteLine($"{line.Sku} in transit: {string.Join(", ", lots)}.");
        }

        Console.Out.WriteLine();
        var notes = new TextTable(("Step", false), ("Time", false), ("Who", false), ("Why", false));
        foreach (var note in transfer.Notes)
        {
            var reason = note.Reason == LossReason.Unspecified ? "" : note.Reason.ToString().ToLowerInvariant();
            notes.Row(note.Step, Output.Time(note.Time), note.By.Who, string.Join(": ", new[] { reason, note.By.Why }.Where(static text => text.Length > 0)));
        }

        notes.Write(Console.Out);
    }

    /// <summary>Promises at the destination that stand otherwise; nothing where programs read.</summary>
    public static void PrintConcerned(ParseResult parsed, IEnumerable<ConcernedPromise> concerned)
    {
        foreach (var each in parsed.GetValue(Connection.Json) ? [] : concerned)
        {
            Console.Out.WriteLine($"  concerned: {each.Sku}, {SupplyPrinter.Line(each.Promise)}");
        }
    }

    /// <summary>Transfers as a table.</summary>
    public static void Print(IReadOnlyCollection<Transfer> transfers)
    {
        var table = new TextTable(
            ("Transfer", false), ("From", false), ("To", false), ("State", false), ("Lines", true), ("Planned", true), ("In transit", true), ("Received", true),
            ("Expected", false));
        foreach (var transfer in transfers)
        {
            table.Row(
                transfer.Id, transfer.FromLocationId, transfer.ToLocationId, Names.Of(States, transfer.State), $"{transfer.Lines.Count:N0}",
                $"{transfer.Lines.Sum(line => line.PlannedUnits):N0}", $"{transfer.Lines.Sum(line => line.InTransitUnits):N0}",
                $"{transfer.Lines.Sum(line => line.ReceivedUnits):N0}", Output.Time(transfer.ExpectedTime));
        }

        table.Write(Console.Out);
        Console.Out.WriteLine($"{Output.Count(transfers.Count, "transfer")}.");
    }
}
