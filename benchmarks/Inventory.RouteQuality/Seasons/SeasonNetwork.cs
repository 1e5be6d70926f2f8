namespace Inventory.RouteQuality.Seasons;

/// <summary>What an order of a kind asks for, and how often one arrives from each city.</summary>
/// <param name="Skus">Its lines, one unit each; none of a customer who wants nothing.</param>
/// <param name="Chances">By city: chance that an arrival is of this kind and from there. All chances of all kinds are 1.</param>
internal sealed record OrderKind(int[] Skus, double[] Chances);

/// <summary>A drawn network: kinds of orders, and what each facility holds at the beginning of the season.</summary>
internal sealed class SeasonNetwork
{
    private SeasonNetwork(OrderKind[] kinds, long[][] stock) => (Kinds, Stock) = (kinds, stock);

    /// <summary>Kinds of orders; the first asks for nothing.</summary>
    public OrderKind[] Kinds { get; }

    /// <summary>Units by SKU, then by facility.</summary>
    public long[][] Stock { get; }

    /// <summary>Draws one. Each facility keeps the demand of the cities whose nearest with the SKU it is, and some for safety.</summary>
    public static SeasonNetwork Draw(Random random)
    {
        var kinds = DrawKinds(random);
        long[][] stock = [.. Enumerable.Range(0, SeasonSetting.Skus).Select(sku => DrawStock(random, kinds, sku))];
        return new SeasonNetwork(kinds, stock);
    }

    /// <summary>Draws the arrivals of a season: kinds and cities, in their order.</summary>
    public (int Kind, int City)[] DrawArrivals(Random random)
    {
        var upTo = new double[Kinds.Length * SeasonSetting.Cities.Length];
        var sum = 0.0;
        for (var i = 0; i < upTo.Length; i++)
        {
            upTo[i] = sum += Kinds[i / SeasonSetting.Cities.Length].Chances[i % SeasonSetting.Cities.Length];
        }

        return [.. Enumerable.Range(0, SeasonSetting.Arrivals).Select(_ =>
        {
            var found = Array.BinarySearch(upTo, random.NextDouble() * sum);
            var at = Math.Min(upTo.Length - 1, found < 0 ? ~found : found + 1);
            return (at / SeasonSetting.Cities.Length, at % SeasonSetting.Cities.Length);
        })];
    }

    private static OrderKind[] DrawKinds(Random random)
    {
        var people = SeasonSetting.Cities.Sum(city => city.Weight);
        var sizes = Shares(random, SeasonSetting.LinesMax + 1);
        var kinds = new List<OrderKind> { Kind([], sizes[0]) };
        for (var size = 1; size <= SeasonSetting.LinesMax; size++)
        {
            foreach (var share in Shares(random, SeasonSetting.KindsOfSize))
            {
                var skus = Enumerable.Range(0, SeasonSetting.Skus).ToArray();
                random.Shuffle(skus);
                kinds.Add(Kind(skus[..size], sizes[size] * share));
            }
        }

        return [.. kinds];

        OrderKind Kind(int[] skus, double chance) => new(skus, [.. SeasonSetting.Cities.Select(city => chance * city.Weight / people)]);
    }

    private static double[] Shares(Random random, int count)
    {
        var drawn = Enumerable.Range(0, count).Select(_ => random.NextDouble()).ToArray();
        var sum = drawn.Sum();
        return [.. drawn.Select(share => share / sum)];
    }

    private static long[] DrawStock(Random random, OrderKind[] kinds, int sku)
    {
        var carries = SeasonSetting.Facilities.Select(_ => random.NextDouble() < SeasonSetting.Carried).ToArray();
        var demand = new double[carries.Length];
        for (var city = 0; city < SeasonSetting.Cities.Length && carries.Contains(true); city++)
        {
            var nearest = Enumerable.Range(0, carries.Length).Where(facility => carries[facility]).MinBy(facility => SeasonSetting.UnitCost(facility, city));
            demand[nearest] += kinds.Where(kind => kind.Skus.Contains(sku)).Sum(kind => kind.Chances[city]);
        }

        return [.. demand.Select(share => (long)Math.Round(
            (SeasonSetting.Arrivals * share) + (SeasonSetting.Safety * Math.Sqrt(SeasonSetting.Arrivals * share * (1 - share)))))];
    }
}
