using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Catalog;
using Inventory.Domain.Stocks;

namespace Inventory.Grains.Tests;

/// <summary>Kits: one to a customer, several to the shelves. SET is a mug and two tins of tea.</summary>
public sealed class KitTests
{
    private static readonly RequestId s_order = World.Id("order");

    [Fact]
    public async Task A_kit_is_as_available_as_its_scarcest_component()
    {
        await using var world = await Stocked();
        Assert.Equal("north 2", await Available(world)); // 5 mugs, 5 tins
        await world.Receive("TEA@north", 20);
        await world.Shown("TEA@north", row => row.Available == 25);
        Assert.Equal("north 5", await Available(world));
        await world.Receive("MUG@south", 3);
        await world.Receive("TEA@south", 1);
        await world.Shown("TEA@south", row => row.Available == 1);
        await world.Shown("MUG@south", row => row.Available == 3);
        Assert.Equal("north 5, south 0", await Available(world));
        Assert.Equal("north 5", await Available(world, availableOnly: true));
        await world.Locations.SetOpen(world.NewId(), LocationId.Parse("north"), false);
        Assert.Equal("north 0, south 0", await Available(world));
    }

    [Fact]
    public async Task A_ring_fence_on_a_component_holds_for_the_kit()
    {
        await using var world = await Stocked();
        var policy = new StockPolicy { RingFences = [new RingFence(Channel.Parse("app"), 3)] };
        Assert.Equal(StockOutcome.Accepted, (await world.Do("MUG@north", StockCommand.SetPolicy(world.NewId(), policy))).Outcome);
        await world.Receive("TEA@north", 20);
        await world.Shown("MUG@north", row => row.Available == 2);
        await world.Shown("TEA@north", row => row.Available == 25);
        Assert.Equal("north 2", await Available(world));
        Assert.Equal("north 5", await Available(world, Channel.Parse("app")));
    }

    [Fact]
    public async Task Nearby_kits_are_found_in_the_order_of_distance()
    {
        await using var world = await Stocked(); // north is at 52°
        foreach (var (place, latitude, tins) in new[] { ("near", 51.5, 2), ("empty", 51.4, 1), ("far", 58, 9) })
        {
            await world.Open(place, latitude);
            await world.Receive("MUG@" + place, 3);
            await world.Receive("TEA@" + place, tins);
            await world.Shown("TEA@" + place, row => row.Available == tins);
            await world.Shown("MUG@" + place, row => row.Available == 3);
        }

        var query = new NearQuery(Sku.Parse("SET"), Channel.Web, new Position(51.3, 0), null, 200_000, 1, 10, false);
        var found = (await world.Availability.Near(query))!;
        Assert.Equal(["near", "north"], found.Rows.Select(row => row.Row.Location.Value));
        Assert.Equal([1L, 2L], found.Rows.Select(row => row.Row.Available));
        Assert.True(found.Rows[0].PickupReadyAtMs > 0 && found.Rows[0].DistanceMetres < found.Rows[1].DistanceMetres);
        Assert.Equal(["north"], (await world.Availability.Near(query with { Units = 2 }))!.Rows.Select(row => row.Row.Location.Value));
        Assert.Equal(["near"], (await world.Availability.Near(query with { Max = 1 }))!.Rows.Select(row => row.Row.Location.Value));
        Assert.Equal(
            ["near"],
            (await world.Availability.Near(query with { Point = null, Near = LocationId.Parse("north") }))!.Rows.Select(row => row.Row.Location.Value));
    }

    [Fact]
    public async Task All_components_are_held_in_one_step_or_none_and_the_answer_is_about_the_kit()
    {
        await using var world = await Stocked();
        var refused = await Reserve(world, s_order, ("SET@north", 3));
        Assert.Equal(StockOutcome.Insufficient, refused.Outcome);
        Assert.Equal(Sku.Parse("TEA"), Assert.Single(refused.Lines).Component);
        Assert.Equal((0L, 0L), await Held(world));

        var held = await Reserve(world, s_order, ("SET@north", 2));
        Assert.Equal((StockOutcome.Accepted, world.Time.NowMs + 900_000), (held.Outcome, held.ExpiresAtMs));
        Assert.Equal((StockOutcome.Accepted, 2L, false), (held.Lines[0].Answer.Outcome, held.Lines[0].Answer.Units, held.Lines[0].OtherLineRefused));
        Assert.Equal((2L, 4L), await Held(world));
        var line = Assert.Single((await View(world)).Lines);
        Assert.Equal((World.Key("SET@north"), LineState.Soft, 2L, 2L), (line.Key, line.State, line.Reserved, line.Held));
        Assert.Equal([new KitComponent(Sku.Parse("MUG"), 1), new KitComponent(Sku.Parse("TEA"), 2)], line.Components.AsEnumerable());
        var atTea = Assert.Single((await world.Stocks.Holds(World.Key("TEA@north"), null, 10)).Holds);
        Assert.Equal((0, true, 4L), (atTea.Line.Line, atTea.OfMany, atTea.Line.Held));
    }

    [Fact]
    public async Task Steps_count_in_kits()
    {
        await using var world = await Stocked();
        await Reserve(world, s_order, ("MUG@north", 1), ("SET@north", 2));
        Assert.Equal((3L, 4L), await Held(world));
        Assert.Equal(StockOutcome.Accepted, (await Step(world, "c", StockVerb.Confirm)).Outcome);
        Assert.Equal(StockOutcome.ExceedsHeld, (await Step(world, "s0", StockVerb.Ship, (1, 3))).Outcome);
        Assert.Equal(StockOutcome.ExceedsHeld, (await Step(world, "s0", StockVerb.Ship, (2, 1))).Outcome);
        Assert.Equal(StockOutcome.Accepted, (await Step(world, "s1", StockVerb.Ship, (1, 1))).Outcome);
        Assert.Equal(StockOutcome.AlreadyAccepted, (await Step(world, "s1", StockVerb.Ship, (1, 1))).Outcome);
        Assert.Equal(StockOutcome.IdReused, (await Step(world, "s1", StockVerb.Ship, (1, 2))).Outcome);
        var set = (await View(world)).Lines[1];
        Assert.Equal((LineState.Firm, 1L, 1L), (set.State, set.Held, set.Shipped));
        Assert.Equal(StockOutcome.Accepted, (await Step(world, "x", StockVerb.Release)).Outcome);
        Assert.Equal((0L, 0L), await Held(world));
        Assert.Equal((4L, 3L), ((await world.View("MUG@north")).Sellable, (await world.View("TEA@north")).Sellable));
        Assert.Equal((LineState.Ended, 1L), ((await View(world)).Lines[1].State, (await View(world)).Lines[1].Released));
        await world.AssertAuditIsClean();
    }

    [Fact]
    public async Task A_partial_order_takes_whole_kits_or_nothing_of_them()
    {
        await using var world = await Stocked();
        var order = new ReserveMany(
            s_order, [new(World.Key("SET@north"), 3), new(World.Key("MUG@north"), 1)], Channel.Web, 900_000, Partial: true);
        var answer = await world.Reservations.Reserve(order);
        Assert.Equal(StockOutcome.Accepted, answer.Outcome);
        Assert.Equal([StockOutcome.Insufficient, StockOutcome.Accepted], answer.Lines.Select(line => line.Answer.Outcome));
        Assert.Equal((1L, 0L), await Held(world)); // the mugs of the kits are free again
        Assert.Equal([LineState.Refused, LineState.Soft], (await View(world)).Lines.Select(line => line.State));
    }

    [Fact]
    public async Task A_reservation_remembers_what_it_took_when_the_kit_is_defined_anew()
    {
        await using var world = await Stocked();
        await Reserve(world, s_order, ("SET@north", 1));
        await Describe(world, "SET", ("MUG", 2));
        Assert.Equal("north 2", await Available(world)); // 4 mugs are free
        Assert.Equal(StockOutcome.AlreadyAccepted, (await Reserve(world, s_order, ("SET@north", 1))).Outcome);
        Assert.Equal(StockOutcome.Accepted, (await Step(world, "d", StockVerb.Collect)).Outcome);
        Assert.Equal((4L, 3L), ((await world.View("MUG@north")).Sellable, (await world.View("TEA@north")).Sellable));
        var line = Assert.Single((await View(world)).Lines);
        Assert.Equal((1L, 1L, 2), (line.Collected, line.KitVersion, line.Components.Length));
        await Reserve(world, World.Id("later"), ("SET@north", 1));
        Assert.Equal((2L, 0L), await Held(world));
    }

    [Fact]
    public async Task Units_come_back_as_components_once_whatever_happens_to_the_definition()
    {
        await using var world = await Stocked();
        var (kit, id) = (World.Key("SET@north"), World.Id("back"));
        var first = await world.Reservations.ReturnKit(kit, id, 2, Condition.Sellable);
        Assert.Equal((StockOutcome.Accepted, 2L), (first.Outcome, first.Units));
        await Describe(world, "SET", ("MUG", 2));
        Assert.Equal(first with { Outcome = StockOutcome.AlreadyAccepted }, await world.Reservations.ReturnKit(kit, id, 2, Condition.Sellable));
        Assert.Equal(StockOutcome.IdReused, (await world.Reservations.ReturnKit(kit, id, 3, Condition.Sellable)).Outcome);
        Assert.Equal((7L, 9L), ((await world.View("MUG@north")).Sellable, (await world.View("TEA@north")).Sellable));
        var nowhere = await world.Reservations.ReturnKit(World.Key("SET@nowhere"), World.Id("lost"), 1, Condition.Sellable);
        Assert.Equal(StockOutcome.LocationUnknown, nowhere.Outcome);
        Assert.Equal(StockOutcome.QuantityOutOfRange, (await world.Reservations.ReturnKit(kit, World.Id("x"), 600_000_000, Condition.Sellable)).Outcome);
        await using var next = await world.Restart();
        Assert.Equal(StockOutcome.AlreadyAccepted, (await next.Reservations.ReturnKit(kit, id, 2, Condition.Sellable)).Outcome);
        await next.AssertAuditIsClean();
    }

    [Fact]
    public async Task A_kit_has_no_stock_of_its_own_and_what_has_stock_becomes_no_kit()
    {
        await using var world = await Stocked();
        Assert.Equal(StockOutcome.SkuIsKit, (await world.Do("SET@north", StockCommand.Receive(world.NewId(), 1))).Outcome);
        Assert.Equal(StockOutcome.SkuIsKit, (await world.Reserve("SET@north", "r", 1)).Outcome);
        await world.Locations.SetOpen(world.NewId(), LocationId.Parse("north"), false);
        Assert.Equal(StockOutcome.SkuIsKit, (await world.Do("SET@north", StockCommand.Receive(world.NewId(), 1))).Outcome); // closed or not
        Assert.Equal(CatalogOutcome.HasStock, (await Upsert(world, "MUG", new CatalogFacts { Kit = [new(Sku.Parse("CLAY"), 1)] })).Outcome);
        Assert.Equal(CatalogOutcome.KitStaysKit, (await Upsert(world, "SET", new CatalogFacts())).Outcome);
        Assert.Equal(0, (await world.View("SET@north")).Sellable);
    }

    [Fact]
    public async Task More_components_than_a_reservation_has_lines_are_refused()
    {
        await using var world = await Stocked();
        await Describe(world, "HAMPER", [.. Enumerable.Range(0, Domain.Limits.KitComponentsMax).Select(i => ($"PIECE-{i}", 1))]);
        ReserveLine[] lines = [.. Enumerable.Repeat(new ReserveLine(World.Key("HAMPER@north"), 1), (GrainLimits.LinesMax / 20) + 1)];
        var answer = await world.Reservations.Reserve(new ReserveMany(s_order, [.. lines], Channel.Web, 900_000, false));
        Assert.Equal(StockOutcome.TooManyLines, answer.Outcome);
    }

    [Fact]
    public async Task The_catalogue_survives_a_restart_and_pages_in_order()
    {
        await using var world = await Stocked();
        await Upsert(world, "MUG", new CatalogFacts { UnitGrams = 300 });
        await using var next = await world.Restart();
        Assert.Equal("north 2", await Available(next));
        Assert.Equal(300, (await next.Get<ICatalog>().Get(Sku.Parse("MUG")))!.Facts.UnitGrams);
        Assert.Null(await next.Get<ICatalog>().Get(Sku.Parse("TEA")));
        var first = await next.Get<ICatalog>().List(null, 1);
        Assert.Equal((true, "MUG"), (first.More, Assert.Single(first.Items).Sku.Value));
        var second = await next.Get<ICatalog>().List(first.Items[0].Sku, 1);
        Assert.Equal((false, "SET"), (second.More, Assert.Single(second.Items).Sku.Value));
        Assert.Equal(StockOutcome.Accepted, (await Reserve(next, s_order, ("SET@north", 2))).Outcome);
    }

    [Fact]
    public async Task The_copy_of_another_silo_learns_of_a_kit_when_somebody_needs_it()
    {
        await using var world = await Stocked();
        using var elsewhere = new CatalogDirectory(world.Grains, world.Time); // follows by itself only when time passes, and none does
        await elsewhere.WhenLoaded();
        await Describe(world, "DUO", ("MUG", 2));
        Assert.Null(elsewhere.Kit(Sku.Parse("DUO")));
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => elsewhere.LookAgain()));
        Assert.NotNull(elsewhere.Kit(Sku.Parse("DUO")));
    }

    [Fact]
    public async Task A_watcher_sees_the_kit_change_with_any_component_and_with_its_definition()
    {
        await using var world = await Stocked();
        using var patience = new CancellationTokenSource(World.Patience);
        var watch = world.Availability.Watch(new BoardQuery(Sku.Parse("SET"), Channel.Web, null), patience.Token).GetAsyncEnumerator();
        Assert.Equal("north 2", await Next(""));
        await world.Reserve("TEA@north", "r1", 2);
        Assert.Equal("north 1", await Next("north 1"));
        await world.Do("TEA@north", StockCommand.Release(world.NewId(), new HoldId(World.Id("r1"), 0)));
        Assert.Equal("north 2", await Next("north 2"));
        await Describe(world, "SET", ("MUG", 5));
        Assert.Equal("north 1", await Next("north 1"));
        await Describe(world, "SET", ("SAUCER", 1));
        Assert.Equal("north 0", await Next("north 0"));
        await watch.DisposeAsync();
        world.Time.Advance(TimeSpan.FromMilliseconds(GrainLimits.WatchWaitMs)); // the boards let go of their watchers

        // Changes of a component may come one by one: what counts is what is seen in the end.
        async Task<string> Next(string wanted)
        {
            for (; ;)
            {
                Assert.True(await watch.MoveNextAsync());
                var shown = string.Join(", ", watch.Current.Rows.Select(row => $"{row.Location} {row.Available}"));
                if (wanted.Length == 0 || shown == wanted)
                {
                    return shown;
                }
            }
        }
    }

    [Fact]
    public async Task Callers_who_race_for_a_shared_component_never_get_more_than_there_is()
    {
        await using var world = await Stocked();
        await world.Receive("TEA@north", 55);
        await Describe(world, "DUO", ("TEA", 3), ("MUG", 1)); // the other way round, and hungrier
        await world.Receive("MUG@north", 25);
        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => Task.Run(async () => i % 3 == 0
            ? (await world.Stocks.Do(World.Key("TEA@north"), StockCommand.Reserve(World.Id($"t{i}"), 2, Channel.Web, 900_000))).Outcome
            : (await Reserve(world, World.Id($"k{i}"), (i % 3 == 1 ? "SET@north" : "DUO@north", 1))).Outcome)));
        Assert.All(answers, outcome => Assert.Contains(outcome, new[] { StockOutcome.Accepted, StockOutcome.Insufficient }));
        var (tea, mugs) = (0L, 0L);
        for (var i = 0; i < answers.Length; i++)
        {
            (tea, mugs) = answers[i] != StockOutcome.Accepted ? (tea, mugs) : (tea + (i % 3 == 2 ? 3 : 2), mugs + (i % 3 == 0 ? 0 : 1));
        }

        Assert.Equal((mugs, tea), await Held(world));
        Assert.InRange(tea, 1, 60);
        Assert.True(tea == 60 || (await world.Reserve("TEA@north", "rest", 60 - tea)).Outcome == StockOutcome.Accepted, "units of refused kits are lost");
        await world.AssertAuditIsClean();
    }

    internal static OnPool<World> Stocked() => World.Start(async world =>
    {
        await world.Receive("MUG@north", 5);
        await world.Receive("TEA@north", 5);
        await Describe(world, "SET", ("MUG", 1), ("TEA", 2));
        await world.Shown("TEA@north", row => row.Available == 5);
        await world.Shown("MUG@north", row => row.Available == 5);
    });

    internal static async Task Describe(World world, string sku, params (string Sku, int Units)[] parts)
    {
        ImmutableArray<KitComponent> kit = [.. parts.Select(part => new KitComponent(Sku.Parse(part.Sku), part.Units))];
        Assert.Equal(CatalogOutcome.Accepted, (await Upsert(world, sku, new CatalogFacts { Kit = kit })).Outcome);
    }

    internal static async Task<CatalogAnswer> Upsert(World world, string sku, CatalogFacts facts) =>
        await world.Get<ICatalog>().Upsert(world.NewId(), Sku.Parse(sku), facts).AsTask().WaitAsync(World.Patience);

    private static async Task<string> Available(World world, Channel? channel = null, bool availableOnly = false)
    {
        var view = await world.Availability.Get(new BoardQuery(Sku.Parse("SET"), channel ?? Channel.Web, null, availableOnly));
        return string.Join(", ", view.Rows.Select(row => $"{row.Location} {row.Available}"));
    }

    private static Task<ReservationAnswer> Reserve(World world, RequestId id, params (string Key, long Units)[] lines) =>
        world.Reservations.Reserve(new ReserveMany(
            id, [.. lines.Select(line => new ReserveLine(World.Key(line.Key), line.Units))], Channel.Web, 900_000, false))
            .AsTask().WaitAsync(World.Patience);

    private static Task<ReservationAnswer> Step(World world, string id, StockVerb verb, params (int Line, long Units)[] parts) =>
        ReservationTests.Step(world, id, verb, parts);

    private static Task<ReservationView> View(World world) => ReservationTests.View(world);

    private static async Task<(long Mugs, long Tea)> Held(World world) => ((await world.View("MUG@north")).Held, (await world.View("TEA@north")).Held);
}
