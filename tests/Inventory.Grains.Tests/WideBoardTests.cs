using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Routing;

namespace Inventory.Grains.Tests;

/// <summary>
/// SKUs that more locations stock than are looked at one by one: 150 stores along a meridian, ten kilometres apart, MUG in all, CUP in the last 20.
/// </summary>
public sealed class WideBoardTests
{
    private const int Stores = 150;
    private const double MetresApart = 10_000;
    private static readonly Position s_south = new(-6, 0);

    [Fact]
    public async Task The_nearest_has_it_and_who_is_too_far_away_is_not_looked_at()
    {
        await using var world = await Wide();
        var quote = await Quote(world, At(40), ("MUG", 2));
        var part = Assert.Single(quote.Parts);
        Assert.Equal("s40", part.Location.Value);
        var route = Assert.Single(quote.Routes);
        Assert.True(route.IsOptimal);
        var beyond = Assert.Single(route.Looked, same => same.Verdict == RouteVerdict.Beyond);
        Assert.InRange(beyond.Count, 50, Stores - GrainLimits.RouteNearFirst);
        Assert.Equal(Stores, route.Looked.Sum(same => same.Count));
        Assert.Equal(RouteVerdict.Beyond, route.Thoughts.Single(thought => thought.Verdict == RouteVerdict.Beyond).Verdict);
    }

    [Fact]
    public async Task What_no_near_store_has_is_found_however_far_it_is()
    {
        await using var world = await Wide();
        Assert.Equal("s130", Assert.Single((await Quote(world, At(0), ("CUP", 2))).Parts).Location.Value);

        // Together only where both are; the units of the nearest are not enough.
        var both = await Quote(world, At(0), ("CUP", 2), ("MUG", 1));
        Assert.Equal("s130", Assert.Single(both.Parts).Location.Value);
        Assert.DoesNotContain(Assert.Single(both.Routes).Looked, same => same.Verdict == RouteVerdict.Beyond);
        var many = await Quote(world, At(10), ("MUG", 12));
        Assert.Equal(12, many.Parts.Sum(part => part.Lines.Sum(line => line.Units)));
        Assert.Equal(3, many.Parts.Length);
    }

    [Fact]
    public async Task An_order_takes_what_two_of_its_ways_want_only_once()
    {
        await using var world = await Wide();
        var content = new OrderContent(
            [
                new OrderedLine(Sku.Parse("MUG"), 3, new Wish(WishKind.Ship, Point: At(70))),
                new OrderedLine(Sku.Parse("MUG"), 3, new Wish(WishKind.CollectNear, Point: At(70))),
            ],
            "c-1", Channel.Web, OrderDesk.TtlMs);
        var quote = await world.Orders.Quote(content).AsTask().WaitAsync(World.Patience);
        Assert.Equal(6, quote.Parts.Sum(part => part.Lines.Sum(line => line.Units)));
        Assert.Equal(2, quote.Parts.Select(part => part.Location).Distinct().Count()); // five in each store
        Assert.Contains(quote.Parts, part => part.Location.Value == "s70");
    }

    [Fact]
    public async Task Near_finds_the_same_as_by_going_over_all()
    {
        await using var world = await Wide();
        await world.Reserve("MUG@s41", "taken", 4);
        await world.Shown("MUG@s41", row => row.Available == 1);
        var query = new NearQuery(Sku.Parse("MUG"), Channel.Web, At(40), null, 25_000, 2, 9, false);
        var near = await world.Availability.Near(query).AsTask().WaitAsync(World.Patience);
        Assert.Equal(["s40", "s39"], near!.Rows.Take(2).Select(row => row.Row.Location.Value));
        Assert.Equal(["s38", "s42"], near.Rows.Skip(2).Select(row => row.Row.Location.Value).Order());
        Assert.All(near.Rows, row => Assert.InRange(row.DistanceMetres, 0, 25_000));
    }

    private static Position At(int store) => s_south with { Latitude = s_south.Latitude + (store * MetresApart / 111_195) };

    private static async Task<OrderQuote> Quote(World world, Position point, params (string Sku, long Units)[] lines) =>
        await world.Orders.Quote(OrderDesk.Content(new Wish(WishKind.Ship, Point: point), lines)).AsTask().WaitAsync(World.Patience);

    private static OnPool<World> Wide() => World.Start(async world =>
    {
        for (var i = 0; i < Stores; i++)
        {
            await world.Open($"s{i}", At(i).Latitude);
            await world.Receive($"MUG@s{i}", 5);
            if (i >= Stores - 20)
            {
                await world.Receive($"CUP@s{i}", 5);
            }
        }

        await world.Shown($"MUG@s{Stores - 1}", row => row.Available == 5);
        await world.Shown($"CUP@s{Stores - 1}", row => row.Available == 5);
        await world.Shown("MUG@s0", row => row.Available == 5);
    });
}
