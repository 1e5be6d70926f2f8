using System.Globalization;
using Inventory.LoadTests.Reporting;
using Inventory.V1;

namespace Inventory.H2Load;

/// <summary>How long, how often, and whether only what does nothing.</summary>
internal sealed record SessionSettings(int Seconds, int WarmUp, int Rounds, bool IsEmptyOnly);

/// <summary>All calls in all shapes, in turn, and a table.</summary>
internal static class Session
{
    public const int Done = 0;
    public const int Wrong = 1;
    public const int Usage = 2;
    public const int NoTool = 3;

    private static readonly (int Connections, int Streams)[] s_shapes = [(4, 50), (1, 200), (64, 1)];

    private sealed record Call(string Name, string Path, byte[] Body, bool IsHot = false)
    {
        public bool Reserves => Path == DistinctReserves.Path;
    }

    public static async Task<int> RunAsync(SessionSettings settings, TextWriter output, TextWriter progress, CancellationToken stop)
    {
        if (H2LoadRun.Find() is null)
        {
            await progress.WriteLineAsync("h2load is not installed; Debian has it in nghttp2-client.");
            return NoTool;
        }

        await using var served = await Served.StartAsync();
        var calls = Calls(served.Reserves)[..(settings.IsEmptyOnly ? 2 : 5)];
        var bodies = Directory.CreateTempSubdirectory("inventory-h2load-bodies-");
        try
        {
            var results = await MeasureAsync(settings, served, calls, bodies.FullName, progress, stop);
            Print(calls, results, output);
            return await BalanceAsync(served, results, output) ? Done : Wrong;
        }
        finally
        {
            bodies.Delete(recursive: true);
        }
    }

    private static Call[] Calls(DistinctReserves reserves) =>
    [
        new("Kestrel, the same bytes", Served.PlainPath, [0, 0, 0, 0, 0]),
        new("empty call", "/grpc.health.v1.Health/Check", [0, 0, 0, 0, 0]),
        new("availability of a SKU", "/inventory.v1.AvailabilityService/GetAvailability", DistinctReserves.Frame(
            new GetAvailabilityRequest { Sku = DistinctReserves.Sku(7) })),
        new("reserve, 10,000 stocks", DistinctReserves.Path, reserves.Body),
        new("reserve, one stock", DistinctReserves.Path, reserves.Body, IsHot: true),
    ];

    private static async Task<Dictionary<(string Call, int Shape), List<H2LoadResult>>> MeasureAsync(
        SessionSettings settings, Served served, Call[] calls, string bodies, TextWriter progress, CancellationToken stop)
    {
        var results = new Dictionary<(string, int), List<H2LoadResult>>();
        for (var round = 0; round <= settings.Rounds; round++)
        {
            foreach (var call in calls)
            {
                var body = Path.Combine(bodies, string.Concat(call.Name.Where(char.IsAsciiLetter)));
                await File.WriteAllBytesAsync(body, call.Body, stop);
                served.Reserves.IsHot = call.IsHot;
                var isWarmUp = round == 0;
                for (var shape = 0; shape < (isWarmUp ? 1 : s_shapes.Length) && !(isWarmUp && settings.WarmUp == 0); shape++)
                {
                    var (connections, streams) = s_shapes[shape];
                    var command = H2LoadRun.Command(body, served.Address + call.Path, connections, streams, isWarmUp ? settings.WarmUp : settings.Seconds);
                    await progress.WriteLineAsync(command);
                    var result = await H2LoadRun.RunAsync(command, stop);
                    results.TryAdd((call.Name, isWarmUp ? -1 : shape), []);
                    results[(call.Name, isWarmUp ? -1 : shape)].Add(result);
                }
            }
        }

        return results;
    }

    private static void Print(Call[] calls, Dictionary<(string Call, int Shape), List<H2LoadResult>> results, TextWriter output)
    {
        output.WriteLine($"{"calls/s, and to the empty call",-30}" + string.Concat(s_shapes.Select(shape => $"{$"{shape.Connections} x {shape.Streams}",20}")));
        foreach (var call in calls)
        {
            output.Write($"{call.Name,-30}");
            for (var shape = 0; shape < s_shapes.Length; shape++)
            {
                var (rate, empty) = (Middle(results[(call.Name, shape)]), Middle(results[(calls[1].Name, shape)]));
                output.Write(string.Create(CultureInfo.InvariantCulture, $"{Format.Number(rate),12}{rate / empty,8:0.00}"));
            }

            output.WriteLine();
        }
    }

    private static double Middle(List<H2LoadResult> rounds) => rounds.Select(round => round.PerSecond).Order().ElementAt((rounds.Count - 1) / 2);

    private static async Task<bool> BalanceAsync(Served served, Dictionary<(string Call, int Shape), List<H2LoadResult>> results, TextWriter output)
    {
        var failed = results.Values.Sum(rounds => rounds.Sum(round => round.Failed));
        var answered = results.Where(each => each.Key.Call.StartsWith("reserve", StringComparison.Ordinal)).Sum(each => each.Value.Sum(round => round.Done));
        var (held, sent) = (await served.HeldAsync(), served.Reserves.Sent);
        var balances = failed == 0 && held >= answered && held <= sent;
        output.WriteLine($"{Format.Count(failed)} calls failed. {Format.Count(answered)} reservations answered, {Format.Count(held)} on record, "
            + $"{Format.Count(sent)} sent: {(balances ? "right" : "WRONG")}.");
        return balances;
    }
}
