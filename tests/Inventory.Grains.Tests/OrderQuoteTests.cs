using Inventory.Domain;
using Inventory.Domain.Orders;
using static Inventory.Grains.Tests.OrderDesk;

namespace Inventory.Grains.Tests;

/// <summary>Quotes that are held, and goods that are exchanged.</summary>
public sealed class OrderQuoteTests
{
    private static readonly Actor s_by = new(Channel.Web, "shop", "");
    private static readonly RequestId s_pay = World.Id("pay-for-it");

    [Fact]
    public async Task A_quote_holds_what_it_promises_and_is_redeemed_as_it_stands()
    {
        await using var world = await Stocked();
        var quote = await Quote(world, 7);
        Assert.Equal((OrderOutcome.Accepted, OrderState.Quoted), (quote.Outcome, quote.Order!.State));
        Assert.Equal("MUG@near 5/5, MUG@middle 2/5", await Shelves(world));
        Assert.Equal(OrderOutcome.AlreadyAccepted, (await Quote(world, 7)).Outcome);
        Assert.Equal(OrderOutcome.IdReused, (await Quote(world, 8)).Outcome);
        Assert.Equal(OrderOutcome.IdReused, (await Place(world, Shipped(("MUG", 7)))).Outcome); // a quote is not the order of the same content

        await world.Receive("MUG@near", 100);
        Assert.Equal(OrderOutcome.QuoteDiffers, (await Redeem(world, "other", Shipped(("MUG", 8)))).Outcome);
        var redeemed = await Redeem(world, "pay-for-it", Shipped(("MUG", 7)));
        Assert.Equal((OrderOutcome.Accepted, OrderState.Held, Order), (redeemed.Outcome, redeemed.Order!.State, redeemed.Order.Id));
        Assert.Equal(
            quote.Order.Parts.Select(part => (part.Location, part.PromisedAtMs, part.CostMinor)),
            redeemed.Order.Parts.Select(part => (part.Location, part.PromisedAtMs, part.CostMinor)));
        Assert.Equal(world.Time.NowMs + TtlMs, redeemed.Order.Parts[0].ExpiresAtMs);
        Assert.Equal(OrderOutcome.AlreadyAccepted, (await Redeem(world, "pay-for-it", Shipped(("MUG", 7)))).Outcome);
        Assert.Equal(OrderOutcome.IdReused, (await Redeem(world, "pay-for-it", null)).Outcome);
        Assert.Equal(OrderOutcome.IdReused, (await Place(world, Shipped(("MUG", 1)), s_pay)).Outcome);
        Assert.Equal(OrderOutcome.QuoteRedeemed, (await Redeem(world, "twice", null)).Outcome);
        Assert.Equal(OrderOutcome.Accepted, (await Place(world, Shipped(("MUG", 1)), World.Id("twice"))).Outcome); // what was refused is free
        Assert.Equal(OrderOutcome.Accepted, (await Step(world, "pay", OrderVerb.Confirm)).Outcome);
    }

    [Fact]
    public async Task A_quote_that_is_over_given_up_or_unknown_is_not_redeemed()
    {
        await using var world = await Stocked();
        await Quote(world, 5);
        Assert.Equal(OrderOutcome.WrongState, (await Step(world, "pay", OrderVerb.Confirm)).Outcome);
        world.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(OrderOutcome.Expired, (await Redeem(world, "late", null)).Outcome);
        Assert.Equal("", await Shelves(world));

        var other = World.Id("other-quote");
        await world.Orders.Place(new PlaceOrder(other, s_by, Shipped(("MUG", 5))) { QuoteMs = 30_000 });
        await world.Locations.SetOpen(World.Id("close"), LocationId.Parse("near"), false); // as it stands, or not at all
        using var patience = new CancellationTokenSource(World.Patience);
        await foreach (var view in world.Orders.Watch(other, patience.Token))
        {
            if (view.State == OrderState.Cancelled)
            {
                break;
            }
        }

        Assert.Equal(OrderOutcome.Ended, (await world.Orders.Redeem(new RedeemQuote(World.Id("r"), s_by, other, null))).Outcome);
        Assert.Equal(OrderOutcome.NotFound, (await world.Orders.Redeem(new RedeemQuote(World.Id("r"), s_by, World.Id("none"), null))).Outcome);
        Assert.Equal(OrderOutcome.IdReused, (await world.Orders.Redeem(new RedeemQuote(other, s_by, other, null))).Outcome);
        Assert.Equal("", await Shelves(world));
    }

    [Fact]
    public async Task Two_who_redeem_one_quote_get_one_order()
    {
        await using var world = await Stocked();
        await Quote(world, 5);
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Redeem(world, $"buyer-{i}", null)));
        Assert.Single(answers, answer => answer.Outcome == OrderOutcome.Accepted);
        Assert.Equal(9, answers.Count(answer => answer.Outcome == OrderOutcome.QuoteRedeemed));
        Assert.Equal("MUG@near 5/5", await Shelves(world));
    }

    [Fact]
    public async Task Goods_are_exchanged_in_one_step_or_not_at_all()
    {
        await using var world = await Stocked();
        await Place(world, Shipped(("MUG", 3)));
        await Step(world, "pay", OrderVerb.Confirm);
        await Step(world, "send", OrderVerb.Ship);
        Assert.Equal(OrderOutcome.Insufficient, (await Exchange(world, "swap", "far", 1, Shipped(("CUP", 16)))).Outcome);
        Assert.Equal(OrderOutcome.LocationRefuses, (await Exchange(world, "swap", "nowhere", 1, Shipped(("CUP", 1)))).Outcome);
        Assert.Equal("MUG@near 0/2", await Shelves(world));

        var swapped = await Exchange(world, "swap", "far", 1, Shipped(("CUP", 2)));
        Assert.Equal(OrderOutcome.Accepted, swapped.Outcome);
        Assert.Equal("MUG@near 0/2, MUG@far 0/6, CUP@near 2/5", await Shelves(world));
        Assert.Equal(swapped.NewOrder, swapped.Order!.Steps[^1].NewOrder);
        var other = (await world.Orders.Get(swapped.NewOrder!.Value))!;
        Assert.Equal((OrderState.Held, Order), (other.State, other.Exchanges!.Value));

        var again = await Exchange(world, "swap", "far", 1, Shipped(("CUP", 2)));
        Assert.Equal((OrderOutcome.AlreadyAccepted, swapped.NewOrder), (again.Outcome, again.NewOrder));
        Assert.Equal(OrderOutcome.IdReused, (await Exchange(world, "swap", "far", 1, Shipped(("CUP", 3)))).Outcome);
        Assert.Equal(OrderOutcome.ExceedsDelivered, (await Exchange(world, "more", "far", 3, Shipped(("CUP", 1)))).Outcome);
        await world.AssertAuditIsClean();
    }

    internal static Task<OrderAnswer> Quote(World world, long mugs) =>
        Sure(() => world.Orders.Place(new PlaceOrder(Order, s_by, Shipped(("MUG", mugs))) { QuoteMs = 30_000 }));

    internal static Task<OrderAnswer> Redeem(World world, string id, OrderContent? content) =>
        Sure(() => world.Orders.Redeem(new RedeemQuote(World.Id(id), s_by, Order, content)));

    internal static Task<OrderAnswer> Exchange(World world, string id, string to, long mugs, OrderContent content) =>
        Sure(() => world.Orders.Step(Order, new OrderStep(World.Id(id), s_by, OrderVerb.Exchange, null, [new LineUnits(0, mugs)], 0, LocationId.Parse(to))
        {
            Content = content,
        }));
}
