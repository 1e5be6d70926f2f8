using BenchmarkDotNet.Attributes;
using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Routing;

namespace Inventory.Benchmarks;

/// <summary>Choosing the locations of one order.</summary>
public class Routing
{
    private const int Lines = 20;
    private static readonly RoutingPolicy s_policy = RoutingPolicy.Presets[0];
    private readonly RouteRequest _one = Request(1);
    private readonly RouteRequest _many = Request(Lines);
    private RouteCandidate[] _candidates = [];
    private RouteCandidate[] _scattered = [];
    private RouteCandidate[] _stocked = [];

    /// <summary>Locations that have some of it.</summary>
    [Params(200, 2_000)]
    public int Locations { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _candidates = Draw(1, 0.7);
        _scattered = Draw(Lines, 0.4);
        _stocked = Draw(Lines, 0.97);
    }

    /// <summary>One line.</summary>
    [Benchmark]
    public RoutePlan OneLine() => Router.Route(_one, _candidates, s_policy);

    /// <summary>Twenty lines that some locations have all of.</summary>
    [Benchmark]
    public RoutePlan TwentyLines() => Router.Route(_many, _stocked, s_policy);

    /// <summary>Twenty lines that no location has all of: the search runs into its limit.</summary>
    [Benchmark]
    public RoutePlan TwentyLinesScattered() => Router.Route(_many, _scattered, s_policy);

    private static RouteRequest Request(int lines) => new(
        [.. Enumerable.Range(0, lines).Select(i => new RouteLine(i, 1 + (i % 3), 400, 1_500))],
        new Wish(WishKind.Ship, Point: new Position(52, -1)), World.BeginMs);

    private RouteCandidate[] Draw(int lines, double carried)
    {
        var random = new Random(17);
        return [.. Enumerable.Range(0, Locations).Select(i => new RouteCandidate
        {
            Location = World.Location(i),
            Position = new Position(50.5 + (random.NextDouble() * 6), -4 + (random.NextDouble() * 5)),
            Available = [.. Enumerable.Range(0, lines).Select(_ => random.NextDouble() < carried ? (long)random.Next(1, 12) : 0)],
            LeavesAtMs = World.BeginMs + random.Next(86_400_000),
            Load = random.NextDouble(),
            HandlingMinor = random.Next(80, 240),
            FoundProbability = 0.9 + (random.NextDouble() / 10),
        })];
    }
}
