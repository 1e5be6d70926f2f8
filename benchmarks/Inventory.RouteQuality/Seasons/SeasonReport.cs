using System.Globalization;

namespace Inventory.RouteQuality.Seasons;

/// <summary>Compares the ways over drawn networks, each with two seasons.</summary>
internal static class SeasonReport
{
    private const int SeasonsOfNetwork = 2;

    /// <summary>Plays all.</summary>
    /// <returns>The books of each way, and the sum of the bounds: nobody could pay less, not even who knows all orders beforehand.</returns>
    public static (SeasonBooks[] Books, double Bound) Play(int seed, int networks)
    {
        var bound = 0.0;
        var all = new Dictionary<string, SeasonBooks>();
        for (var n = 0; n < networks; n++)
        {
            var random = new Random(unchecked((seed * 1_000_003) + n) & int.MaxValue);
            var network = SeasonNetwork.Draw(random);
            var seasons = Enumerable.Range(0, SeasonsOfNetwork).Select(_ => network.DrawArrivals(random)).ToArray();
            var expected = SeasonPrices.Of(network, Expected(network), Known(network, seasons[0]));
            foreach (var season in seasons)
            {
                bound += SeasonPrices.Of(network, Counts(network, season), Known(network, season)).Bound;
                foreach (var (name, way) in SeasonWays.All(expected, random))
                {
                    all.TryAdd(name, new SeasonBooks(name));
                    all[name].Play(network, season, way);
                }
            }
        }

        return ([.. all.Values], bound);
    }

    /// <summary>Plays all, and writes the table.</summary>
    public static void Write(int seed, int networks, TextWriter to)
    {
        var (all, bound) = Play(seed, networks);
        to.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"seed {seed}, {networks} networks with {SeasonsOfNetwork} seasons each, {all[0].Orders} orders; the bound is 100 %"));
        to.WriteLine("way                    cost of bound  of nearest  parcels/order  unsent  us/order");
        foreach (var books in all)
        {
            to.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{books.Name,-22} {100 * books.Cost / bound,12:0.0}% {100 * books.Cost / all[0].Cost,10:0.0}% {books.Parcels / (double)books.Orders,14:0.000} "
                + $"{100.0 * books.Unsent / (books.Unsent + books.Sent),6:0.0}% {books.MicrosecondsPerOrder,9:0.0}"));
        }
    }

    private static double Known(SeasonNetwork network, (int Kind, int City)[] season) =>
        new SeasonBooks("known").Play(network, season, SeasonWays.Nearest());

    private static double[][] Expected(SeasonNetwork network) =>
        [.. network.Kinds.Select(kind => kind.Chances.Select(chance => chance * SeasonSetting.Arrivals).ToArray())];

    private static double[][] Counts(SeasonNetwork network, (int Kind, int City)[] season)
    {
        var counts = network.Kinds.Select(kind => new double[kind.Chances.Length]).ToArray();
        foreach (var (kind, city) in season)
        {
            counts[kind][city]++;
        }

        return counts;
    }
}
