using Inventory.Domain.Orders;
using Inventory.Domain.Routing;

namespace Inventory.Domain.Tests.Routing;

/// <summary>Requests and candidates for routing, written down or drawn from a seed.</summary>
internal static class RouteWorld
{
    public const long NowMs = 1_000_000_000;
    private const long HourMs = 3_600_000;

    /// <summary>Where everybody lives: candidates are placed along the meridian, a kilometre a step.</summary>
    public static readonly Position Home = new(50, 0);

    public static RouteRequest Ship(params long[] units) =>
        new([.. units.Select((count, i) => new RouteLine(i, count, 500, 1_000))], new Wish(WishKind.Ship, Point: Home), NowMs);

    public static RouteRequest CollectNear(params long[] units) => Ship(units) with { Wish = new Wish(WishKind.CollectNear, Point: Home) };

    public static RouteCandidate At(string id, double kilometres, params long[] available) => new()
    {
        Location = LocationId.Parse(id),
        Position = new Position(Home.Latitude + (kilometres / 111.195), 0),
        Available = available,
        ReadyAtMs = NowMs + HourMs,
        LeavesAtMs = NowMs + (4 * HourMs),
    };

    public static (RouteRequest Request, RouteCandidate[] Candidates, RoutingPolicy Policy) Draw(Random random, int candidatesMax, int linesMax)
    {
        var units = Enumerable.Range(0, random.Next(1, linesMax + 1)).Select(_ => (long)random.Next(1, 4)).ToArray();
        var request = Ship(units) with
        {
            Lines = [.. units.Select((count, i) => new RouteLine(i, count, random.Next(0, 4_000), random.Next(0, 3_000)))],
            PromiseByMs = random.Next(4) == 0 ? NowMs + (random.Next(20, 60) * HourMs) : 0,
        };
        var candidates = Enumerable.Range(0, random.Next(1, candidatesMax + 1)).Select(i => new RouteCandidate
        {
            Location = LocationId.Parse($"L{i:00}"),
            Position = new Position(Home.Latitude + (random.NextDouble() * 4), random.NextDouble() * 2),
            Available = [.. units.Select(_ => (long)Math.Max(0, random.Next(-2, 5)))],
            ReadyAtMs = NowMs + (random.Next(48) * HourMs),
            LeavesAtMs = random.Next(12) == 0 ? null : NowMs + (random.Next(48) * HourMs),
            CapacityLeft = random.Next(10) == 0 ? 0 : long.MaxValue,
            Load = random.NextDouble(),
            HandlingMinor = random.Next(0, 300),
            FoundProbability = 0.5 + (random.NextDouble() / 2),
            IsExcluded = random.Next(12) == 0,
        }).ToArray();
        var policy = RoutingPolicy.Presets[random.Next(RoutingPolicy.Presets.Length)] with { MaxParts = random.Next(1, 5), Criteria = [] };
        return (request, candidates, policy);
    }
}
