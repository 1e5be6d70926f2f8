using System.Globalization;
using Inventory.Domain;
using Inventory.Domain.Routing;

namespace Inventory.RouteQuality;

/// <summary>A retailer's network: warehouses that hold the assortment deep, and stores that hold some of it.</summary>
internal static class Network
{
    /// <summary>Warehouses: the first sites.</summary>
    public const int Warehouses = 5;

    // Shares of a SKU's stock at the stores, and of the stores that carry it.
    private const double AtStores = 0.2;
    private const double Carried = 0.3;
    private const double FilledLeast = 0.95;
    private const long WeekMs = 7L * 86_400_000;

    /// <summary>
    /// Shelves filled up weekly to the SKU's best week of the year, times a factor that is raised by quarters until nearest first fills at least 95 % of
    /// units: so that stock is what a retailer keeps whose customers seldom go without.
    /// </summary>
    public static Year Stocked(Random random, Site[] sites, Order[] orders, int skus)
    {
        var peak = new double[skus];
        foreach (var week in orders.GroupBy(order => order.AtMs / WeekMs))
        {
            foreach (var sku in week.SelectMany(order => order.Lines).GroupBy(line => line.Sku))
            {
                peak[sku.Key] = Math.Max(peak[sku.Key], sku.Sum(line => line.Units));
            }
        }

        var shares = peak.Select(_ => Shares(random, sites)).ToArray();
        for (var factor = 1.0; ; factor *= 1.25)
        {
            long[][] shelves = [.. peak.Select((units, sku) => shares[sku].Select(share =>
                share == 0 ? 0 : Math.Max(1, (long)Math.Round(units * factor * share))).ToArray())];
            var name = string.Create(
                CultureInfo.InvariantCulture,
                $"real orders, {Warehouses} warehouses and {sites.Length - Warehouses} real stores, filled up weekly to {factor:0.##} of the best week");
            var year = new Year(name, sites, orders, shelves, 7, RoutingPolicy.PartsMax);
            var nearest = Play.Run(year, Report.Policy(year), "nearest", Rules.NearestWhole);
            if (nearest.FilledUnits >= FilledLeast * (nearest.FilledUnits + nearest.UnfilledUnits))
            {
                return year;
            }
        }
    }

    private static double[] Shares(Random random, Site[] sites)
    {
        var drawn = sites.Select(site =>
            site.Kind == LocationKind.Warehouse ? 0.5 + random.NextDouble() : random.NextDouble() < Carried ? random.NextDouble() : 0).ToArray();
        var (deep, shallow) = (drawn.Take(Warehouses).Sum(), Math.Max(0.001, drawn.Skip(Warehouses).Sum()));
        return [.. drawn.Select((share, i) => i < Warehouses ? share / deep * (1 - AtStores) : share / shallow * AtStores)];
    }
}
