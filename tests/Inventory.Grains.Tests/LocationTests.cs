using Inventory.Domain;
using Inventory.Domain.Stocks;

namespace Inventory.Grains.Tests;

/// <summary>Locations, their directory, and audits of all of it.</summary>
public sealed class LocationTests
{
    private static readonly LocationFacts s_facts = new() { Name = "North", Kind = LocationKind.Store, Position = new Position(55.9, -3.2) };

    [Fact]
    public async Task A_location_is_read_as_it_was_written_also_after_a_restart()
    {
        await using var world = await World.Start();
        var facts = s_facts with
        {
            TimeZone = "Europe/London",
            WeeklyHours = [new OpeningPeriod(DayOfWeek.Monday, 540, 1080)],
            SpecialDays = [new SpecialDay(new DateOnly(2026, 12, 25), true, 0, 0)],
            Capabilities = Capabilities.Collect,
            PreparationMs = 7_200_000,
        };
        var north = LocationId.Parse("north");
        Assert.Null(await world.Locations.Get(north));
        Assert.Equal(LocationOutcome.NotFound, (await world.Locations.SetOpen(world.NewId(), north, true)).Outcome);
        var answer = await world.Locations.Upsert(World.Id("u1"), north, facts);
        Assert.Equal((LocationOutcome.Accepted, 1L), (answer.Outcome, answer.Version));

        await using var next = await world.Restart();
        var view = (await next.Locations.Get(north))!;
        Assert.True(view.Open);
        Assert.Equal(facts.WeeklyHours, view.Facts.WeeklyHours.AsEnumerable());
        Assert.Equal(facts.SpecialDays, view.Facts.SpecialDays.AsEnumerable());
        Assert.Equal((facts.Name, facts.TimeZone, facts.PreparationMs), (view.Facts.Name, view.Facts.TimeZone, view.Facts.PreparationMs));
        var again = await next.Locations.Upsert(World.Id("u1"), north, facts);
        Assert.Equal((LocationOutcome.AlreadyAccepted, 1L), (again.Outcome, again.Version));
        Assert.Equal(LocationOutcome.IdReused, (await next.Locations.Upsert(World.Id("u1"), north, s_facts)).Outcome);
    }

    [Fact]
    public async Task Locations_list_in_the_order_of_ids_page_by_page()
    {
        await using var world = await World.Start();
        foreach (var id in new[] { "c", "a", "e", "B", "d" })
        {
            await world.Open(id);
        }

        await using var next = await world.Restart();
        var first = await next.Locations.List(null, 2);
        var second = await next.Locations.List(first.Locations[^1].Id, 2);
        var third = await next.Locations.List(second.Locations[^1].Id, 2);
        Assert.Equal(["B", "a", "c", "d", "e"], first.Locations.Concat(second.Locations).Concat(third.Locations).Select(each => each.Id.Value));
        Assert.Equal((true, true, false), (first.More, second.More, third.More));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_crash_while_a_location_is_made_leaves_none_or_lets_it_be_made_again(int appends)
    {
        await using var world = await World.Start();
        world.Journal.DieAfter(appends);
        await Assert.ThrowsAnyAsync<IOException>(async () => await world.Locations.Upsert(World.Id("u1"), LocationId.Parse("north"), s_facts));

        await using var next = await world.Restart();
        Assert.Empty((await next.Locations.List(null, 9)).Locations);
        var answer = await next.Locations.Upsert(World.Id("u1"), LocationId.Parse("north"), s_facts).AsTask().WaitAsync(World.Patience);
        Assert.Equal(LocationOutcome.Accepted, answer.Outcome);
        Assert.Single((await next.Locations.List(null, 9)).Locations);
    }

    [Fact]
    public async Task The_stocks_of_a_location_list_in_the_order_of_skus_page_by_page()
    {
        await using var world = await World.Start();
        for (var i = 9; i >= 0; i--)
        {
            await world.Receive($"SKU-{i}@north", i + 1);
        }

        await world.Receive("SKU-X@south", 1);
        var first = await world.Stocks.List(LocationId.Parse("north"), Channel.Web, null, 7);
        var rest = await world.Stocks.List(LocationId.Parse("north"), Channel.Web, first.Stocks[^1].Key.Sku, 7);
        Assert.Equal((7, true, 3, false), (first.Stocks.Count, first.More, rest.Stocks.Count, rest.More));
        Assert.Equal(Enumerable.Range(1, 10).Select(i => (long)i), first.Stocks.Concat(rest.Stocks).Select(stock => stock.Sellable));
    }

    [Fact]
    public async Task Prepared_stocks_are_registered_once_for_all()
    {
        await using var world = await World.Start();
        StockKey[] keys = [.. Enumerable.Range(0, 100).Select(i => World.Key($"SKU-{i % 10}@store-{i / 10}"))];
        for (var i = 0; i < 10; i++)
        {
            await world.Open($"store-{i}");
        }

        await world.Stocks.Prepare(keys);
        var prepared = world.Journal.Appends;
        foreach (var key in keys)
        {
            await world.Do(key.ToString(), StockCommand.Import(world.NewId(), 7));
        }

        Assert.Equal(prepared + 100, world.Journal.Appends);
        var page = await world.Stocks.List(LocationId.Parse("store-3"), Channel.Web, null, 100);
        Assert.Equal(10, page.Stocks.Count);
    }

    [Fact]
    public async Task An_audit_visits_every_stock_and_names_what_differs()
    {
        await using var world = await World.Start();
        await world.Open("north");
        for (var i = 0; i < 30; i++)
        {
            await world.Receive($"SKU-{i}@north", 3);
            await world.Reserve($"SKU-{i}@north", "r", 1);
        }

        await world.Receive("SKU-1@south", 3);
        Assert.Equal((31L, 0), await Audit(world, null));
        Assert.Equal((30L, 0), await Audit(world, "north"));

        world.Journal.HideEvent = 2; // as if the journal had lost each reservation
        var (visited, differences) = await Audit(world, "north");
        Assert.Equal(30, visited);
        Assert.True(differences >= 30);
    }

    [Fact]
    public async Task Holds_list_page_by_page()
    {
        await using var world = await World.Start();
        await world.Receive("MUG@north", 100);
        for (var i = 0; i < 25; i++)
        {
            await world.Reserve("MUG@north", $"r{i}", 2);
        }

        var seen = new List<HoldView>();
        HoldPage page;
        do
        {
            page = await world.Stocks.Holds(World.Key("MUG@north"), seen.Count == 0 ? null : seen[^1].Id, 10);
            seen.AddRange(page.Holds);
        }
        while (page.More);
        Assert.Equal(25, seen.Select(hold => hold.Id).Distinct().Count());
        Assert.All(seen, hold => Assert.Equal((LineState.Soft, 2L, false), (hold.Line.State, hold.Line.Held, hold.OfMany)));
    }

    private static async Task<(long Visited, int Differences)> Audit(World world, string? location)
    {
        var (visited, differences) = (0L, 0);
        await foreach (var progress in world.Stocks.Audit(null, location is null ? null : LocationId.Parse(location), CancellationToken.None))
        {
            visited = progress.StocksVerified;
            differences += progress.Differences.Count;
        }

        return (visited, differences);
    }
}
