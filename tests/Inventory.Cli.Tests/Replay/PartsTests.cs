using Inventory.Cli.Replay;
using Inventory.V1;
using OrderLine = Inventory.Cli.Replay.OrderLine;

namespace Inventory.Cli.Tests.Replay;

public sealed class PartsTests
{
    [Theory]
    [InlineData(0.5)]
    [InlineData(0.9)]
    [InlineData(0.99)]
    [InlineData(0.999)]
    [InlineData(1)]
    public void A_percentile_is_never_below_the_true_one_and_at_most_2_percent_above(double share)
    {
        var histogram = new Histogram();
        var draw = Seeded.For(1, "test", "histogram");
        var values = new List<long>();
        for (var i = 0; i < 50_000; i++)
        {
            values.Add((long)(300 * Math.Exp(4 * draw.Unit() * draw.Unit())) + (draw.Chance(0.01) ? 1_000_000 : 0));
            histogram.Record(values[^1]);
        }

        values.Sort();
        var exact = values[(int)Math.Ceiling(share * values.Count) - 1];

        Assert.InRange(histogram.Percentile(share), exact, exact * 1.016);
        Assert.Equal(values[^1], histogram.MaxMicros);
        Assert.Equal(values.Average(), histogram.MeanMicros, 6);
    }

    [Fact]
    public void A_histogram_holds_nothing_and_the_largest_value()
    {
        var histogram = new Histogram();
        Assert.Equal(0, histogram.Percentile(0.99));

        histogram.Record(-5);
        histogram.Record(long.MaxValue);

        Assert.Equal(0, histogram.Percentile(0.5));
        Assert.Equal(Histogram.MicrosMax, histogram.Percentile(1));
    }

    [Fact]
    public void Draws_depend_on_seed_purpose_and_name_alone()
    {
        static ulong First(ulong seed, string purpose, string name) => Seeded.For(seed, purpose, name).Next();

        Assert.Equal(First(1, "order", "536365"), First(1, "order", "536365"));
        Assert.Equal(4, new[] { First(1, "order", "1"), First(2, "order", "1"), First(1, "customer", "1"), First(1, "order", "2") }
            .Distinct().Count());
    }

    [Fact]
    public void Draws_are_even()
    {
        var buckets = new int[10];
        for (var i = 0; i < 100_000; i++)
        {
            buckets[Seeded.For(7, "even", i.ToString(System.Globalization.CultureInfo.InvariantCulture)).Below(10)]++;
        }

        Assert.All(buckets, count => Assert.InRange(count, 9_500, 10_500));
    }

    [Fact]
    public void Request_ids_are_uuids_that_tell_run_line_step_and_attempt_apart()
    {
        var line = new OrderLine("536365", 1, "85123A", LineKind.Sale, 6, 0, "");
        var ids = new RequestIds("run");
        string[] all =
        [
            ids.Of(line, "reserve"), ids.Of(line, "reserve", 1), ids.Of(line, "confirm"), ids.Of(line with { Line = 2 }, "reserve"),
            ids.Of(line with { Invoice = "536366" }, "reserve"), new RequestIds("other").Of(line, "reserve"),
        ];

        Assert.Equal(all.Length, all.Distinct().Count());
        Assert.Equal(all[0], new RequestIds("run").Of(line, "reserve"));
        Assert.All(all, id => Assert.True(Guid.TryParseExact(id, "D", out _)));
    }

    [Fact]
    public void Distances_are_those_of_the_globe()
    {
        var london = new Place(51.5074, -0.1278);
        var paris = new Place(48.8566, 2.3522);

        Assert.InRange(london.MetresTo(paris), 343_000, 344_500);
        Assert.Equal(0, london.MetresTo(london));
        Assert.True(london.ChordSquared(paris) < Place.ChordSquaredOf(345_000));
        Assert.True(london.ChordSquared(paris) > Place.ChordSquaredOf(343_000));
        Assert.InRange(new Place(0, 0).MetresTo(new Place(0, 180)), 20_015_000, 20_016_000);
    }

    [Fact]
    public void The_books_enter_every_outcome()
    {
        var sku = new SkuLedger("A");
        sku.Open(3, 100);
        sku.Apply(new LineResult(0, LineOutcome.Collected, 0, 3, 10));
        sku.Apply(new LineResult(1, LineOutcome.Shipped, 0, 3, 5));
        sku.Apply(new LineResult(2, LineOutcome.Returned, (byte)Condition.Sellable, 3, 1));
        sku.Apply(new LineResult(3, LineOutcome.Returned, (byte)Condition.Damaged, 3, 2));
        sku.Apply(new LineResult(4, LineOutcome.Returned, (byte)Condition.Quarantine, 4, 3));
        sku.Apply(new LineResult(5, LineOutcome.WrittenOff, (byte)AdjustReason.Damage, 3, 7));
        sku.Apply(new LineResult(6, LineOutcome.WrittenOff, (byte)AdjustReason.Shrink, 3, 8));
        sku.Apply(new LineResult(7, LineOutcome.Found, 0, 3, 9));
        sku.Apply(new LineResult(8, LineOutcome.Refused, (byte)RefusalReason.Insufficient, -1, 500));
        sku.Apply(new LineResult(9, LineOutcome.NothingThere, 0, -1, 0));

        var row = sku.Row(3);
        Assert.Equal(100 - 10 - 5 + 1 - 7 - 8 + 9, row.Sellable);
        Assert.Equal((2, 0, 3, 10, 5), (row.Damaged, row.Quarantine, row.Returned, row.Collected, row.Shipped));
        Assert.Equal((-7, -8, 9), (row.Damage, row.Shrink, row.Found));
        Assert.Equal((0, 3, 3), (sku.Row(4).Sellable, sku.Row(4).Quarantine, sku.Row(4).Returned));
    }

    [Fact]
    public void The_nearest_store_has_the_units_and_serves_the_way_asked_for()
    {
        Store[] stores =
        [
            Near("b", 1), Near("a", 1), Near("w", 0.5, StoreKind.Wholesale), Near("far", 8), Near("few", 0.1),
        ];
        var sku = new SkuLedger("A");
        sku.Open(0, 10);
        sku.Open(1, 10);
        sku.Open(2, 10);
        sku.Open(3, 100);
        sku.Open(4, 1);
        string? Find(long units, double metres, bool collect, List<int>? tried = null) =>
            sku.Nearest(stores, new Search(new Place(50, 0), units, metres, collect), tried) is { } row ? stores[row.Store].Id : null;

        Assert.Equal("few", Find(1, 1e6, false));
        Assert.Equal("w", Find(2, 1e6, false));
        Assert.Equal("a", Find(2, 1e6, true));
        Assert.Equal("b", Find(2, 1e6, true, [1]));
        Assert.Equal("far", Find(11, 1e6, true));
        Assert.Null(Find(11, 50_000, true));
        Assert.Null(Find(101, 1e6, true));
        Assert.Equal(100, sku.Richest()!.Free);
    }

    [Fact]
    public void The_lines_of_a_minute_are_spread_over_it_in_order()
    {
        OrderLine At(long ms) => new("1", 1, "A", LineKind.Sale, 1, ms, "");

        Assert.Equal([0, 15_000, 30_000, 45_000, 120_000], Pace.Spread([At(0), At(0), At(0), At(0), At(120_000)]));
    }

    private static Store Near(string id, double north, StoreKind kind = StoreKind.Supermarket) => new(id, id, kind, new Place(50 + north,
        0), "R");
}
