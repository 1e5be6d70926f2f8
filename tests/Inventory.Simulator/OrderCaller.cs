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
internal sealed class OrderCaller(World world, Plan plan, int number, Tally tally)
{
    private const int AttemptsMax = 8;
    private static readonly Actor s_by = new(Channel.Web, "caller");
    private readonly Random _random = new(unchecked((plan.Seed * 7_000_003) + number));
    private readonly List<OrderTold> _orders = [];

    public async Task LiveAsync()
    {
        for (var call = 0; call < plan.Calls; call++)
        {
            await (_orders.Count == 0 ? PlaceAsync() : _random.Next(12) switch
            {
                < 3 => PlaceAsync(),
                < 5 => ReceiveAsync(),
                < 11 => GoOnAsync(),
                _ => ImproveAsync(),
            });
            if (_random.Next(3) == 0)
            {
                await PauseAsync();
            }
        }
    }

    private async Task PlaceAsync()
    {
        var order = new PlaceOrder(Shop.AnyId(_random), s_by, AnyContent()) { QuoteMs = _random.Next(4) == 0 ? Shop.AnyTtl(_random) : 0 };
        var told = Know(order.Id);
        await RetryAsync(async () =>
        {
            var answer = await world.Orders.Place(order);
            tally.Add($"answer order {(order.QuoteMs > 0 ? "quote" : "place")} {answer.Outcome}");
            told.Placed |= answer.Outcome.IsAccepted();
        });
        if (order.QuoteMs > 0 && _random.Next(4) != 0)
        {
            var quote = new RedeemQuote(Shop.AnyId(_random), s_by, order.Id, _random.Next(2) == 0 ? order.Content : null);
            await RetryAsync(async () => tally.Add($"answer order redeem {(await world.Orders.Redeem(quote)).Outcome}"));
        }

        if (_random.Next(2) == 0)
        {
            await StepAsync(told, OrderVerb.Confirm);
        }
    }

    private static bool IsOfTheWhole(OrderVerb verb) => verb is OrderVerb.Confirm or OrderVerb.Extend || verb.BringsBack();

    // What customers take is delivered again, or soon there would be nothing to order.
    private Task ReceiveAsync()
    {
        var (key, command) = (new StockKey(Shop.Skus[_random.Next(2)], AnyPlace()), StockCommand.Receive(Shop.AnyId(_random), _random.Next(2, 6)));
        var sent = world.Auditor.Send(key, command);
        return RetryAsync(async () =>
        {
            var (told, askedAtMs) = (world.Auditor.Books.Of(key).Told, world.NowMs);
            world.Auditor.Answered(sent, await world.Service.Do(key, command), told, askedAtMs);
        });
    }

    private Task GoOnAsync()
    {
        var told = _orders[^(1 + _random.Next(Math.Min(6, _orders.Count)))];
        return StepAsync(told, _random.Next(16) switch
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
        });
    }

    private async Task StepAsync(OrderTold told, OrderVerb verb)
    {
        int? part = verb == OrderVerb.Reject || (!IsOfTheWhole(verb) && _random.Next(4) == 0) ? _random.Next(2) : null;
        ImmutableArray<LineUnits> lines = (verb.TakesUnits() || verb.BringsBack()) && _random.Next(2) == 0 ? [new LineUnits(0, 1)] : [];
        var step = new OrderStep(
            Shop.AnyId(_random), s_by, verb, part, verb == OrderVerb.Choose ? [] : lines,
            verb == OrderVerb.Extend ? Shop.AnyTtl(_random) : 0, verb.BringsBack() ? AnyPlace() : null, Shop.AnyCondition(_random))
        {
            Wish = verb == OrderVerb.Choose ? AnyWish(WishKind.CollectAt, WishKind.CollectNear, WishKind.Ship) : null,
            Content = verb == OrderVerb.Exchange ? AnyContent() : null,
        };
        await RetryAsync(async () =>
        {
            var answer = await world.Orders.Step(told.Id, step);
            tally.Add($"answer order {verb.ToString().ToLowerInvariant()} {answer.Outcome}");
            told.Confirmed |= verb == OrderVerb.Confirm && answer.Outcome.IsAccepted();
            if (answer.NewOrder is { } other && !_orders.Any(each => each.Id == other))
            {
                Know(other).Placed = true;
            }
        });
    }

    private async Task ImproveAsync()
    {
        var id = Shop.AnyId(_random);
        await RetryAsync(async () => tally.Add("order moved for the better", (await world.Orders.Improve(id, 1, null, 20)).Moved.Length));
    }

    private OrderTold Know(RequestId id)
    {
        var told = new OrderTold(id);
        _orders.Add(told);
        world.Auditor.Orders.Add(told);
        return told;
    }

    private OrderContent AnyContent()
    {
        var wish = AnyWish(WishKind.CollectAt, WishKind.CollectNear, WishKind.Ship, WishKind.Ship, WishKind.DecideLater, WishKind.DecideLater);
        var lines = Enumerable.Range(0, _random.Next(1, 3)).Select(_ => new OrderedLine(Shop.Skus[_random.Next(2)], _random.Next(1, 4), wish));
        return new OrderContent([.. lines], "c-" + number, Shop.AnyChannel(_random), Shop.AnyTtl(_random), Partial: _random.Next(4) == 0);
    }

    private Wish AnyWish(params WishKind[] kinds) => kinds[_random.Next(kinds.Length)] switch
    {
        WishKind.CollectAt => new Wish(WishKind.CollectAt, AnyPlace()),
        var kind => new Wish(kind, Point: new Position(52.1, 0)),
    };

    private LocationId AnyPlace() => Shop.Places[_random.Next(Shop.Places.Length)];

    private Task PauseAsync() => Task.Delay(TimeSpan.FromMilliseconds(_random.Next(1, 1_500)), world.Time);

    private async Task RetryAsync(Func<Task> call)
    {
        for (var attempt = 0; attempt < AttemptsMax && !await Caller.TryAsync(world, tally, call); attempt++)
        {
            if (_random.Next(8) == 0)
            {
                tally.Add("order call given up");
                return;
            }

            await PauseAsync();
        }
    }
}
