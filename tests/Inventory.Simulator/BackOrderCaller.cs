using Inventory.Domain.Orders;

namespace Inventory.Simulator;

/// <summary>Customers who order more than there is and wait for it: what no shelf has is promised to them from what is to come.</summary>
internal sealed class BackOrderCaller(World world, Plan plan, int number, Tally tally)
    : OrderCaller(world, plan, new Random(unchecked((plan.Seed * 13_000_027) + number)), tally, "back-order", "b-" + number)
{
    // Plain lines: how kits and what is decided later are promised is not looked at here.
    protected override OrderContent AnyContent()
    {
        var wish = AnyWish(WishKind.CollectAt, WishKind.CollectAt, WishKind.CollectNear, WishKind.Ship, WishKind.Ship);
        var lines = Enumerable.Range(0, Random.Next(1, 3)).Select(_ => new OrderedLine(Shop.Skus[Random.Next(2)], Random.Next(1, 5), wish));
        return new OrderContent(
            [.. lines], "b-" + number, Shop.AnyChannel(Random), Shop.AnyTtl(Random), Policy: Shop.BackOrder, Partial: Random.Next(6) == 0);
    }

    protected override OrderVerb AnyVerb() => Random.Next(16) switch
    {
        < 3 => OrderVerb.Confirm,
        3 => OrderVerb.Extend,
        4 => OrderVerb.Pick,
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
        < 10 => GoOnAsync(),
        10 => LookAsync(),
        _ => ImproveAsync(),
    };

    private Task LookAsync() => RetryAsync(async () =>
    {
        var view = await World.Orders.Get(Orders[Random.Next(Orders.Count)].Id);
        Check(view);
        Tally.Add("look at a back-order");
        Tally.Add("late promise of an order seen", view?.Expected.Count(each => each.IsLate) ?? 0);
    });
}
