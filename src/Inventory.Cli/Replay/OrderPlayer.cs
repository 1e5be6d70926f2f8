using System.Globalization;
using Inventory.V1;

namespace Inventory.Cli.Replay;

/// <summary>
/// Plays an invoice as orders. Who picks up asks which store near by has the first line, and orders all lines there; what that store does not have
/// or does not deliver is then ordered to be sent. Where from, the service chooses. Every order is placed, confirmed, picked, laid ready, and
/// collected or shipped; on the way a location may reject its part or a line of it, and the customer may cancel.
/// </summary>
internal sealed class OrderPlayer(Caller caller)
{
    /// <summary>Names the order of an invoice that is collected.</summary>
    public const string Collect = "collect";

    /// <summary>Names the order of an invoice that is sent.</summary>
    public const string Ship = "ship";

    private const double PickupRadiusMetres = 50_000;

    /// <summary>Most parts of one order that may be rejected: what is routed anew is rejected as often as what was first.</summary>
    private const int RejectsMax = 20;

    private enum Whim
    {
        None,
        BeforePaying,
        AfterPaying,
        OneLine,
    }

    /// <summary>What became of the lines.</summary>
    public async Task<List<LineResult>> PlayAsync(YearEvent order)
    {
        var world = caller.Stage.World;
        var first = world.Lines[order.First];
        var traits = world.Traits(first);
        var whim = WhimOf(first);
        (int Line, int Units)[] rest = [.. order.Lines.Select(line => (line, world.Lines[line].Units))];
        var results = new List<LineResult>();
        if (traits.Pickup)
        {
            var steps = new OrderSteps(caller, first, Collect);
            if (await PickupAsync(first, traits, steps) is { } store)
            {
                var delivery = new Delivery { Kind = DeliveryKind.CollectAt, LocationId = store };
                var sold = await SellAsync(steps, rest, delivery, traits.Channel, whim, isCollected: true);
                results.AddRange(sold.Order?.Results(isCollected: true) ?? []);
                rest = sold.Order is null ? rest : [.. sold.Order.Unfilled()];
                if (sold.Order is not null && whim is Whim.BeforePaying or Whim.AfterPaying)
                {
                    results.AddRange(rest.Select(line => new LineResult(line.Line, LineOutcome.Cancelled, 0, -1, line.Units)));
                    rest = [];
                }

                whim = sold.Order is null ? whim : Whim.None;
            }

            if (rest.Length > 0)
            {
                caller.Stage.Tally.FellBack();
            }
        }

        if (rest.Length > 0)
        {
            var delivery = new Delivery { Kind = DeliveryKind.Ship, Point = PointOf(traits.Customer) };
            var sold = await SellAsync(new OrderSteps(caller, first, Ship), rest, delivery, traits.Channel, whim, isCollected: false);
            results.AddRange(sold.Order?.Results(isCollected: false) ?? []);
            results.AddRange(sold.Order is null
                ? rest.Select(line => new LineResult(line.Line, LineOutcome.Refused, (byte)sold.Reason, -1, line.Units))
                : sold.Order.Unfilled().Select(line => new LineResult(line.Line, LineOutcome.Unfilled, 0, -1, line.Units)));
        }

        return results;
    }

    private static GeoPoint PointOf(Place place) => new() { Latitude = place.Latitude, Longitude = place.Longitude };

    private Seeded Draw(string purpose, in OrderLine first, int number = 0) => Seeded.For(
        caller.Stage.World.Settings.Seed, purpose, string.Create(CultureInfo.InvariantCulture, $"{first.Invoice}/{first.Line}/{number}"));

    private Whim WhimOf(in OrderLine first)
    {
        var draw = Draw("cancel", first);
        return !draw.Chance(caller.Stage.World.Settings.Orders!.CancelShare) ? Whim.None : draw.Unit() switch
        {
            < 0.3 => Whim.BeforePaying,
            < 0.6 => Whim.AfterPaying,
            _ => Whim.OneLine,
        };
    }

    /// <summary>Where the customer picks up: a store near by with the first line, as the service shows it; null if there is none.</summary>
    private async Task<string?> PickupAsync(OrderLine first, OrderTraits traits, OrderSteps steps)
    {
        // What was placed before this run was resumed must be asked again as it was.
        if (caller.Stage.IsResumed)
        {
            if (await steps.FindAsync() is { } placed)
            {
                return placed.Content.Lines[0].Delivery.LocationId;
            }

            if (await new OrderSteps(caller, first, Ship).FindAsync() is not null)
            {
                return null;
            }
        }

        var request = new FindNearbyRequest
        {
            Sku = first.Sku,
            Point = PointOf(traits.Customer),
            RadiusMetres = PickupRadiusMetres,
            Units = first.Units,
            Channel = traits.Channel,
            Limit = 1,
            CollectOnly = true,
        };
        var near = await caller.Client.AskAsync(Operation.FindNearby, request, caller.Client.Availability.FindNearbyAsync, caller.Stop);
        return near.Locations.Count > 0 ? near.Locations[0].Availability.LocationId : null;
    }

    /// <summary>Places an order and follows it to its end.</summary>
    /// <returns>The order; or null, and why it was refused.</returns>
    private async Task<(SoldOrder? Order, RefusalReason Reason)> SellAsync(
        OrderSteps steps, (int Line, int Units)[] wanted, Delivery delivery, string channel, Whim whim, bool isCollected)
    {
        var (stage, first) = (caller.Stage, caller.Stage.World.Lines[wanted[0].Line]);
        var content = new OrderContent
        {
            Delivery = delivery, Customer = first.Customer, Channel = channel, Policy = stage.World.Settings.Orders!.Policy, Partial = true,
        };
        content.Lines.AddRange(wanted.Select(line => new V1.OrderLine { Sku = stage.World.Lines[line.Line].Sku, Units = line.Units }));
        var placed = await steps.PlaceAsync(content);
        if (!placed.Decision.Accepted)
        {
            if (placed.Decision.RefusalReason is not (RefusalReason.Insufficient or RefusalReason.NoRoute))
            {
                stage.Differs($"Invoice {first.Invoice} was refused: {placed.Decision.RefusalReason} {placed.Decision.RefusalMessage}");
            }

            return (null, placed.Decision.RefusalReason);
        }

        var order = new SoldOrder(stage, steps.OrderId, wanted);
        order.Learn(placed.Order, placed.Decision.Repeated);
        var last = await FollowAsync(steps, order, first, whim, isCollected);
        order.Compare(last ?? placed.Order);
        stage.Tally.Placed(order.Parts.Count);
        return (order, RefusalReason.Unspecified);
    }

    /// <summary>The order as the last answer shows it; null if there was none.</summary>
    private async Task<Order?> FollowAsync(OrderSteps steps, SoldOrder order, OrderLine first, Whim whim, bool isCollected)
    {
        if (whim == Whim.BeforePaying)
        {
            return await CancelAsync(steps, order, "changed my mind", whole: true);
        }

        var last = Take(order, await steps.ConfirmAsync());
        last = await RejectAsync(steps, order, first) ?? last;
        if (order.Left > 0 && whim is Whim.AfterPaying or Whim.OneLine)
        {
            last = await CancelAsync(steps, order, "found it cheaper", whole: whim == Whim.AfterPaying);
        }

        if (order.Left == 0)
        {
            return last; // nothing is left to do
        }

        Take(order, await steps.PickAsync());
        Take(order, await steps.ReadyAsync());
        foreach (var line in order.Parts.SelectMany(part => part.Lines))
        {
            SoldOrder.Take(line, OrderFate.Gone, line.Left);
        }

        return Take(order, isCollected ? await steps.CollectAsync() : await steps.ShipAsync());
    }

    /// <summary>Parts, also those that came in place of others, are rejected as the seed says: half of them whole, of the others one line.</summary>
    private async Task<Order?> RejectAsync(OrderSteps steps, SoldOrder order, OrderLine first)
    {
        Order? last = null;
        for (var number = 0; number < order.Parts.Count && number < RejectsMax; number++)
        {
            var part = order.Parts[number];
            var draw = Draw("reject", first, number);
            if (!draw.Chance(caller.Stage.World.Settings.Orders!.RejectShare))
            {
                continue;
            }

            SoldOrder.PartLine[] lines = draw.Chance(0.5) ? part.Lines : [part.Lines[draw.Below(part.Lines.Length)]];
            foreach (var line in lines)
            {
                caller.Stage.Room(order.LineOf(line.Line), part.Store, line.Units);
                SoldOrder.Take(line, OrderFate.Rejected, line.Units);
            }

            var named = lines.Length == part.Lines.Length ? [] : lines.Select(line => new OrderLineUnits { Line = line.Line, Units = line.Units });
            last = Take(order, await steps.RejectAsync(part, named));
        }

        return last;
    }

    private async Task<Order?> CancelAsync(OrderSteps steps, SoldOrder order, string why, bool whole)
    {
        var left = order.Parts.SelectMany(part => part.Lines.Select(line => (part.Store, Line: line))).Where(each => each.Line.Left > 0).ToArray();
        var cancelled = whole ? left : left.Where(each => each.Line.Line == left[0].Line.Line).ToArray();
        foreach (var (store, line) in cancelled)
        {
            caller.Stage.Room(order.LineOf(line.Line), store, line.Left);
        }

        var units = cancelled.Sum(each => each.Line.Left);
        foreach (var (_, line) in cancelled)
        {
            SoldOrder.Take(line, OrderFate.Cancelled, line.Left);
        }

        return Take(order, await steps.CancelAsync(why, whole ? [] : [new OrderLineUnits { Line = left[0].Line.Line, Units = units }]));
    }

    /// <summary>Holds the answer to a step, which must be granted, against the books.</summary>
    private Order Take(SoldOrder order, (Decision Decision, Order Order) answer)
    {
        if (!answer.Decision.Accepted)
        {
            caller.Stage.Tally.RefusedUnexpectedly();
            caller.Stage.Differs($"Order {order.Id}: a step was refused: {answer.Decision.RefusalReason} {answer.Decision.RefusalMessage}");
        }

        order.Learn(answer.Order, answer.Decision.Repeated || !answer.Decision.Accepted);
        return answer.Order;
    }
}
