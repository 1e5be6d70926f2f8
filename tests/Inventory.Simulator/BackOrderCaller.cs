using Inventory.Domain.Orders;
using Inventory.Grains;

namespace Inventory.Simulator;

/// <summary>Customers who order more than there is and wait for it: what no shelf has is promised to them from what is to come.</summary>
internal sealed class BackOrderCaller(World world, Plan plan, int number, Tally tally)
    : OrderCaller(world, plan, new Random(unchecked((plan.Seed * 13_000_027) + number)), tally, "back-order", "b-" + number)
{
    protected override OrderContent AnyContent()
    {
        var wish = AnyWish(
            WishKind.CollectAt, WishKind.CollectAt, WishKind.CollectNear, WishKind.Ship, WishKind.Ship, WishKind.DecideLater, WishKind.Fitting);
        var lines = Enumerable.Range(0, Random.Next(1, 3)).Select(_ => new OrderedLine(AnySku(), Random.Next(1, 5), wish));
        return new OrderContent(
            [.. lines], "b-" + number, Shop.AnyChannel(Random), Shop.AnyTtl(Random), Policy: Shop.BackOrder, Partial: Random.Next(6) == 0);
    }

    protected override OrderVerb AnyVerb() => Random.Next(16) switch
    {
        < 3 => OrderVerb.Confirm,
        3 => OrderVerb.Extend,
        4 => Random.Next(3) == 0 ? OrderVerb.Pick : OrderVerb.Choose,
        5 or 6 => OrderVerb.Collect,
        7 or 8 => OrderVerb.Ship,
        9 => OrderVerb.Reject,
        < 13 => OrderVerb.Cancel,
        13 => OrderVerb.Return,
        14 => OrderVerb.Exchange,
        _ => OrderVerb.Retry,
    };

    // Whoever waits looks again and again; and nobody delivers to a shelf.
    protected override Task CallAsync() => Orders.Count == 0 ? PlaceAsync() : Random.Next(12) switch
    {
        < 4 => PlaceAsync(),
        < 7 => GoOnAsync(),
        < 10 => FetchAsync(),
        10 => LookAsync(),
        _ => ImproveAsync(),
    };

    // Who looks first and then does what can be done: pays, says how it is to come, fetches it, brings it back.
    private async Task FetchAsync()
    {
        var told = Orders[^(1 + Random.Next(Math.Min(10, Orders.Count)))];
        OrderView? seen = null;
        await RetryAsync(async () => Check(seen = await World.Orders.Get(told.Id)));
        var part = seen?.Parts.LastOrDefault(each => each.State is PartState.Held or PartState.Open or PartState.Picking or PartState.Ready);
        OrderVerb? verb = (part, seen?.State) switch
        {
            ({ State: PartState.Held }, _) or (null, OrderState.Waiting) => OrderVerb.Confirm,
            ({ Kind: WishKind.DecideLater }, _) when Random.Next(2) == 0 => OrderVerb.Choose,
            ({ Kind: WishKind.Ship }, _) => OrderVerb.Ship,
            ({ }, _) => OrderVerb.Collect,
            (null, OrderState.Fulfilled) => OrderVerb.Return,
            _ => null,
        };
        if (verb is { } step)
        {
            await StepAsync(told, step);
        }
    }

    private Task LookAsync() => RetryAsync(async () =>
    {
        var view = await World.Orders.Get(Orders[Random.Next(Orders.Count)].Id);
        Check(view);
        Tally.Add("look at a back-order");
        Tally.Add("late promise of an order seen", view?.Expected.Count(each => each.IsLate) ?? 0);
    });
}
