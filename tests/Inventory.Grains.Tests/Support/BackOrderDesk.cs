using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Routing;
using Inventory.Domain.Supply;
using static Inventory.Grains.Tests.OrderDesk;

namespace Inventory.Grains.Tests;

/// <summary>Three stores without a mug, a policy that promises from what is to come, and who announces and receives.</summary>
internal static class BackOrderDesk
{
    private static readonly TimeSpan s_moment = TimeSpan.FromSeconds(5);

    public static OnPool<World> Expecting(Func<World, Task>? prepare = null) => World.Start(async world =>
    {
        foreach (var (store, kilometres) in new[] { ("near", 10), ("middle", 100), ("far", 300) })
        {
            await world.Open(store, Home.Latitude + (kilometres / 111.195));
        }

        var policies = world.Get<IPolicies>();
        await policies.Write(new PolicyCommand(
            PolicyVerb.Create, world.NewId(), default, Policy: new RoutingPolicy { Name = "back", Unfillable = Unfillable.BackOrder }));
        await policies.Write(new PolicyCommand(PolicyVerb.Activate, world.NewId(), default, "back", 1));
        await policies.Write(new PolicyCommand(PolicyVerb.Choose, world.NewId(), default, Choice: new PolicyChoice([], "back")));
        await (prepare?.Invoke(world) ?? Task.CompletedTask);
    });

    public static long Day(World world, int day) => (world.Time.GetUtcNow().ToUnixTimeMilliseconds() / 86_400_000 + day) * 86_400_000;

    public static async Task<SupplyAnswer> Expect(World world, string store, string name, long units, long dueMs, string id = "", string sku = "MUG")
    {
        var answer = await world.Supply.Do(World.Key($"{sku}@{store}"), new SupplyCommand(
            SupplyVerb.Expect, id.Length > 0 ? World.Id(id) : world.NewId(), default, units, name, dueMs, 100)).AsTask().WaitAsync(World.Patience);
        Assert.True(answer.Outcome.IsAccepted(), $"{answer.Outcome}");
        return answer;
    }

    public static Task<SupplyAnswer> Arrive(World world, string store, string name, long units, string id = "", string sku = "MUG") => world.Supply.Do(
        World.Key($"{sku}@{store}"), new SupplyCommand(SupplyVerb.Receive, id.Length > 0 ? World.Id(id) : world.NewId(), default, units, name))
        .AsTask().WaitAsync(World.Patience);

    public static Task<SupplyView> Supply(World world, string store) => Supply(world, World.Key("MUG@" + store));

    public static async Task<SupplyView> Supply(World world, StockKey key) =>
        (await world.Supply.Get(key, new SupplyLook(long.MaxValue, 0, Channel.Web)).AsTask().WaitAsync(World.Patience)).Supply;

    public static async Task<ImmutableArray<SupplyClaim>> Claims(World world, string store, string sku = "MUG") =>
        await world.Grains.GetGrain<ISupplyGrain>($"{sku}@{store}").Claims().AsTask().WaitAsync(World.Patience);

    /// <summary>What is promised: <c>near 3 PO-1, far 2 PO-2 late</c>.</summary>
    public static string Promised(OrderView order) => string.Join(", ", order.Expected.Select(static part =>
        $"{part.Location} {part.Units} {part.Receipt}{(part.IsLate ? " late" : "")}"));

    /// <summary>Of kits that are promised what is to come and what is kept: <c>MUG 2+0, CUP 0+4</c>, of one promise after the other.</summary>
    public static string Components(OrderView order) => string.Join("; ", order.Expected.Select(static part =>
        string.Join(", ", part.Components.Select(static component => $"{component.Sku} {component.Units}+{component.Kept}"))));

    /// <summary>What happened without a step of anybody's, and to how many units.</summary>
    public static string History(OrderView order) => string.Join(", ", order.Steps.Where(static note => note.Verb >= OrderVerb.Promise)
        .Select(static note => $"{note.Verb} {note.By.Why.Split(' ')[0]}"));

    /// <summary>Lets time go on, slowly, until a stock is as wanted: what is done when a time has come needs time that passes.</summary>
    public static async Task UntilShelf(World world, string key, Func<StockView, bool> wanted)
    {
        using var passage = new Passage(world);
        while (!wanted(await world.View(key)))
        {
            await passage.Next(async () => $"{key}: {await world.View(key)}");
        }
    }

    /// <summary>Lets time go on in small steps until nobody writes any more.</summary>
    public static async Task Quiet(World world)
    {
        using var patience = new CancellationTokenSource(World.Patience);
        using var pulse = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        for (var (still, appends) = (0, -1L); still < 20; appends = world.Journal.Appends)
        {
            Assert.False(patience.IsCancellationRequested, $"Somebody is busy: {world.Journal.Appends} appends.");
            world.Time.Advance(TimeSpan.FromMilliseconds(100));
            await pulse.WaitForNextTickAsync();
            still = world.Journal.Appends == appends ? still + 1 : 0;
        }
    }

    // Who was to look after an order, and what comes of it if somebody asks it to.
    private static async Task<string> Told(World world, OrderView order)
    {
        var sku = order.Content.Lines[0].Sku;
        var list = await world.Grains.GetGrain<IWaitListGrain>(sku.Value).List(null, 100);
        var woken = await Record.ExceptionAsync(() => world.Grains.GetGrain<IOrderGrain>(order.Id.ToString()).Wake(sku).AsTask().WaitAsync(s_moment));
        var after = (await world.Orders.Get(order.Id))!;
        return $"{order.Id}, which is {order.State}: {Parts(order)}; promised {Promised(order)}; {History(order)}. At {world.Time.NowMs} the list of {sku} has "
            + $"{list.Length}, this one: {list.Any(ticket => ticket.Order == order.Id)}. Woken by hand it is {after.State}: {Parts(after)}; "
            + $"promised {Promised(after)}; {woken?.ToString() ?? "no error"}";
    }

    /// <summary>Lets time go on, slowly, until an order is as wanted.</summary>
    public static async Task<OrderView> Until(World world, RequestId order, Func<OrderView, bool> wanted, Func<bool>? isVain = null)
    {
        using var passage = new Passage(world);
        while (true)
        {
            var view = (await world.Orders.Get(order))!;
            if (wanted(view))
            {
                return view;
            }

            if (isVain?.Invoke() == true)
            {
                throw new OperationCanceledException("the process has died");
            }

            await passage.Next(() => Told(world, view));
        }
    }
}
