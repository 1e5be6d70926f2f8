using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Catalog;
using Inventory.Domain.Orders;
using Inventory.Domain.Stocks;
using static Inventory.Grains.Tests.OrderDesk;

namespace Inventory.Grains.Tests;

/// <summary>
/// The process dies at every append of what is done with kits; another one takes over and the caller asks again. PAIR is a mug and two cups, five of each are
/// in each of three stores.
/// </summary>
public sealed class KitCrashTests
{
    private static readonly RequestId s_back = World.Id("back");

    [Fact]
    public Task A_kit_that_is_taken_back_without_an_order_is_back_once() => OrderMoveCrashTests.Everywhere(
        _ => Task.CompletedTask,
        async world => (await world.Reservations.ReturnKit(World.Key("PAIR@far"), s_back, 2, Condition.Sellable).AsTask().WaitAsync(World.Patience))
            .Outcome.IsAccepted(),
        async world => Assert.Equal((7L, 9L), ((await world.View("MUG@far")).Sellable, (await world.View("CUP@far")).Sellable)),
        KitOrderTests.WithPairs);

    [Fact]
    public Task What_comes_back_in_a_kit_comes_back_once_with_the_lot_of_its_component()
    {
        ImmutableArray<ReturnedLot> lots = [new(Sku.Parse("CUP"), LotName.Parse("L"), new DateOnly(2026, 12, 24))];
        return OrderMoveCrashTests.Everywhere(
            async world => Assert.Equal(
                CatalogOutcome.Accepted, (await world.Get<ICatalog>().Upsert(World.Id("cup"), Sku.Parse("CUP"), new CatalogFacts { HasLots = true })).Outcome),
            async world => (await world.Reservations.ReturnKit(World.Key("PAIR@far"), s_back, 2, Condition.Sellable, lots).AsTask().WaitAsync(World.Patience))
                .Outcome.IsAccepted(),
            async world =>
            {
                Assert.Equal(7L, (await world.View("MUG@far")).Sellable);
                Assert.Equal("L 4, - 5", string.Join(", ", (await world.View("CUP@far")).Lots.Select(lot => $"{lot.Name} {lot.Sellable}")));
            },
            KitOrderTests.WithPairs);
    }

    [Fact]
    public Task An_order_of_kits_is_held_once_and_whole() => OrderMoveCrashTests.Everywhere(
        _ => Task.CompletedTask,
        async world => (await Place(world, Shipped(("PAIR", 3), ("MUG", 1)))).Outcome.IsAccepted(),
        world => AssertSums(world, pairs: 3, mugs: 1, gone: 0),
        KitOrderTests.WithPairs);

    [Theory]
    [InlineData(OrderVerb.Confirm, 3, 0)]
    [InlineData(OrderVerb.Reject, 3, 0)]
    [InlineData(OrderVerb.Cancel, 0, 0)]
    [InlineData(OrderVerb.Ship, 0, 3)]
    [InlineData(OrderVerb.Return, 0, 0)]
    public Task A_step_of_an_order_of_kits_takes_effect_once_and_whole(OrderVerb verb, long pairs, long gone) => OrderMoveCrashTests.Everywhere(
        async world =>
        {
            await Place(world, Shipped(("PAIR", 3)));
            if (verb != OrderVerb.Confirm)
            {
                await Step(world, "pay", OrderVerb.Confirm);
            }

            if (verb == OrderVerb.Return)
            {
                await Step(world, "send", OrderVerb.Ship);
            }
        },
        async world => (await Step(world, "step", verb, verb == OrderVerb.Reject ? 0 : null, verb == OrderVerb.Return ? "far" : null)).Outcome.IsAccepted(),
        async world =>
        {
            // Boards of the new process may not have heard from every store yet when it looks for another place.
            var unfilled = (await Get(world)).Unfilled.Sum(line => line.Units);
            Assert.True(verb == OrderVerb.Reject || unfilled == 0);
            await AssertSums(world, pairs - unfilled, mugs: 0, gone);
        },
        KitOrderTests.WithPairs);

    [Fact]
    public Task A_kit_that_is_chosen_elsewhere_is_at_one_place() => OrderMoveCrashTests.Everywhere(
        world => Place(world, Content(new Wish(WishKind.DecideLater, Point: Home), ("PAIR", 2))),
        async world => (await OrderMoveTests.Choose(world, "far", new Wish(WishKind.CollectAt, LocationId.Parse("far")))).Outcome.IsAccepted(),
        async world =>
        {
            Assert.Equal("near Ended 0:0/2, far Held 0:2/2", Parts(await Get(world)));
            Assert.Equal("MUG@far 2/5, CUP@far 4/5", await Shelves(world));
        },
        KitOrderTests.WithPairs);

    [Fact]
    public Task A_kit_that_is_moved_for_the_better_is_at_one_place() => OrderMoveCrashTests.Everywhere(
        async world =>
        {
            var first = World.Id("first");
            await Place(world, Shipped(("PAIR", 2)), first);
            await Place(world, Shipped(("PAIR", 2)));
            await Step(world, "pay", OrderVerb.Confirm);
            Assert.Equal("middle Open 0:2/2", Parts(await Get(world)));
            await world.Orders.Step(first, new OrderStep(World.Id("no"), new Actor(Channel.Web, "shop"), OrderVerb.Cancel, null, []));
            await world.Shown("MUG@near", row => row.Available == 5);
            await world.Shown("CUP@near", row => row.Available == 5);
        },
        async world => (await world.Grains.GetGrain<IOrderGrain>(Order.ToString()).Improve(World.Id("night"), 1).AsTask().WaitAsync(World.Patience)).Units == 2,
        async world =>
        {
            Assert.Equal("middle Ended 0:0/2, near Open 0:2/2", Parts(await Get(world)));
            Assert.Equal("MUG@near 2/5, CUP@near 4/5", await Shelves(world));
        },
        KitOrderTests.WithPairs);

    [Fact]
    public async Task A_first_delivery_that_races_the_definition_of_a_kit_leaves_books_that_balance()
    {
        for (var round = 0; round < 40; round++)
        {
            await using var world = await KitTests.Stocked();
            var facts = new CatalogFacts { Kit = [new KitComponent(Sku.Parse("MUG"), 1)] };
            var first = round % 2 == 0;
            Func<Task<bool>> deliver = async () => (await world.Do("NEW@north", StockCommand.Receive(World.Id("d"), 3))).Outcome == StockOutcome.Accepted;
            Func<Task<bool>> define = async () => (await KitTests.Upsert(world, "NEW", facts)).Outcome == CatalogOutcome.Accepted;
            var one = Task.Run(first ? deliver : define);
            var other = Task.Run(first ? define : deliver);
            var (came, made) = first ? (await one, await other) : (await other, await one);

            // One of them, or in the very moment both; never neither. The same requests are answered as before.
            Assert.True(came || made, "neither took effect");
            Assert.Equal(made ? CatalogOutcome.Accepted : CatalogOutcome.HasStock, (await KitTests.Upsert(world, "NEW", facts)).Outcome);
            Assert.Equal(came ? 3 : 0, (await world.View("NEW@north")).Sellable);
            if (made)
            {
                // The stock takes nothing more and promises nothing of what slipped in.
                Assert.Equal(StockOutcome.SkuIsKit, (await world.Do("NEW@north", StockCommand.Receive(world.NewId(), 1))).Outcome);
                Assert.Equal(StockOutcome.SkuIsKit, (await world.Reserve("NEW@north", "r", 1)).Outcome);
                var row = Assert.Single((await world.Availability.Get(new BoardQuery(Sku.Parse("NEW"), Channel.Web, null))).Rows);
                Assert.Equal(5, row.Available); // as many as there are mugs
            }

            await world.AssertAuditIsClean();
        }
    }

    // What orders hold, and what is on the shelves of all stores.
    private static async Task AssertSums(World world, long pairs, long mugs, long gone)
    {
        Assert.Equal((pairs + mugs, 2 * pairs), (await KitOrderTests.HeldOf(world, "MUG"), await KitOrderTests.HeldOf(world, "CUP")));
        var (mugsThere, cupsThere) = (0L, 0L);
        foreach (var store in new[] { "near", "middle", "far" })
        {
            mugsThere += (await world.View("MUG@" + store)).Sellable;
            cupsThere += (await world.View("CUP@" + store)).Sellable;
        }

        Assert.Equal((15 - gone, 15 - (2 * gone)), (mugsThere, cupsThere));
    }
}
