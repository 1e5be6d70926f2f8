using System.Text.Json;

namespace Inventory.Cli.Replay;

/// <summary>Prints a report for people and writes it for programs.</summary>
internal static class ReportPrinter
{
    private static readonly JsonSerializerOptions s_file = new(JsonText.Written) { WriteIndented = true };

    /// <summary>The report as one line of JSON.</summary>
    public static string Json(ReplayReport report) => JsonSerializer.Serialize(report, JsonText.Written);

    /// <summary>Writes the report to a file, whole or not at all.</summary>
    public static async Task WriteAsync(ReplayReport report, string path)
    {
        var part = path + ".part";
        await File.WriteAllTextAsync(part, JsonSerializer.Serialize(report, s_file) + "\n");
        File.Move(part, path, overwrite: true);
    }

    /// <summary>Prints tables.</summary>
    public static void Print(ReplayReport report, TextWriter writer)
    {
        World(report).Write(writer);
        writer.WriteLine();
        Outcomes(report).Write(writer);
        writer.WriteLine();
        Times(report).Write(writer);
        writer.WriteLine();
        if (report.Reconciliation is { } reconciliation)
        {
            Reconciled(reconciliation, report.Work).Write(writer);
            writer.WriteLine();
        }

        foreach (var line in Closing(report))
        {
            writer.WriteLine(line);
        }
    }

    private static TextTable World(ReplayReport report)
    {
        var table = new TextTable(("the world", false), ("", true));
        table.Row("data", report.Source);
        table.Row("seed", $"{report.World.Seed}");
        table.Row("stores", $"{report.Stores:N0}");
        table.Row("SKUs", $"{report.Skus:N0}");
        table.Row("stocks opened", $"{report.Positions:N0}");
        table.Row("order lines about stock", $"{report.LinesPlanned:N0}");
        table.Row("lines of postage and fees, left out", $"{report.NotProductLines:N0}");
        table.Row("bad lines, left out", $"{report.SkippedLines:N0}");
        if (report.Orders is { } orders)
        {
            table.Row("invoices played as orders", $"{orders.Invoices:N0}");
            table.Row("orders placed, parts of an order", $"{orders.Placed:N0}, {orders.Parts / (double)Math.Max(1, orders.Placed):0.00}");
            table.Row("transfers a week", $"{report.World.Orders!.TransfersPerWeek:N0}");
            table.Row("rejected parts, cancelled orders", $"{report.World.Orders!.RejectShare:P1}, {report.World.Orders.CancelShare:P1}");
        }
        else
        {
            table.Row("orders reserved whole", $"{report.OrdersReservedWhole:N0}");
        }

        table.Row("callers, connections", $"{report.Play.Callers}, {report.Play.Connections}");
        return table;
    }

    private static TextTable Outcomes(ReplayReport report)
    {
        var table = new TextTable(("outcome", false), ("", false), ("lines", true), ("units", true));
        foreach (var outcome in report.Outcomes)
        {
            table.Row(outcome.Outcome, outcome.Detail, $"{outcome.Lines:N0}", $"{outcome.Units:N0}");
        }

        return table;
    }

    private static TextTable Times(ReplayReport report)
    {
        var table = new TextTable(
            ("call", false), ("answers", true), ("mean ms", true),
            ("p50", true), ("p90", true), ("p99", true), ("p99.9", true), ("most", true));
        foreach (var one in report.Operations)
        {
            table.Row(
                one.Operation, $"{one.Calls:N0}", $"{one.MeanMs:0.00}", $"{one.P50Ms:0.00}", $"{one.P90Ms:0.00}", $"{one.P99Ms:0.00}",
                $"{one.P999Ms:0.00}", $"{one.MaxMs:0.0}");
        }

        return table;
    }

    private static TextTable Reconciled(Reconciliation reconciliation, WorkReconciliation? work)
    {
        var table = new TextTable(("reconciliation", false), ("service", true), ("books", true), ("difference", true));
        void Line(string name, Func<Totals, long> of)
        {
            var (service, books) = (of(reconciliation.Service), of(reconciliation.Books));
            table.Row(name, $"{service:N0}", $"{books:N0}", $"{service - books:N0}");
        }

        Line("stocks", totals => totals.Stocks);
        Line("opening units", totals => totals.Opening);
        Line("+ returned", totals => totals.Returned);
        Line("+ found, - written off", totals => totals.Adjusted);
        Line("- collected", totals => totals.Collected);
        Line("- shipped", totals => totals.Shipped);
        if (work is not null)
        {
            Line("- sent to other stores", totals => totals.TransferredOut);
            Line("+ came from other stores", totals => totals.TransferredIn);
        }

        Line("= must be on hand", totals => totals.Balance);
        Line("on hand", totals => totals.OnHand);
        Line("held", totals => totals.Held);
        if (work is not null)
        {
            table.Row("parcels, where a store states a limit", $"{work.Parcels:N0}", $"{work.BooksParcels:N0}", $"{work.Parcels - work.BooksParcels:N0}");
            table.Row("picks, likewise", $"{work.Picks:N0}", $"{work.BooksPicks:N0}", $"{work.Picks - work.BooksPicks:N0}");
        }

        return table;
    }

    private static string Retries(ReplayReport report) => report.Retries.Count == 0
        ? "none"
        : string.Join(", ", report.Retries.Select(retry => $"{retry.Key} {retry.Value:N0}"));

    private static IEnumerable<string> Closing(ReplayReport report)
    {
        yield return report.Synthetic;
        yield return $"{report.LinesDone - report.LinesResumed:N0} lines in {report.Seconds.Play:0.0} s: "
            + $"{report.LinesPerSecond:N0} lines/s, "
            + $"{report.CallsPerSecond:N0} calls/s.";
        yield return $"Network {report.Seconds.Network:0.0} s, opening stock {report.Seconds.OpeningStock:0.0} s, "
            + $"reconciliation {report.Seconds.Reconciliation:0.0} s.";
        yield return $"Pickup lines or orders shipped, as a whole or in part, for want of stock near by: {report.PickupsShipped:N0}. "
            + $"Boards asked again: {report.StaleBoards:N0}. Units not there to write off: {report.ClippedUnits:N0}. "
            + $"Unexpected refusals: {report.UnexpectedRefusals:N0}. Calls asked again: {Retries(report)}.";
        if (report.Work is { } work)
        {
            yield return $"Work: {work.Slots:N0} days and hours of stores with a limit were used, {work.Full:N0} of them up to it, none beyond"
                + $"{(work.Differences == 0 ? "" : $", but {work.Differences:N0} differ")}.";
        }

        if (report.Play.Speed > 0)
        {
            yield return $"Lines begun late: p99 {report.LagP99Ms:0.0} ms.";
        }

        if (report.LinesResumed > 0)
        {
            yield return $"{report.LinesResumed:N0} lines had been played before.";
        }

        foreach (var difference in report.Differences)
        {
            yield return $"DIFFERENCE {difference}";
        }

        if (report.Stopped)
        {
            yield return $"Stopped after {report.LinesDone:N0} of {report.LinesPlanned:N0} lines; nothing is reconciled yet.";
            yield return report.Play.ResumePath is { } path
                ? $"Go on with the same options, --resume {path}."
                : "Without --resume FILE it cannot go on.";
        }
        else
        {
            yield return $"End state {report.Reconciliation?.EndState}"
                + (report.Orders is null ? "" : ": it follows the service's choices, and so is another one each time");
            yield return report.DifferenceCount == 0
                ? "Reconciled to the unit."
                : $"NOT reconciled: {report.DifferenceCount:N0} difference(s).";
        }
    }
}
