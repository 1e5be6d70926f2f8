using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Routing;
using static Inventory.Grains.Tests.OrderDesk;

namespace Inventory.Grains.Tests;

/// <summary>Demand that orders teach, and routes that it leads elsewhere.</summary>
public sealed class DemandTests
{
    private const int Wanted = 20;
    private static readonly Actor s_by = new(Channel.Web, "shop", "");
    private static readonly RoutingPolicy s_byDemand = new() { Name = "by-demand", ScarcityBy = ScarcityBy.Demand, ScarcityMinor = 20_000 };

    [Fact]
    public async Task What_is_wanted_is_known_after_a_restart_and_keeps_the_units_of_its_region()
    {
        await using var world = await Stocked();
        Assert.Empty(await Demand(world));
        Assert.Equal("near", (await Place(world, Shipped(("MUG", 1)))).Order!.Parts[0].Location.Value);
        await Known(world, 1);
        for (var i = 0; i < 3; i++)
        {
            // Refused, for there are not so many: that is demand too.
            Assert.Equal(OrderOutcome.Insufficient, (await Place(world, Shipped(("MUG", Wanted)), World.Id($"want-{i}"))).Outcome);
        }

        await Known(world, 4);
        await Place(world, Shipped(("MUG", Wanted)), World.Id("want-0")); // a repetition is no demand, nor is a question
        await world.Orders.Quote(Shipped(("MUG", 2)));
        await Policy(world);
        await using var next = await world.Restart();
        foreach (var store in new[] { "near", "middle", "far" })
        {
            await next.Shown("MUG@" + store, row => row.Available == (store == "near" ? 4 : 5));
        }

        var demand = Assert.Single(await Demand(next));
        Assert.Equal((DemandRegion.Of(Home), (1 + (3 * Wanted)) / 4.0), (demand.Region, demand.UnitsPerOrder));
        var order = (await Place(next, Shipped(("MUG", 1)) with { Policy = s_byDemand.Name }, World.Id("second"))).Order!;
        Assert.Equal("far", order.Parts[0].Location.Value); // where nobody ordered yet
        Assert.Equal(0, order.Routes[0].Parts[0].Cost.Scarcity);
        Assert.Equal("near", (await Place(next, Shipped(("MUG", 1)), World.Id("third"))).Order!.Parts[0].Location.Value); // by the usual policy
        await next.Shown("MUG@near", row => row.Available == 3);

        // The term is told: what near and middle have covers two orders of that size.
        var all = (await Place(next, Shipped(("MUG", 5)) with { Policy = s_byDemand.Name }, World.Id("fourth"))).Order!;
        demand = (await Demand(next))[0];
        Assert.All(all.Routes[0].Parts.Where(part => part.Location.Value != "far"), part => Assert.NotEqual(0, part.Cost.Scarcity));
        Assert.Contains(all.Why, line => line.Contains("scarcity", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_quote_teaches_when_it_is_redeemed()
    {
        await using var world = await Stocked();
        var quote = World.Id("quote");
        await world.Orders.Place(new PlaceOrder(quote, s_by, Shipped(("MUG", 2))) { QuoteMs = 60_000 });
        Assert.Empty(await Demand(world));
        Assert.Equal(OrderOutcome.Accepted, (await world.Orders.Redeem(new RedeemQuote(Order, s_by, quote, null))).Outcome);
        await Known(world, 1);
        Assert.Equal(2, (await Demand(world))[0].UnitsPerOrder);
        await world.Orders.Redeem(new RedeemQuote(Order, s_by, quote, null));
        Assert.Equal(1, Orders(world, (await Demand(world))[0]), 3);
    }

    private static async Task Policy(World world)
    {
        var policies = world.Get<IPolicies>();
        await policies.Write(new PolicyCommand(PolicyVerb.Create, World.Id("create"), s_by, Policy: s_byDemand));
        await policies.Write(new PolicyCommand(PolicyVerb.Activate, World.Id("activate"), s_by, s_byDemand.Name, 1));
    }

    private static async Task<ImmutableArray<RegionDemand>> Demand(World world) =>
        await world.Grains.GetGrain<IDemandGrain>("MUG").At(world.Time.NowMs).AsTask().WaitAsync(World.Patience);

    // Orders tell it and do not wait.
    private static async Task Known(World world, int orders)
    {
        using var patience = new CancellationTokenSource(World.Patience);
        while (await Demand(world) is var demand && (demand.IsEmpty || Math.Abs(Orders(world, demand[0]) - orders) > 0.01))
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static double Orders(World world, RegionDemand demand) => demand.UnitsPerDay * 7 / demand.UnitsPerOrder;
}
