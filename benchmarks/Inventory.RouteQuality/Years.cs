using Inventory.Domain;

namespace Inventory.RouteQuality;

/// <summary>Draws years from a seed.</summary>
internal static class Years
{
    private const long BeginMs = 1_735_689_600_000; // 1 January 2025
    private const long DayMs = 86_400_000;
    private const int Towns = 40;

    /// <summary>
    /// A few facilities, stock for a season, and no supply: demand by a power law over SKUs, orders of several items from customers around towns,
    /// a fixed cost for each parcel and one that rises with distance.
    /// </summary>
    public static Year Facilities(int seed, int orders)
    {
        var random = new Random(seed);
        var towns = DrawTowns(random);
        var sites = Enumerable.Range(0, 10).Select(i => DrawSite(random, i, towns[i * Towns / 10].Position, LocationKind.Warehouse)).ToArray();
        var drawn = DrawOrders(random, orders, 100, 5, towns, days: 60);
        return new Year("10 facilities, a season's stock", sites, drawn, Shelves(random, sites, drawn, 100, carried: 0.75, days: 60, coverDays: 60), 0);
    }

    /// <summary>Stores and a few warehouses over an island, filled up every week.</summary>
    public static Year Stores(int seed, int orders, int locations)
    {
        var random = new Random(seed);
        var towns = DrawTowns(random);
        var sites = Enumerable.Range(0, locations).Select(i => DrawSite(
            random, i, PickTown(random, towns), i < Math.Max(2, locations / 50) ? LocationKind.Warehouse : LocationKind.Store)).ToArray();
        var drawn = DrawOrders(random, orders, 500, 8, towns, days: 364);
        return new Year(
            $"{locations} stores, filled up weekly", sites, drawn, Shelves(random, sites, drawn, 500, carried: 0.3, days: 364, coverDays: 9), 7);
    }

    /// <summary>Full shelves: a cover of the SKU's own demand, shared among the sites that carry it, warehouses with ten shares.</summary>
    public static long[][] Shelves(Random random, Site[] sites, Order[] orders, int skus, double carried, int days, int coverDays)
    {
        var demand = new double[skus];
        foreach (var line in orders.SelectMany(order => order.Lines))
        {
            demand[line.Sku] += line.Units;
        }

        return [.. demand.Select(units =>
        {
            var shares = sites.Select(site => random.NextDouble() < carried ? site.Kind == LocationKind.Warehouse ? 10.0 : 1.0 : 0.0).ToArray();
            var all = Math.Max(1, shares.Sum());
            return shares.Select(share => share == 0 ? 0 : Math.Max(1, (long)Math.Round(units * coverDays / days * share / all))).ToArray();
        })];
    }

    /// <summary>A site at a place, with what else there is to know drawn.</summary>
    public static Site DrawSite(Random random, int number, Position at, LocationKind kind) => new(
        LocationId.Parse($"L{number:0000}"), at, kind, kind == LocationKind.Warehouse ? 80 + random.Next(40) : 120 + random.Next(120),
        kind == LocationKind.Warehouse ? 20 * 60 : (15 * 60) + random.Next(180));

    private static (Position Position, double Weight)[] DrawTowns(Random random) => [.. Enumerable.Range(0, Towns).Select(i =>
        (new Position(50.5 + (random.NextDouble() * 6), -4.5 + (random.NextDouble() * 5.5)), 1.0 / (i + 1)))];

    private static Position PickTown(Random random, (Position Position, double Weight)[] towns)
    {
        var drawn = random.NextDouble() * towns.Sum(town => town.Weight);
        var i = 0;
        while (i < towns.Length - 1 && (drawn -= towns[i].Weight) > 0)
        {
            i++;
        }

        return new Position(towns[i].Position.Latitude + (random.NextDouble() * 0.4) - 0.2, towns[i].Position.Longitude + (random.NextDouble() * 0.6) - 0.3);
    }

    private static Order[] DrawOrders(Random random, int orders, int skus, int linesMax, (Position Position, double Weight)[] towns, int days)
    {
        var grams = Enumerable.Range(0, skus).Select(_ => 100 + random.Next(2_000)).ToArray();
        var values = Enumerable.Range(0, skus).Select(_ => 500 + random.Next(5_000)).ToArray();
        return [.. Enumerable.Range(0, orders).Select(i =>
        {
            var lines = 1;
            while (lines < linesMax && random.NextDouble() < 0.5)
            {
                lines++;
            }

            var chosen = new SortedSet<int>();
            while (chosen.Count < lines)
            {
                chosen.Add((int)(skus * Math.Pow(random.NextDouble(), 2))); // half the demand for a quarter of the SKUs
            }

            return new Order(
                BeginMs + (long)(days * (double)DayMs * i / orders), PickTown(random, towns),
                [.. chosen.Select(sku => new Wanted(sku, random.Next(4) == 0 ? 2 : 1, grams[sku], values[sku]))]);
        })];
    }
}
