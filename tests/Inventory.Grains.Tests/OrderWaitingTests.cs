using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Catalog;
using Inventory.Domain.Orders;
using Inventory.Domain.Routing;
using Inventory.Domain.Stocks;
using static Inventory.Grains.Tests.BackOrderDesk;
using static Inventory.Grains.Tests.OrderDesk;

namespace Inventory.Grains.Tests;

/// <summary>Orders that wait, and what comes for them, over real owners; with the process dying at every write.</summary>
public sealed class OrderWaitingTests
{
    private const int PointsMax = 200;

    public static TheoryData<string> Arrivals => ["receive", "count", "return", "release", "expiry", "transfer", "reopen"];

    [Fact]
    public async Task An_order_of_which_nothing_is_there_is_accepted_and_waits()
    {
        await using var world = await Patient();
        var placed = await Place(world, Shipped(("MUG", 2)));
        Assert.Equal((OrderOutcome.Accepted, OrderState.Waiting), (placed.Outcome, placed.Order!.State));
        Assert.Equal(("patient", 1, Unfillable.Wait, 2L), (
            placed.Order.Policy, placed.Order.PolicyVersion, placed.Order.Unfillable, placed.Order.Unfilled.Single().Units));
        Assert.Equal(OrderOutcome.AlreadyAccepted, (await Place(world, Shipped(("MUG", 2)))).Outcome);
        foreach (var query in new[] { new OrderQuery("c-1", null, [], null, 9), new OrderQuery("", null, [OrderState.Waiting], null, 9) })
        {
            Assert.Equal(Order, (await world.Orders.List(query)).Orders.Single().Id);
        }

        var cancelled = await Step(world, "no", OrderVerb.Cancel);
        Assert.Equal((OrderOutcome.Accepted, OrderState.Cancelled), (cancelled.Outcome, cancelled.Order!.State));
        Assert.Empty(await Waiting(world, "MUG")); // and nobody is woken for it
        Assert.Empty((await world.Orders.List(new OrderQuery("", null, [OrderState.Waiting], null, 9))).Orders);
    }

    [Theory]
    [MemberData(nameof(Arrivals))]
    public async Task Units_that_come_in_any_way_are_held_for_who_waits_without_being_asked(string way)
    {
        await using var world = await Patient();
        if (way is "release" or "expiry" or "reopen")
        {
            await world.Receive("MUG@near", 3);
        }

        if (way is "release" or "expiry")
        {
            Assert.Equal(StockOutcome.Accepted, (await world.Reserve("MUG@near", "other", 3, seconds: 5)).Outcome);
            await world.Shown("MUG@near", row => row is { OnHand: 3, Available: 0 });
        }
        else if (way == "reopen")
        {
            await world.Locations.SetOpen(world.NewId(), LocationId.Parse("near"), open: false);
        }

        Assert.Equal(OrderState.Waiting, (await Place(world, Shipped(("MUG", 2)))).Order!.State);
        await Step(world, "pay", OrderVerb.Confirm);
        switch (way)
        {
            case "receive": await world.Receive("MUG@near", 3); break;
            case "count": await world.Do("MUG@near", StockCommand.Count(world.NewId(), 3, 0)); break;
            case "return": await world.Do("MUG@near", StockCommand.Return(world.NewId(), 3, Condition.Sellable)); break;
            case "release": await world.Do("MUG@near", StockCommand.Release(world.NewId(), new HoldId(World.Id("other"), 0), 0)); break;
            case "expiry": world.Time.Advance(TimeSpan.FromSeconds(6)); break;
            case "transfer": await world.Do("MUG@near", StockCommand.TransferIn(world.NewId(), 3, Condition.Sellable)); break;
            case "reopen": await world.Locations.SetOpen(world.NewId(), LocationId.Parse("near"), open: true); break;
        }

        var order = await Until(world, Order, static view => view.State == OrderState.Confirmed);
        Assert.Equal(("near Open 0:2/2", 0), (Parts(order), order.Unfilled.Length));
        Assert.Equal("service", order.Steps[^1].By.Who);
        Assert.Equal(3, (await world.View("MUG@near")).Sellable);
        Assert.Equal(2, (await world.View("MUG@near")).Held);
    }

    [Fact]
    public async Task Who_ordered_first_is_served_first_and_nobody_who_cannot_be_served_keeps_others_from_it()
    {
        await using var world = await Patient();
        var orders = new List<RequestId>();
        for (var i = 0; i < 100; i++)
        {
            // The first forty can have nothing of what will come: they collect elsewhere.
            var wish = i < 40 ? new Wish(WishKind.CollectAt, LocationId.Parse("far")) : new Wish(WishKind.Ship, Point: Home);
            orders.Add(World.Id($"order-{i}"));
            Assert.Equal(OrderState.Waiting, (await Place(world, Content(wish, ("MUG", 1)), orders[i])).Order!.State);
            world.Time.Advance(TimeSpan.FromMilliseconds(1));
        }

        await world.Receive("MUG@near", 10);
        await Until(world, orders[49], static view => view.State == OrderState.Held);
        for (var i = 0; i < 100; i++)
        {
            var state = (await world.Orders.Get(orders[i]))!.State;
            Assert.True((i is >= 40 and < 50) == (state == OrderState.Held), $"order {i} is {state}");
        }

        Assert.Equal(10, (await world.View("MUG@near")).Held);
    }

    [Fact]
    public async Task Two_who_want_the_last_unit_that_came_do_not_both_have_it()
    {
        await using var world = await Patient();
        var orders = new[] { World.Id("one"), World.Id("two") };
        await Task.WhenAll(orders.Select(id => Place(world, Shipped(("MUG", 1)), id)));
        await world.Receive("MUG@near", 1);
        var retries = orders.Select(id => world.Orders.Step(id, new OrderStep(world.NewId(), default, OrderVerb.Retry, null, [])).AsTask());
        await Task.WhenAll(retries);
        var states = new List<OrderState>();
        foreach (var id in orders)
        {
            states.Add((await world.Orders.Get(id))!.State);
        }

        Assert.Equal([OrderState.Held, OrderState.Waiting], states.Order());
        Assert.Equal(1, (await world.View("MUG@near")).Held);
    }

    [Fact]
    public async Task One_that_is_not_confirmed_in_its_time_waits_no_longer()
    {
        await using var world = await Patient();
        await Place(world, Shipped(("MUG", 1)));
        world.Time.Advance(TimeSpan.FromMilliseconds(TtlMs));
        Assert.Equal(OrderState.Expired, (await Get(world)).State);
        await world.Receive("MUG@near", 1);
        await Gone(world, "MUG");
        Assert.Equal((OrderState.Expired, 0L), ((await Get(world)).State, (await world.View("MUG@near")).Held));
    }

    [Fact]
    public async Task Who_waits_for_a_kit_waits_for_what_it_consists_of_by_now()
    {
        await using var world = await Patient();
        var catalog = world.Get<ICatalog>();
        Task Define(params string[] skus) => catalog.Upsert(world.NewId(), Sku.Parse("SET"), new CatalogFacts
        {
            Kit = [.. skus.Select(static sku => new KitComponent(Sku.Parse(sku), 1))],
        }).AsTask();
        await Define("MUG", "CUP");
        await Place(world, Shipped(("SET", 1)));
        await Step(world, "pay", OrderVerb.Confirm);
        Assert.Single(await Waiting(world, "MUG"));
        await Define("PAN", "LID");
        await world.Receive("PAN@near", 1);
        await world.Receive("LID@near", 1);
        await world.Shown("LID@near", static row => row.Available == 1);
        world.Time.Advance(TimeSpan.FromMilliseconds(GrainLimits.WakeSweepMs));
        var order = await Until(world, Order, static view => view.State == OrderState.Confirmed);
        Assert.Equal("near Open 0:1/1", Parts(order));
        await Gone(world, "MUG");
        await Gone(world, "PAN");
    }

    [Fact]
    public async Task No_more_orders_wait_for_a_SKU_than_may()
    {
        await using var world = await Patient(waitingMax: 2);
        await world.Receive("CUP@near", 1);
        await world.Shown("CUP@near", static row => row.Available == 1);
        foreach (var order in new[] { "one", "two" })
        {
            Assert.Equal(OrderState.Waiting, (await Place(world, Shipped(("MUG", 1)), World.Id(order))).Order!.State);
        }

        foreach (var content in new[] { Shipped(("MUG", 1)), Shipped(("MUG", 1), ("CUP", 1)) })
        {
            var refused = await Place(world, content, World.Id("three"));
            Assert.Equal((OrderOutcome.TooManyWait, OrderState.Refused, true), (
                refused.Outcome, refused.Order!.State, refused.Outcome.MayPassLater()));
        }

        Assert.Equal(0, (await world.View("CUP@near")).Held);
        await world.Orders.Step(World.Id("one"), new OrderStep(world.NewId(), default, OrderVerb.Cancel, null, []));
        Assert.Equal(OrderState.Waiting, (await Place(world, Shipped(("MUG", 1)), World.Id("three"))).Order!.State);
    }

    [Fact]
    public async Task A_waiting_order_cut_off_anywhere_is_found_again_and_served_once()
    {
        for (var point = 0; point < PointsMax; point++)
        {
            await using var world = await Patient();
            world.Journal.DieAfter(point);
            var answered = await Survives(async () =>
            {
                await Place(world, Shipped(("MUG", 2)));
                await Step(world, "pay", OrderVerb.Confirm);
                await world.Receive("MUG@near", 3);
                await Until(world, Order, static view => view.State == OrderState.Confirmed, () => world.Journal.Appends >= world.Journal.DiesAt);
                return true;
            });

            await using var next = await world.Restart();
            next.Time.Advance(TimeSpan.FromMilliseconds(GrainLimits.LeaseMs)); // leases of the one that died are over
            if (!answered)
            {
                await Place(next, Shipped(("MUG", 2)));
                await Step(next, "pay", OrderVerb.Confirm);
                if ((await next.View("MUG@near")).Sellable == 0)
                {
                    await next.Receive("MUG@near", 3);
                }
            }

            var order = await Until(next, Order, static view => view.State == OrderState.Confirmed);
            Assert.True(order.Parts.Sum(part => part.Lines.Sum(line => line.Left)) == 2, $"point {point}: {Parts(order)}");
            var view = await next.View("MUG@near");
            Assert.True(view is { Sellable: 3, Held: 2 }, $"point {point}: {view.Held}/{view.Sellable}");
            await next.AssertAuditIsClean();
            if (answered && world.Journal.Appends < world.Journal.DiesAt)
            {
                return;
            }
        }

        Assert.Fail($"more than {PointsMax} appends");
    }

    // Three stores with no mugs, and a policy that waits.
    private static OnPool<World> Patient(Unfillable unfillable = Unfillable.Wait, int waitingMax = GrainLimits.WaitingPerSkuMax) => World.Start(async world =>
    {
        world.Get<SiloParts>().WaitingPerSkuMax = waitingMax;
        foreach (var (store, kilometres) in new[] { ("near", 10), ("middle", 100), ("far", 300) })
        {
            await world.Open(store, Home.Latitude + (kilometres / 111.195));
        }

        var policies = world.Get<IPolicies>();
        await policies.Write(new PolicyCommand(
            PolicyVerb.Create, world.NewId(), default, Policy: new RoutingPolicy { Name = "patient", Unfillable = unfillable }));
        await policies.Write(new PolicyCommand(PolicyVerb.Activate, world.NewId(), default, "patient", 1));
        await policies.Write(new PolicyCommand(PolicyVerb.Choose, world.NewId(), default, Choice: new PolicyChoice([], "patient")));
    });

    private static async Task<ImmutableArray<WaitTicket>> Waiting(World world, string sku) =>
        await world.Grains.GetGrain<IWaitListGrain>(sku).List(null, 10);

    private static async Task Gone(World world, string sku)
    {
        while (!(await Waiting(world, sku)).IsEmpty)
        {
            await Task.Yield();
        }
    }

    private static async Task<bool> Survives(Func<Task<bool>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception e) when (e is Journal.JournalFailedException or TimeoutException or OverloadedException or OperationCanceledException)
        {
            return false;
        }
    }
}
