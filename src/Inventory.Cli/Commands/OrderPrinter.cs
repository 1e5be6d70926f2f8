using Google.Protobuf.Collections;
using Inventory.V1;

namespace Inventory.Cli.Commands;

/// <summary>Orders for people.</summary>
internal static class OrderPrinter
{
    /// <summary>Prints what would be promised.</summary>
    public static void Print(QuoteOrderResponse quote)
    {
        var table = new TextTable(("Location", false), ("Way", false), ("Units", true), ("Promised", false), ("Cost", true));
        foreach (var part in quote.Parts)
        {
            table.Row(part.LocationId, WayOf(part), $"{part.Lines.Sum(line => line.Units):N0}", Output.Time(part.PromiseTime), $"{part.CostMinor:N0}");
        }

        if (table.Count > 0) // of an order that waits nothing is at a location
        {
            table.Write(Console.Out);
        }

        PrintExpected(quote.Expected);
        PrintUnfilled(quote.Unfilled);
    }

    /// <summary>Prints one order with its parts.</summary>
    public static void Print(Order? order)
    {
        if (order is null)
        {
            return;
        }

        var customer = order.Content.Customer.Length > 0 ? $", customer {order.Content.Customer}" : "";
        var instead = order.ExchangedOrderId.Length > 0 ? $", in exchange for {order.ExchangedOrderId}" : "";
        Console.Out.WriteLine($"{order.Id}\n{StateOf(order)}{customer}, policy {order.Policy}, version {order.Version}{instead}\n");
        var table = new TextTable(
            ("Part", true), ("Location", false), ("Way", false), ("State", false), ("Line", true), ("SKU", false), ("Units", true), ("Left", true),
            ("Gone", true), ("Back", true), ("Promised", false), ("Expires", false));
        foreach (var (part, line) in order.Parts.SelectMany(part => part.Lines, (part, line) => (part, line)))
        {
            table.Row(
                $"{part.Number}", part.LocationId, WayOf(part), part.State.ToString().ToLowerInvariant(), $"{line.Line}",
                order.Content.Lines[line.Line].Sku, $"{line.Units:N0}", $"{line.LeftUnits:N0}", $"{line.CollectedUnits + line.ShippedUnits:N0}",
                $"{line.ReturnedUnits:N0}", Output.Time(part.PromiseTime), Output.Time(part.ExpireTime));
        }

        if (table.Count > 0) // of an order that waits nothing is at a location
        {
            table.Write(Console.Out);
        }

        PrintExpected(order.Expected);
        PrintUnfilled(order.Unfilled);
    }

    /// <summary>Prints who did what with it.</summary>
    public static void PrintNotes(Order order)
    {
        Console.Out.WriteLine();
        var table = new TextTable(("Time", false), ("Step", false), ("By", false), ("Channel", false), ("Why", false));
        foreach (var note in order.Notes)
        {
            var step = note.Accepted ? note.Step : note.Step + " (refused)";
            table.Row(Output.Time(note.Time), step, note.By.Who, note.By.Channel, note.NewOrderId.Length > 0 ? note.NewOrderId : note.By.Why);
        }

        table.Write(Console.Out);
    }

    /// <summary>Prints orders, a line each.</summary>
    public static void Print(ListOrdersResponse answer)
    {
        var table = new TextTable(("Order", false), ("State", false), ("Customer", false), ("Units", true), ("Locations", false), ("Changed", false));
        foreach (var order in answer.Orders)
        {
            table.Row(
                order.Id, StateOf(order), order.Content.Customer, $"{order.Content.Lines.Sum(line => line.Units):N0}",
                string.Join(",", order.Parts.Select(part => part.LocationId).Distinct()), Output.Time(order.UpdateTime));
        }

        table.Write(Console.Out);
        var more = answer.NextPageToken.Length > 0 ? "; there are more, see --limit" : "";
        Console.Out.WriteLine($"{Output.Count(answer.Orders.Count, "order")}{more}.");
    }

    /// <summary>Prints what was moved.</summary>
    public static void Print(ReoptimizeOrdersResponse all)
    {
        if (all.Moved.Count > 0)
        {
            var table = new TextTable(("Order", false), ("Units", true), ("Saved", true));
            foreach (var order in all.Moved)
            {
                table.Row(order.OrderId, $"{order.Units:N0}", $"{order.SavedMinor:N0}");
            }

            table.Write(Console.Out);
        }

        Console.Out.WriteLine($"{Output.Count(all.LookedOrders, "order")} looked at, {all.Moved.Count:N0} moved, {all.SavedMinor:N0} saved.");
    }

    /// <summary>Prints what is promised from what is to come.</summary>
    public static void PrintExpected(RepeatedField<ExpectedPart> expected)
    {
        foreach (var part in expected)
        {
            var late = part.Late ? $", late: at first {Output.Time(part.FirstPromiseTime)}" : "";
            Console.Out.WriteLine(
                $"Line {part.Line}: {Output.Count(part.Units, "unit")} expected at {part.LocationId} by {part.Receipt}, due {Output.Time(part.DueTime)}, "
                + $"promised for {Output.Time(part.PromiseTime)}{late}.");
            foreach (var work in part.Work)
            {
                var what = Output.Count(work.Units, work.Kind == WorkKind.Parcels ? "parcel" : "pick");
                Console.Out.WriteLine($"  Takes {what} from {Output.Time(work.StartTime)} on.");
            }

            if (part.EndTime is not null)
            {
                var unless = part.Kind == DeliveryKind.Fitting ? "if it has not come" : "unless the order is confirmed";
                Console.Out.WriteLine($"  Given up at {Output.Time(part.EndTime)} {unless}.");
            }

            foreach (var component in part.Components)
            {
                Console.Out.WriteLine($"  {component.Sku}: {component.Units:N0} to come, {component.KeptUnits:N0} kept.");
            }
        }
    }

    /// <summary>Prints to standard error what of a refused order is nowhere; nothing where programs read.</summary>
    public static void PrintShort(Order? order)
    {
        if (order is { State: OrderState.Refused })
        {
            foreach (var line in order.Unfilled)
            {
                Errors.Line($"  Line {line.Line}: no location for {Output.Count(line.Units, "unit")} of {order.Content.Lines[line.Line].Sku}.");
            }
        }
    }

    private static void PrintUnfilled(RepeatedField<OrderLineUnits> unfilled)
    {
        foreach (var line in unfilled)
        {
            Console.Out.WriteLine($"Line {line.Line}: no location for {Output.Count(line.Units, "unit")}.");
        }
    }

    private static string StateOf(Order order) => Names.Of(Names.OrderStates, order.State);

    private static string WayOf(OrderPart part) => Names.Of(Names.Deliveries, part.Kind);
}
