using System.Globalization;
using Inventory.Domain.Routing;

namespace Inventory.RouteQuality;

/// <summary>Runs all comparisons and writes them down as tables.</summary>
internal static class Report
{
    /// <summary>Everything, with the seed on the first line.</summary>
    public static void Write(Settings settings, TextWriter to)
    {
        to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {settings.Seed}"));
        var small = Exact.Compare(settings.Seed, settings.Instances);
        to.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"small instances: {small.Optimal} of {small.Instances} as good as possible, {small.Proved} proved, worst gap {small.WorstGapPercent:0.###} %"));
        foreach (var year in Chosen(settings))
        {
            var policy = Policy(year);
            Table(year, [.. Play.Ways(policy).Select(each => Play.Run(year, policy, each.Name, each.Way))], to);
        }
    }

    /// <summary>The years that are played.</summary>
    public static IEnumerable<Year> Chosen(Settings settings)
    {
        if (settings.Data is { } folder)
        {
            yield return RealYear.Read(folder, settings.Seed, settings.Orders, settings.Locations, isScarce: false);
            yield return RealYear.Read(folder, settings.Seed, settings.Orders, settings.Locations, isScarce: true);
            yield break;
        }

        yield return Years.Facilities(settings.Seed, settings.Orders);
        yield return Years.Stores(settings.Seed, settings.Orders, settings.Locations);
    }

    /// <summary>The shipped policy for the lowest cost; shelves of a few units count as scarce sooner than a season's stock.</summary>
    public static RoutingPolicy Policy(Year year) =>
        RoutingPolicy.Presets[0] with
        {
            MaxParts = year.MaxParts,
            ScarcityUnits = year.RefillDays == 0 ? 50 : 10,
            SupplyDays = year.RefillDays == 0 ? 60 : year.RefillDays,
        };

    private static void Table(Year year, Books[] all, TextWriter to)
    {
        to.WriteLine();
        to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{year.Name}: {year.Orders.Length} orders"));
        to.WriteLine("way                     cost/order  of nearest  paid/order  parcels/order    late  unfilled   p50 ms   p99 ms");
        foreach (var books in all)
        {
            var orders = (double)year.Orders.Length;
            to.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{books.Name,-22} {books.CostMinor / orders,11:0.0} {100.0 * books.CostMinor / all[0].CostMinor,10:0.0}% {books.MoneyMinor / orders,11:0.0} "
                + $"{books.Parts / (double)books.Sent,14:0.000} {100.0 * books.Late / books.Sent,6:0.0}% "
                + $"{100.0 * books.UnfilledUnits / (books.UnfilledUnits + books.FilledUnits),8:0.0}% {books.Ms(0.5),8:0.000} {books.Ms(0.99),8:0.000}"));
        }
    }
}
