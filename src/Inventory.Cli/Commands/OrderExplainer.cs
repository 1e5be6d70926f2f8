using Google.Protobuf;
using Inventory.V1;

namespace Inventory.Cli.Commands;

/// <summary>
/// Why an order's locations were chosen: each routing with its locations, what each term cost, and the others that were looked at; and what became of promises.
/// </summary>
internal static class OrderExplainer
{
    /// <summary>Prints it. An order from before explanations were kept by their parts is explained by its lines.</summary>
    public static void Print(Order order)
    {
        Console.Out.WriteLine($"{order.Id}, {Names.Of(Names.OrderStates, order.State)}, policy {order.Policy} {order.PolicyVersion}");
        foreach (var route in order.Routes)
        {
            Console.Out.WriteLine();
            Console.Out.WriteLine(Head(route));
            Chosen(route);
            Others(route);
        }

        foreach (var line in order.Routes.Count == 0 ? order.Explanation : [])
        {
            Console.Out.WriteLine(new string([.. line.Select(each => char.IsControl(each) ? '?' : each)]));
        }

        foreach (var line in order.Unfilled)
        {
            Console.Out.WriteLine($"Line {line.Line}: no location for {Output.Count(line.Units, "unit")}.");
        }

        Unused(order);
        OrderPrinter.PrintExpected(order.Expected);
        foreach (var note in Promises(order))
        {
            Console.Out.WriteLine($"{Output.Time(note.Time)} {note.Step}: {new string([.. note.By.Why.Select(each => char.IsControl(each) ? '?' : each)])}.");
        }
    }

    /// <summary>What of an order explains it: for programs.</summary>
    public static IMessage Json(Order order)
    {
        var told = new Order
        {
            Id = order.Id, State = order.State, Policy = order.Policy, PolicyVersion = order.PolicyVersion, Unfillable = order.Unfillable,
        };
        told.Routes.AddRange(order.Routes);
        told.Explanation.AddRange(order.Explanation);
        told.Unfilled.AddRange(order.Unfilled);
        told.Expected.AddRange(order.Expected);
        told.UnusedSupply.AddRange(order.UnusedSupply);
        told.Notes.AddRange(Promises(order));
        return told;
    }

    // What became of promises from what is to come, and what was moved since it was chosen.
    private static IEnumerable<OrderNote> Promises(Order order) =>
        order.Notes.Where(static note => note.Accepted && note.Step is "promise" or "repromise" or "move" or "arrive" or "lapse");

    private static string Head(RouteExplanation route)
    {
        var proof = route.Optimal ? "no better way exists" : route.HasBoundMinor ? $"no way costs less than {route.BoundMinor:N0}" : "not proved best";
        var way = Names.Of(Names.Deliveries, route.Kind);
        var looked = Output.Count(route.Looked.Sum(same => same.Count), "location");
        return route.Parts.Count == 0
            ? $"{way}: none of {looked} can do it, by {route.Policy} {route.PolicyVersion}."
            : $"{way}: {route.Parts.Count:N0} of {looked}, by {route.Policy} {route.PolicyVersion}, cost {route.CostMinor:N0}; {proof}.";
    }

    private static void Chosen(RouteExplanation route)
    {
        if (route.Parts.Count == 0)
        {
            return;
        }

        var table = new TextTable(
            ("Chosen", false), ("km", true), ("Parcels", true), ("Cost", true), ("Shipping", true), ("Handling", true), ("Split", true), ("Distance", true),
            ("Lateness", true), ("Load", true), ("Not found", true), ("Scarcity", true));
        foreach (var part in route.Parts)
        {
            var cost = part.ShippingMinor + part.HandlingMinor + part.SplitMinor + part.DistanceMinor + part.LatenessMinor + part.LoadMinor
                + part.NotFoundMinor + part.ScarcityMinor;
            table.Row(
                part.LocationId, $"{part.Metres / 1_000:N1}", $"{part.Parcels:N0}", $"{cost:N0}", $"{part.ShippingMinor:N0}", $"{part.HandlingMinor:N0}",
                $"{part.SplitMinor:N0}", $"{part.DistanceMinor:N0}", $"{part.LatenessMinor:N0}", $"{part.LoadMinor:N0}", $"{part.NotFoundMinor:N0}",
                $"{part.ScarcityMinor:N0}");
        }

        table.Write(Console.Out);
    }

    private static void Others(RouteExplanation route)
    {
        var others = route.Looked.Where(same => same.Verdict != RouteVerdict.Chosen).ToArray();
        if (others.Length == 0)
        {
            return;
        }

        Console.Out.WriteLine();
        var table = new TextTable(("Not chosen", false), ("km", true), ("Alone", true), ("More", true), ("Why", false));
        foreach (var same in others)
        {
            var named = route.Thoughts.Where(thought => thought.Verdict == same.Verdict)
                .OrderBy(thought => thought.HasAloneMinor ? thought.AloneMinor : long.MaxValue).ThenBy(thought => thought.Metres)
                .ThenBy(thought => thought.LocationId, StringComparer.Ordinal).ToArray();
            foreach (var thought in named)
            {
                table.Row(
                    thought.LocationId, $"{thought.Metres / 1_000:N1}", thought.HasAloneMinor ? $"{thought.AloneMinor:N0}" : "-",
                    thought.HasAloneMinor && route.Parts.Count > 0 ? $"{thought.AloneMinor - route.CostMinor:N0}" : "-", Words(thought, route.Parts.Count));
            }

            if (same.Count > named.Length)
            {
                table.Row($"and {same.Count - named.Length:N0} more", "", "", "", Words(new RouteThought { Verdict = same.Verdict }, route.Parts.Count));
            }
        }

        table.Write(Console.Out);
    }

    // Why what is expected is not promised to what waits.
    private static void Unused(Order order)
    {
        if (order.Unfilled.Count > 0 && order.Unfillable == UnfillableAction.Wait)
        {
            Console.Out.WriteLine($"What is to come is promised to nobody under policy {order.Policy}: its action is wait, not back-order.");
        }

        if (order.Unfilled.Count == 0 || order.Unfillable != UnfillableAction.BackOrder)
        {
            return;
        }

        if (order.UnusedSupply.Count == 0)
        {
            Console.Out.WriteLine("Nothing is expected that could be promised to it.");
            return;
        }

        var table = new TextTable(
            ("Line", true), ("Not promised from", false), ("Announced as", false), ("Units", true), ("Free", true), ("Due", false), ("Why", false));
        foreach (var unused in order.UnusedSupply)
        {
            table.Row(
                $"{unused.Line}", unused.LocationId, unused.Name, $"{unused.Units:N0}", $"{unused.FreeUnits:N0}", Output.Time(unused.DueTime), Words(unused));
        }

        Console.Out.WriteLine();
        table.Write(Console.Out);
    }

    private static string Words(UnusedSupply unused) => unused.Verdict switch
    {
        RouteVerdict.NoStock when unused.Overdue => "is overdue: announce it anew",
        RouteVerdict.NoStock => "is promised to others",
        RouteVerdict.TooLate when unused.PromiseTime is not null => $"would be too late: promised for {Output.Time(unused.PromiseTime)}",
        RouteVerdict.Chosen => "is promised when the order is tried next",
        _ => Words(new RouteThought { Verdict = unused.Verdict }, 0),
    };

    private static string Words(RouteThought thought, int parts) => thought.Verdict switch
    {
        RouteVerdict.NoStock => "has none of what is wanted",
        RouteVerdict.Excluded => "refused or rejected this before, or is excluded by the policy",
        RouteVerdict.Incapable => "is closed, or does not do that",
        RouteVerdict.KindNotAllowed => "is of a kind that the policy does not use",
        RouteVerdict.GoodsNotAllowed => "may not handle such goods",
        RouteVerdict.NoCapacity => "is full",
        RouteVerdict.TooFar => "is farther away than the policy allows",
        RouteVerdict.TooLate => "would be too late",
        RouteVerdict.Worse when thought.HasAloneMinor => "could do all of it, but the way above is better",
        RouteVerdict.Worse => parts == 0 ? "could do some of it" : "could do some of it, but the way above is better",
        RouteVerdict.Beyond => "was not looked at: too far away for any better way",
        _ => thought.Verdict.ToString().ToLowerInvariant(),
    };
}
