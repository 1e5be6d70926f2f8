using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Routing;

namespace Inventory.RouteQuality.Seasons;

/// <summary>The ways that are compared over a season.</summary>
internal static class SeasonWays
{
    private const long BeginMs = 1_735_689_600_000; // 1 January 2025
    private const long DayMs = 86_400_000;
    private const int Days = 60;

    /// <summary>Rules of thumb, the router, and ways that know the demand of the season beforehand, which nobody in a shop does.</summary>
    /// <param name="prices">Of the season as it is expected.</param>
    /// <param name="random">For ways that draw.</param>
    public static IEnumerable<(string Name, SeasonWay Way)> All(SeasonPrices prices, Random random)
    {
        var policy = SeasonSetting.Policy;
        yield return ("nearest", Nearest());
        yield return ("nearest by unit", Asked(policy, Rules.Nearest));
        yield return ("priority order", Asked(policy, Rules.Priority));
        yield return ("greedy by cost", Asked(policy, Rules.Greedy));
        yield return ("fewest splits", Asked(policy, Rules.FewestSplits));
        yield return ("router, no scarcity", Asked(policy with { ScarcityMinor = 0 }, Play.Routed));
        yield return ("router, by shelf", Asked(policy, Play.Routed));
        yield return ("router, by demand", Asked(policy with { ScarcityBy = ScarcityBy.Demand }, Play.Routed));
        yield return ("rounded line by line", (kind, city, skus, stock) => Rounded(prices.Shares[kind][city], skus, stock, random, isTogether: false));
        yield return ("rounded together", (kind, city, skus, stock) => Rounded(prices.Shares[kind][city], skus, stock, random, isTogether: true));
        yield return ("prices of the season", (_, city, skus, stock) => Priced(prices, city, skus, stock));
    }

    /// <summary>The way that others are measured against.</summary>
    public static SeasonWay Nearest() => Asked(SeasonSetting.Policy, Rules.NearestWhole);

    // Asks a way of the years. It learns the demand as it goes.
    private static SeasonWay Asked(RoutingPolicy policy, Way way)
    {
        var demand = Enumerable.Range(0, SeasonSetting.Skus).Select(_ => new DemandBook()).ToArray();
        var places = SeasonSetting.Facilities.Select((position, f) => new RouteCandidate
        {
            Location = LocationId.Parse($"F{f}"), Position = position, Kind = LocationKind.Warehouse, Available = [0],
        }).ToArray();
        var orders = 0;
        return (_, city, skus, stock) =>
        {
            var nowMs = BeginMs + ((long)Days * DayMs * orders++ / SeasonSetting.Arrivals);
            var home = SeasonSetting.Cities[city].Position;
            var request = new RouteRequest([.. skus.Select((_, i) => new RouteLine(i, 1, 1_000))], new Wish(WishKind.Ship, Point: home), nowMs)
            {
                Demand = [.. skus.Select(sku => demand[sku].At(nowMs))],
            };
            var candidates = places.Select((place, f) => new RouteCandidate
            {
                Location = place.Location, Position = place.Position, Kind = place.Kind, Available = [.. skus.Select(sku => stock[sku][f])], LeavesAtMs = nowMs,
            }).ToArray();
            foreach (var sku in skus)
            {
                demand[sku].Apply(new DemandNoted(nowMs, DemandRegion.Of(home), 1));
            }

            var given = way(request, candidates, policy);
            return [.. skus.Select((_, line) => Array.FindIndex(given, units => units[line] > 0) is var f and >= 0 ? f : places.Length)];
        };
    }

    // Ma's dilation: facilities open at random times, all lines see the same times, each on its own scale; or each line draws for itself.
    private static int[] Rounded(double[][] shares, int[] skus, long[][] stock, Random random, bool isTogether)
    {
        var none = SeasonSetting.Facilities.Length;
        var opens = new double[none + 1];
        var by = new int[skus.Length];
        for (var line = 0; line < skus.Length; line++)
        {
            for (var f = 0; f <= none && (line == 0 || !isTogether); f++)
            {
                opens[f] = -Math.Log(1 - random.NextDouble());
            }

            by[line] = Enumerable.Range(0, none + 1).MinBy(f => shares[line][f] > 0 ? opens[f] / shares[line][f] : double.PositiveInfinity);
            by[line] = by[line] < none && stock[skus[line]][by[line]] > 0 ? by[line] : none; // as in the papers: no second try
        }

        return by;
    }

    private static int[] Priced(SeasonPrices prices, int city, int[] skus, long[][] stock)
    {
        var by = new int[skus.Length];
        prices.Cheapest(skus, city, stock, by);
        return by;
    }
}
