using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Stocks;
using Inventory.Grains;

namespace Inventory.Simulator;

/// <summary>What a caller knows of an order.</summary>
internal sealed class OrderTold(RequestId id)
{
    public RequestId Id => id;

    /// <summary>It was told that it is held.</summary>
    public bool Placed { get; set; }

    /// <summary>It was told that it is firm.</summary>
    public bool Confirmed { get; set; }
}

/// <summary>Orders as customers and stores make them: quoted, placed, chosen, confirmed, rejected, moved, sent, cancelled and brought back.</summary>
internal class OrderCaller(World world, Plan plan, Random random, Tally tally, string kind, string customer) : BesideCaller(world, plan, random, tally, kind)
{
    private readonly bool _hasKits = plan.Kits > 0;
    private readonly bool _hasLots = plan.Lots > 0;

    /// <summary>All that were placed, and what was told of them.</summary>
    protected List<OrderTold> Orders { get; } = [];

    public OrderCaller(World world, Plan plan, int number, Tally tally)
        : this(world, plan, new Random(unchecked((plan.Seed * 7_000_003) + number)), tally, "order", "c-" + number)
    {
    }

    /// <summary>A few units of something, to be had in some way.</summary>
    protected virtual OrderContent AnyContent()
    {
        var wish = AnyWish(WishKind.CollectAt, WishKind.CollectNear, WishKind.Ship, WishKind.Ship, WishKind.DecideLater, WishKind.DecideLater);
        var lines = Enumerable.Range(0, Random.Next(1, 3)).Select(_ => new OrderedLine(AnySku(), Random.Next(1, 4), wish));
        return new OrderContent([.. lines], customer, Shop.AnyChannel(Random), Shop.AnyTtl(Random), Partial: Random.Next(4) == 0);
    }

    /// <summary>What is done next with an order.</summary>
    protected virtual OrderVerb AnyVerb() => Random.Next(16) switch
    {
        < 2 => OrderVerb.Confirm,
        2 => OrderVerb.Extend,
        3 => OrderVerb.Pick,
        4 => OrderVerb.Ready,
        5 or 6 => OrderVerb.Collect,
        7 or 8 => OrderVerb.Ship,
        9 or 10 => OrderVerb.Reject,
        11 => OrderVerb.Cancel,
        12 => OrderVerb.Return,
        13 => OrderVerb.Exchange,
        _ => OrderVerb.Choose,
    };

    protected override Task CallAsync() => Orders.Count == 0 ? PlaceAsync() : Random.Next(12) switch
    {
        < 3 => PlaceAsync(),
        < 5 => ReceiveAsync(),
        < 11 => GoOnAsync(),
        _ => ImproveAsync(),
    };

    protected async Task PlaceAsync()
    {
        var order = new PlaceOrder(Shop.AnyId(Random), By, AnyContent()) { QuoteMs = Random.Next(4) == 0 ? Shop.AnyTtl(Random) : 0 };
        var told = Know(order.Id);
        await RetryAsync(async () =>
        {
            var answer = await World.Orders.Place(order);
            Tally.Add($"answer {Kind} {(order.QuoteMs > 0 ? "quote" : "place")} {answer.Outcome}");
            told.Placed |= answer.Outcome.IsAccepted();
            Check(answer.Order);
        });
        if (order.QuoteMs > 0 && Random.Next(4) != 0)
        {
            var quote = new RedeemQuote(Shop.AnyId(Random), By, order.Id, Random.Next(2) == 0 ? order.Content : null);
            await RetryAsync(async () =>
            {
                var answer = await World.Orders.Redeem(quote);
                Tally.Add($"answer {Kind} redeem {answer.Outcome}");
                Check(answer.Order);
            });
        }

        if (Random.Next(2) == 0)
        {
            await StepAsync(told, OrderVerb.Confirm);
        }
    }

    private static bool IsOfTheWhole(OrderVerb verb) => verb is OrderVerb.Confirm or OrderVerb.Extend || verb.BringsBack();

    protected Task GoOnAsync()
    {
        var told = Orders[^(1 + Random.Next(Math.Min(6, Orders.Count)))];
        return StepAsync(told, AnyVerb());
    }

    protected async Task StepAsync(OrderTold told, OrderVerb verb)
    {
        int? part = verb == OrderVerb.Reject || (!IsOfTheWhole(verb) && Random.Next(4) == 0) ? Random.Next(2) : null;
        ImmutableArray<LineUnits> lines = (verb.TakesUnits() || verb.BringsBack()) && Random.Next(2) == 0 ? [new LineUnits(0, 1)] : [];
        var step = new OrderStep(
            Shop.AnyId(Random), By, verb, part, verb == OrderVerb.Choose ? [] : lines,
            verb == OrderVerb.Extend ? Shop.AnyTtl(Random) : 0, verb.BringsBack() ? AnyPlace() : null, Shop.AnyCondition(Random))
        {
            Wish = verb == OrderVerb.Choose ? AnyWish(WishKind.CollectAt, WishKind.CollectNear, WishKind.Ship) : null,
            Content = verb == OrderVerb.Exchange ? AnyContent() : null,
            Lots = _hasLots && verb.BringsBack() && Random.Next(2) == 0 ? [Shop.AnyReturnedLot(Random, World.NowMs)] : [],
        };
        await RetryAsync(async () =>
        {
            var answer = await World.Orders.Step(told.Id, step);
            Tally.Add($"answer {Kind} {verb.ToString().ToLowerInvariant()} {answer.Outcome}");
            Check(answer.Order);
            told.Confirmed |= verb == OrderVerb.Confirm && answer.Outcome.IsAccepted();
            if (answer.NewOrder is { } other && !Orders.Any(each => each.Id == other))
            {
                Know(other).Placed = true;
            }
        });
    }

    /// <summary>Looks at an order: an answer shows one too.</summary>
    protected void Check(OrderView? view)
    {
        if (view is not null && ((OrderBook)World.Auditor.Owners.Of("order/" + view.Id)).Problem(view) is { } problem)
        {
            World.Auditor.Fail(problem);
        }
    }

    protected async Task ImproveAsync()
    {
        var id = Shop.AnyId(Random);
        await RetryAsync(async () => Tally.Add("order moved for the better", (await World.Orders.Improve(id, 1, null, 20)).Moved.Length));
        var place = Shop.Places[(int)(id.Low % (ulong)Shop.Places.Length)];
        await RetryAsync(async () => Tally.Add("order listed", (await World.Orders.List(new OrderQuery("", place, [], null, 20))).Orders.Length));
    }

    private OrderTold Know(RequestId id)
    {
        var told = new OrderTold(id);
        Orders.Add(told);
        World.Auditor.Orders.Add(told);
        return told;
    }

    protected Sku AnySku() => _hasLots && Random.Next(3) == 0 ? Shop.Milk : _hasKits && Random.Next(3) == 0 ? Shop.Kit : Shop.Skus[Random.Next(2)];

    protected Wish AnyWish(params WishKind[] kinds) => kinds[Random.Next(kinds.Length)] switch
    {
        (WishKind.CollectAt or WishKind.Fitting) and var kind => new Wish(kind, AnyPlace()),
        var kind => new Wish(kind, Point: new Position(52.1, 0)),
    };
}
