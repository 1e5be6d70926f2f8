using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Inventory.Cli.Commands;
using Inventory.Domain.Routing;

namespace Inventory.Cli.WhatIf;

/// <summary>whatif: plays orders against other routing policies on a copy of the state, and compares.</summary>
internal static class WhatIfCommand
{

    private sealed class Options
    {
        public Option<string?> Orders { get; } = new("--orders", "-o")
        {
            Description = $"File of orders: CSV with the columns {WhatIfFiles.Columns}; or, if it ends in .jsonl, an order of the API as JSON in each line.",
            HelpName = "file",
        };

        public Option<string[]> Customers { get; } = new("--customer")
        {
            Description = "The recorded orders of this customer; may be repeated.",
            HelpName = "name",
        };

        public Option<string[]> Locations { get; } = Arguments.Locations();

        public Option<Inventory.V1.OrderState[]> States { get; } = PlacedInput.States();

        public PlacedInput Placed { get; } = new();

        public Option<string[]> Policies { get; } = new("--policy", "-p")
        {
            Description = $"A policy to compare: {string.Join(", ", RoutingPolicy.Presets.Select(preset => preset.Name))}, a JSON file, or one that the "
                + "service keeps, as NAME or NAME@VERSION; may be repeated. The five named here if none is given.",
            HelpName = "name|file",
        };

        public Option<double> Find { get; } =
            Arguments.Number("--find-percent", "How likely a location finds units that it should have, 0 to 100.", 100, 0, 100);

        public Option<int> LateDays { get; } = Arguments.Whole("--late-days", "A promise later than so many days after the order is late, 0 to 60.", 3, 0, 60);

        public Option<int> RefillDays { get; } =
            Arguments.Whole("--refill-days", "Fill all stocks up to what they began with every so many days; 0 for never.", 0, 0, 3_650);

        public Option<int> Seed { get; } = Arguments.Whole("--seed", "Draws what is found: the same luck for every policy.", 1, 0, int.MaxValue);

        public Option<bool> SkipBad { get; } = new("--skip-bad") { Description = "Count bad lines instead of stopping at the first." };

        public Option<string?> Chart { get; } = new("--chart") { Description = "Draw the comparison into this SVG file.", HelpName = "file" };
    }

    public static Command Create()
    {
        var options = new Options();
        var command = new Command("whatif", "Play orders against other routing policies on a copy of the state; nothing is written to the service.")
        {
            options.Orders, options.Customers, options.Locations, options.Policies, options.Find, options.LateDays, options.RefillDays, options.Seed,
            options.SkipBad, options.Chart, options.States,
        };
        options.Placed.AddTo(command);
        command.Validators.Add(result =>
        {
            var recorded = result.GetValue(options.Customers)!.Length + result.GetValue(options.Locations)!.Length > 0
                || result.GetResult(options.States) is not null || options.Placed.IsGiven(result);
            if (recorded == (result.GetValue(options.Orders) is not null))
            {
                result.AddError(
                    "Say which orders: either --orders FILE, or --customer, --location, --state, --placed-from or --placed-until for recorded ones.");
            }
        });
        command.SetAction((parsed, stop) => RunAsync(parsed, options, stop));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, Options options, CancellationToken stop)
    {
        var names = parsed.GetValue(options.Policies)!;
        var skipped = 0;
        var orders = parsed.GetValue(options.Orders) is { } file ? WhatIfFiles.Orders(file, parsed.GetValue(options.SkipBad), out skipped) : null;
        using var channel = Connection.Open(parsed);
        var source = new WhatIfSource(channel, () => Connection.Deadline(parsed), stop);
        var locations = await source.LocationsAsync();
        var policies = names.Length == 0 ? [.. RoutingPolicy.Presets] : new RoutingPolicy[names.Length];
        var fallbacks = new RoutingPolicy?[policies.Length];
        for (var i = 0; i < policies.Length; i++)
        {
            policies[i] ??= await source.PolicyAsync(names[i]);
            fallbacks[i] = policies[i].Fallback is { Length: > 0 } other ? await source.PolicyAsync(other) : null;
        }

        var only = new Inventory.V1.ListOrdersRequest { States = { parsed.GetValue(options.States) ?? [] } };
        (only.PlacedFromTime, only.PlacedUntilTime) = options.Placed.Read(parsed);
        orders ??= await source.OrdersAsync(parsed.GetValue(options.Customers)!, parsed.GetValue(options.Locations)!, only);
        if (orders.Count == 0)
        {
            throw new BadInputException("There are no such orders: nothing to compare.");
        }

        var state = new WhatIfState(locations, new Dictionary<Domain.Sku, Dictionary<int, long>>());
        await Progress.RunAsync("locations copied", locations.Length, async tick => state = state with { Stock = await source.StockAsync(locations, tick) });
        state = RecordedResult.Before(state, orders);
        var settings = new WhatIfSettings
        {
            FindShare = parsed.GetValue(options.Find) / 100,
            LateMs = parsed.GetValue(options.LateDays) * 24L * 60 * 60 * 1000,
            RefillDays = parsed.GetValue(options.RefillDays),
            Seed = (ulong)parsed.GetValue(options.Seed),
        };
        var results = new List<WhatIfResult>();
        if (RecordedResult.Of(state, orders, settings) is { } recorded)
        {
            results.Add(recorded);
        }

        await Progress.RunAsync("orders played", (long)orders.Count * policies.Length, tick => Task.Run(() =>
        {
            foreach (var (policy, fallback) in policies.Zip(fallbacks))
            {
                results.Add(WhatIfRun.Play(state, orders, policy, fallback, settings, () =>
                {
                    stop.ThrowIfCancellationRequested();
                    tick(1);
                }));
            }
        }, stop));
        if (parsed.GetValue(options.Chart) is { } chart)
        {
            await File.WriteAllTextAsync(chart, WhatIfChart.Draw(results, "What if: the same orders, other policies"), stop);
        }

        Print(parsed, results, skipped);
        return ExitCode.Done;
    }

    private static void Print(ParseResult parsed, List<WhatIfResult> results, int skipped)
    {
        if (parsed.GetValue(Connection.Json))
        {
            foreach (var result in results)
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(result, JsonText.Written));
            }

            return;
        }

        Table(results).Write(Console.Out);
        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{results[0].Orders:N0} orders of {results[0].UnitsWanted:N0} units; {Output.Count(skipped, "bad line")} skipped."));
    }

    /// <summary>The figures, a policy a column.</summary>
    internal static TextTable Table(IReadOnlyList<WhatIfResult> results)
    {
        var table = new TextTable([("", false), .. results.Select(result => (result.Policy, true))]);
        foreach (var figure in WhatIfFigures.All)
        {
            table.Row([figure.Name, .. results.Select(figure.Of)]);
        }

        return table;
    }
}
