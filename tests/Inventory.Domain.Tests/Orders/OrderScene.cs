using System.Collections.Immutable;
using Inventory.Domain.Codec;
using Inventory.Domain.Orders;
using Inventory.Domain.Routing;
using Inventory.Domain.Stocks;

namespace Inventory.Domain.Tests.Orders;

/// <summary>An order and what happens to it. Every event goes through its bytes.</summary>
internal sealed class OrderScene
{
    public const long BeginMs = 1_000_000;
    public const long TtlMs = 60_000;
    public static readonly Actor Till = new(Channel.Parse("pos"), "till 7", "asked at the desk");
    private static readonly LocationId s_leeds = LocationId.Parse("leeds");
    private int _ids = 100;

    public OrderRecord Order { get; private set; } = new();

    public List<OrderEvent> Events { get; } = [];

    public long NowMs { get; set; } = BeginMs;

    public static OrderContent Content(params (string Sku, long Units, Wish Wish)[] lines) => new(
        [.. lines.Select(line => new OrderedLine(Sku.Parse(line.Sku), line.Units, line.Wish, 1_999, 400))], "customer-1", Channel.Web, TtlMs);

    /// <summary>Two lines held in two parts: 3 units collected at Leeds, and 2 + 4 units shipped from York.</summary>
    public static OrderScene Held(bool confirmed = false)
    {
        var scene = new OrderScene();
        var ship = new Wish(WishKind.Ship, Point: new Position(53, -1));
        scene.Place(Content(("A", 3, new Wish(WishKind.CollectAt, s_leeds)), ("B", 2, ship), ("C", 4, ship)));
        scene.Hold(Part("leeds", WishKind.CollectAt, (0, 3)), Part("york", WishKind.Ship, (1, 2), (2, 4)));
        if (confirmed)
        {
            scene.Do(OrderVerb.Confirm);
        }

        return scene;
    }

    public static LegPart Part(string location, WishKind kind, params (int Line, long Units)[] lines) =>
        new(LocationId.Parse(location), kind, BeginMs + 3_600_000, 499, [.. lines.Select(line => new LineUnits(line.Line, line.Units))]);

    /// <summary>Three units of A held at Leeds, for a customer who decides later.</summary>
    public static OrderScene Undecided(long quoteMs = 0)
    {
        var scene = new OrderScene();
        scene.Place(Content(("A", 3, new Wish(WishKind.DecideLater))), quoteMs);
        scene.Hold(Part("leeds", WishKind.DecideLater, (0, 3)));
        return scene;
    }

    public void Place(OrderContent content, long quoteMs = 0) =>
        Apply(new OrderPlaced(NowMs, Id(1), OrderCodec.HashOf(content), Till, content) { QuoteMs = quoteMs });

    /// <summary>Five units of A, of which nothing is there, that wait.</summary>
    public static OrderScene Waiting(Unfillable unfillable = Unfillable.Wait)
    {
        var scene = new OrderScene();
        scene.Place(Content(("A", 5, new Wish(WishKind.Ship, Point: new Position(53, -1)))));
        scene.Nothing(unfillable);
        return scene;
    }

    /// <summary>No location was found.</summary>
    public void Nothing(Unfillable unfillable) => Apply(new RouteGivenUp(NowMs, OrderOutcome.Insufficient, ["nowhere"])
    {
        Unfillable = unfillable, Policy = unfillable == Unfillable.Cancel ? null : "patient", PolicyVersion = unfillable == Unfillable.Cancel ? 0 : 4,
    });

    public void Hold(params LegPart[] parts)
    {
        Apply(new LegIntended(NowMs, [.. parts], [], "lowest-cost", Order.IsFirm, ["york: chosen"]));
        Apply(new LegDecided(NowMs, true, Order.IsFirm ? 0 : NowMs + TtlMs, []));
    }

    public OrderStepAsk Ask(OrderVerb verb, int? part = null, params LineUnits[] lines) => new(
        Id(_ids++), 77, Till, verb, part, [.. lines], TtlMs, verb.BringsBack() ? s_leeds : null);

    /// <summary>Judges a step, and makes it true if it is accepted.</summary>
    public OrderOutcome Do(OrderVerb verb, int? part = null, params LineUnits[] lines) => Do(Ask(verb, part, lines));

    public OrderOutcome Do(OrderStepAsk ask)
    {
        var outcome = OrderRules.JudgeStep(Order, ask, NowMs, out _, out var units);
        if (outcome == OrderOutcome.Accepted)
        {
            Apply(new OrderStepIntended(NowMs, ask.Id, ask.ContentHash, ask.By, ask.Verb, units, ask.TtlMs, ask.To, Condition.Damaged)
            {
                Waiting = OrderRules.WaitingOf(Order, ask) is { IsEmpty: false } waiting ? waiting : default,
                Promised = OrderRules.PromisedOf(Order, ask) is { IsEmpty: false } promised ? promised : default,
            });
            var given = Order.Step!.Promised.IsDefault ? default
                : Order.Step.Promised.Select(each => new GivenUpPromise(each.Promise, each.Units, 0)).ToImmutableArray();
            var took = units.Select(each => each.Part).Distinct().ToImmutableArray();
            var expiresAtMs = ask.Verb is OrderVerb.Extend or OrderVerb.Redeem ? NowMs + ask.TtlMs : 0;
            Apply(new OrderStepDecided(NowMs, outcome, took, expiresAtMs)
            {
                NewOrder = ask.Verb == OrderVerb.Exchange ? Id(9) : null, Promised = given,
            });
        }

        return outcome;
    }

    /// <summary>Moves parts, or lets them go another way, as a choice or for the better.</summary>
    public void Move(OrderVerb verb, Wish? wish, params (PartMove Move, int Slot)[] moves)
    {
        var units = moves.SelectMany(each => each.Move.To.Lines.Select(line => new PartUnits(each.Move.Part, line.Line, line.Units)));
        Apply(new OrderStepIntended(NowMs, Id(_ids++), 77, Till, verb, [.. units])
        {
            Wish = wish, Moves = [.. moves.Select(each => each.Move)], SavedMinor = verb == OrderVerb.Move ? 120 : 0,
        });
        Apply(new OrderStepDecided(NowMs, OrderOutcome.Accepted, [.. moves.Select(each => each.Move.Part).Distinct()])
        {
            Slots = [.. moves.Select(each => each.Slot)],
        });
    }

    public void Apply(OrderEvent change)
    {
        Events.Add(change);
        Order.Apply(OrderCodec.Decode(OrderCodec.Encode(change)));
    }

    public static RequestId Id(int number) => new(0xABC, (ulong)number);
}
