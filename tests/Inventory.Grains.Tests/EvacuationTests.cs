using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Orders;
using static Inventory.Grains.Tests.BackOrderDesk;
using static Inventory.Grains.Tests.OrderDesk;

namespace Inventory.Grains.Tests;

/// <summary>What leaves a location that is switched off, beside the parts of <see cref="OrderTests"/>: at once, while time stands still.</summary>
public sealed class EvacuationTests
{
    private const int Many = GrainLimits.WokenPerPage + 8; // more than a wait list tries because a location has changed
    private static readonly LocationId s_near = LocationId.Parse("near");

    [Fact]
    public async Task Every_promise_from_what_is_to_come_there_is_looked_for_elsewhere_at_once()
    {
        await using var world = await Expecting();
        await Expect(world, "near", "PO-1", Many, Day(world, 2));
        await Expect(world, "far", "PO-2", Many - 1, Day(world, 9));
        var orders = Enumerable.Range(0, Many).Select(static i => World.Id($"order-{i}")).ToArray();
        foreach (var id in orders)
        {
            Assert.Equal("near 1 PO-1", Promised((await Place(world, Shipped(("MUG", 1)), id)).Order!));
        }

        var before = world.Time.NowMs;
        await world.Locations.SetOpen(World.Id("close"), s_near, false);
        var views = await Settled(world, orders, static order => order.Expected.All(static part => part.Location != s_near));
        Assert.Equal(before, world.Time.NowMs);
        Assert.Equal(Many - 1, views.Count(static order => Promised(order) == "far 1 PO-2" && History(order) == "Promise 1, Lapse 1, Promise 1"));
        Assert.Equal(1, views.Count(static order => order is { State: OrderState.Waiting, Expected.IsEmpty: true } && order.Unfilled.Single().Units == 1));
        Assert.Empty((await Supply(world, "near")).Promises);
        await world.AssertAuditIsClean();
    }

    [Fact]
    public async Task Asked_again_after_it_has_opened_again_nothing_leaves()
    {
        await using var world = await Expecting();
        await world.Locations.SetOpen(World.Id("close"), s_near, false);
        await world.Locations.SetOpen(World.Id("open"), s_near, true);
        await world.Receive("MUG@near", 1);
        await world.Shown("MUG@near", static row => row.Available == 1);
        await Expect(world, "near", "PO-1", 1, Day(world, 2));
        var placed = (await Place(world, Shipped(("MUG", 2)))).Order!;
        Assert.Equal(("near Held 0:1/1", "near 1 PO-1"), (Parts(placed), Promised(placed)));
        Assert.Equal(LocationOutcome.AlreadyAccepted, (await world.Locations.SetOpen(World.Id("close"), s_near, false)).Outcome);
        await world.Grains.GetGrain<IOrderGrain>(Order.ToString()).Evacuate(s_near, World.Id("close")).AsTask().WaitAsync(World.Patience);
        Assert.Equal(("near Held 0:1/1", "near 1 PO-1"), (Parts(await Get(world)), Promised(await Get(world))));
    }

    [Fact]
    public async Task A_promise_that_is_made_while_the_location_is_being_switched_off_does_not_stay()
    {
        await using var world = await Expecting();
        for (var i = 0; i < Many; i++)
        {
            // They are older, and cannot use what comes anywhere else: so nobody tries those after them.
            await Place(world, Content(new Wish(WishKind.CollectAt, LocationId.Parse("middle")), ("MUG", 1)), World.Id($"older-{i}"));
        }

        world.Time.Advance(TimeSpan.FromMilliseconds(1));
        await Expect(world, "near", "PO-1", 1, Day(world, 2));
        using var closed = new ManualResetEventSlim();
        var (order, events) = ("order/" + Order, 0);
        world.Journal.Appended = stream =>
        {
            if (stream == order && ++events == 3)
            {
                // Placed, not found on a shelf, about to ask for a promise: that is on record, and nobody has been asked.
                _ = Task.Run(async () =>
                {
                    await world.Locations.SetOpen(World.Id("close"), s_near, false);
                    closed.Set();
                });
                Assert.True(closed.Wait(World.Patience));
            }
        };
        await Place(world, Shipped(("MUG", 1)));
        Assert.True(closed.IsSet);
        var views = await Settled(world, [Order], static view => view.Expected.IsEmpty);
        Assert.Equal("Promise 1, Lapse 1", History(views[0]));
    }

    // While time stands still: no sweep does it.
    private static async Task<OrderView[]> Settled(World world, RequestId[] orders, Func<OrderView, bool> wanted)
    {
        using var patience = new CancellationTokenSource(World.Patience);
        using var pulse = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        while (true)
        {
            var views = (await Task.WhenAll(orders.Select(id => world.Orders.Get(id).AsTask()))).OfType<OrderView>().ToArray();
            if (views.Length == orders.Length && views.All(wanted))
            {
                return views;
            }

            Assert.False(patience.IsCancellationRequested, string.Join("; ", views.Where(view => !wanted(view)).Select(Promised)));
            await pulse.WaitForNextTickAsync();
        }
    }
}
