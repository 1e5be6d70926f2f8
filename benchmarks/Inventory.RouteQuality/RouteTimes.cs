using System.Diagnostics;
using System.Globalization;
using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Routing;

namespace Inventory.RouteQuality;

/// <summary>How long one choice of locations takes: each call another drawn order and customer, over the same drawn network.</summary>
internal static class RouteTimes
{
    private const int Networks = 8;
    private const int Warming = 200;

    /// <summary>Writes a table of percentiles.</summary>
    public static void Write(Settings settings, TextWriter to)
    {
        to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {settings.Seed}, {settings.Times} calls of each, milliseconds"));
        to.WriteLine("                                             processor time    wall clock");
        to.WriteLine("lines  locations  carried  policy             p50      p99     p50      p99   proved  kilobytes/call");
        foreach (var (lines, locations, carried, policy) in Cases())
        {
            Case(settings, lines, locations, carried, policy, to);
        }
    }

    private static IEnumerable<(int Lines, int Locations, double Carried, RoutingPolicy Policy)> Cases()
    {
        var (cheap, byName) = (RoutingPolicy.Presets[0], RoutingPolicy.Presets.ToDictionary(policy => policy.Name));
        ShippingZone[] zones = [.. cheap.Zones.Select(zone => zone with { KilogramMinor = 0, Steps = [new(2_000, 0), new(10_000, 150), new(30_000, 400)] })];
        yield return (1, 200, 0.7, cheap);
        yield return (1, 2_000, 0.7, cheap);
        yield return (1, 2_000, 0.7, byName["nearest"]);
        yield return (5, 2_000, 0.7, cheap);
        yield return (20, 200, 0.97, cheap);
        yield return (20, 2_000, 0.97, cheap);
        yield return (20, 2_000, 0.7, cheap);
        yield return (20, 2_000, 0.4, cheap);
        yield return (20, 2_000, 0.1, cheap);
        yield return (20, 2_000, 0.7, byName["fewest-splits"]);
        yield return (20, 2_000, 0.7, cheap with { Name = "weight classes", Zones = [.. zones] });
        yield return (20, 2_000, 0.7, cheap with { Name = "least part 50.00", MinPartValueMinor = 5_000 });
    }

    private static void Case(Settings settings, int lines, int locations, double carried, RoutingPolicy policy, TextWriter to)
    {
        var random = new Random(settings.Seed);
        var networks = Enumerable.Range(0, Networks).Select(_ => Draw(random, lines, locations, carried)).ToArray();
        var (times, walls, proved) = (new double[settings.Times], new double[settings.Times], 0);
        var allocated = 0L;
        for (var call = -Warming; call < times.Length; call++)
        {
            var request = new RouteRequest(
                [.. Enumerable.Range(0, lines).Select(i =>
                    new RouteLine(i, random.Next(1, 4), random.Next(100, 1_500), random.Next(500, 3_000)))],
                new Wish(WishKind.Ship, Point: Anywhere(random)), 0);
            var bytes = GC.GetAllocatedBytesForCurrentThread();
            var begun = Stopwatch.GetTimestamp();
            var worked = ThreadTime.Milliseconds();
            var plan = Router.Route(request, networks[Math.Abs(call) % Networks], policy);
            if (call >= 0)
            {
                times[call] = ThreadTime.Milliseconds() - worked;
                walls[call] = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
                allocated += GC.GetAllocatedBytesForCurrentThread() - bytes;
                proved += plan.IsOptimal ? 1 : 0;
            }
        }

        Array.Sort(times);
        Array.Sort(walls);
        to.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{lines,5} {locations,10} {carried,8:0.00}  {policy.Name,-16} {times[times.Length / 2],6:0.000} {times[times.Length * 99 / 100],8:0.000} "
            + $"{walls[walls.Length / 2],7:0.000} {walls[walls.Length * 99 / 100],8:0.000} {100.0 * proved / times.Length,7:0.0}% "
            + $"{allocated / 1024.0 / times.Length,15:0.0}"));
    }

    private static Position Anywhere(Random random) => new(50.5 + (random.NextDouble() * 6), -4 + (random.NextDouble() * 5));

    private static RouteCandidate[] Draw(Random random, int lines, int locations, double carried) =>
        [.. Enumerable.Range(0, locations).Select(i => new RouteCandidate
        {
            Location = LocationId.Parse($"L{i:0000}"),
            Position = Anywhere(random),
            Available = [.. Enumerable.Range(0, lines).Select(_ => random.NextDouble() < carried ? (long)random.Next(1, 12) : 0)],
            LeavesAtMs = random.Next(86_400_000),
            Load = random.NextDouble(),
            HandlingMinor = random.Next(80, 240),
            FoundProbability = 0.9 + (random.NextDouble() / 10),
        })];
}
