using System.CommandLine;
using System.Globalization;

namespace Inventory.Cli.Replay;

/// <summary>replay: plays a year of real or generated orders against the service and holds every unit against its own books.</summary>
internal static class ReplayCommand
{
    private sealed class Options
    {
        public Option<string> Data { get; } =
            Text("--data", "Folder with orders, products, stores and postcodes (.csv.gz or .csv).", "../shared/data");

        public Option<string?> Orders { get; } = new("--orders") { Description = "The orders file, instead of the one in --data." };

        public Option<string?> Products { get; } = new("--products") { Description = "The products file, instead of the one in --data." };

        public Option<string?> Stores { get; } = new("--stores") { Description = "The stores file, instead of the one in --data." };

        public Option<string?> Postcodes { get; } =
            new("--postcodes") { Description = "The postcodes file, instead of the one in --data." };

        public Option<int?> Generate { get; } = new("--generate")
        {
            Description = "Play about this many generated lines instead of files: 1000 to 5000000, a year if no number is given.",
            Arity = ArgumentArity.ZeroOrOne,
        };

        public Option<bool> SkipBad { get; } = new("--skip-bad") { Description = "Leave bad lines of the files out and count them." };

        public Option<ulong> Seed { get; } = new("--seed")
        {
            Description = "Starts every random draw.",
            DefaultValueFactory = _ => new WorldSettings().Seed,
        };

        public Option<string?> Retailer { get; } = new("--retailer") { Description = "Only the stores of this retailer." };

        public Option<int> StoresMax { get; } =
            Arguments.Whole("--limit-stores", "At most this many stores, drawn by the seed; 0 for all.", 0, 0, 1_000_000);

        public Option<int> LinesMax { get; } = Arguments.Whole("--limit-lines", "At most this many lines; 0 for all.", 0, 0, int.MaxValue);

        public Option<DateOnly?> From { get; } = Date("--from", "First day to play.");

        public Option<DateOnly?> To { get; } = Date("--to", "Last day to play.");

        public Option<int> Positions { get; } =
            Arguments.Whole("--positions", "At most this many stocks with opening units, one a SKU at least; 0 goes by the lines.", 0, 0, 10_000_000);

        public Option<double> MultiLine { get; } = Arguments.Number("--multi-line", "Of reservations: share of orders reserved whole, 0 to 1.", 0.02, 0, 1);

        public Option<PlayAs> As { get; } = new("--as")
        {
            Description = "orders: invoices are orders for which the service chooses locations. reservations: each line reserves where this program "
                + "chooses, which ends in the same state each time.",
            HelpName = "orders|reservations",
            DefaultValueFactory = _ => PlayAs.Orders,
            CustomParser = result =>
            {
                var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
                if (text is "orders" or "reservations")
                {
                    return text == "orders" ? PlayAs.Orders : PlayAs.Reservations;
                }

                result.AddError($"--as '{text}' must be orders or reservations.");
                return default;
            },
        };

        public Option<double> Rejects { get; } =
            Arguments.Number("--reject-percent", "Of orders: percent of parts that a location rejects, 0 to 100.", 2, 0, 100);

        public Option<double> Cancels { get; } =
            Arguments.Number("--cancel-percent", "Of orders: percent that is cancelled, whole or in part, 0 to 100.", 3, 0, 100);

        public Option<int> Transfers { get; } = Arguments.Whole("--transfers", "Of orders: transfers a week from hubs into stores.", 20, 0, 1_000);

        public Option<string> Policy { get; } = Text("--policy", "Of orders: the routing policy; empty for the service's own choice.", "");

        public Option<string?> WriteOrders { get; } = new("--write-orders")
        {
            Description = "Write the orders to this CSV file, for whatif.",
            HelpName = "file",
        };

        public Option<bool> LoadOnly { get; } = new("--load-only") { Description = "Put network and opening stock into the service, and play nothing." };

        public Option<int> Callers { get; } = Arguments.Whole("--callers", "Callers at once, 1 to 1024.", 64, 1, 1024);

        public Option<int> Connections { get; } = Arguments.Whole("--connections", "Connections to the service, 1 to 64.", 4, 1, 64);

        public Option<double> Speed { get; } = new("--speed")
        {
            Description = "Seconds of the data played in one second, such as 3600; 1 is real time; max is as fast as possible.",
            DefaultValueFactory = _ => 0,
            CustomParser = result =>
            {
                var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
                if (text == "max")
                {
                    return 0;
                }

                if (!double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var speed)
                    || speed is not (> 0 and <= 1e9))
                {
                    result.AddError($"--speed '{text}' must be max or a number above 0, such as 3600.");
                }

                return speed;
            },
        };

        public Option<string?> Resume { get; } = new("--resume") { Description = "State file: made if absent, continued if present." };

        public Option<string?> Progress { get; } = new("--progress")
        {
            Description = "Keep the count of lines answered and of all lines in this file, for programs.",
            HelpName = "file",
        };

        public Option<int> Patience { get; } =
            Arguments.Whole("--patience", "Seconds that the service may be away before giving up.", 300, 1, 86_400);

        public Option<string?> Report { get; } = new("--report") { Description = "Write the report to this file, as JSON." };
    }

    private enum PlayAs
    {
        Orders,
        Reservations,
    }

    public static Command Create()
    {
        var options = new Options();
        var command = new Command("replay", "Play a year of orders against the service and reconcile every unit.")
        {
            options.Data, options.Orders, options.Products, options.Stores, options.Postcodes, options.Generate, options.SkipBad,
            options.Seed, options.Retailer, options.StoresMax, options.LinesMax, options.From, options.To,
            options.Positions, options.MultiLine, options.As, options.Rejects, options.Cancels, options.Transfers, options.Policy,
            options.WriteOrders, options.LoadOnly,
            options.Callers, options.Connections, options.Speed, options.Resume, options.Progress, options.Patience, options.Report,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(options.Generate) is not null
                && result.GetValue(options.Generate) is { } lines and (< 1_000 or > 5_000_000))
            {
                result.AddError($"--generate {lines.ToString(CultureInfo.InvariantCulture)} must be 1000 to 5000000.");
            }
        });
        command.SetAction((parsed, stop) => RunAsync(parsed, options, stop));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, Options options, CancellationToken stop)
    {
        var data = Load(parsed, options);
        var world = World.Build(data, WorldOf(parsed, options));
        var settings = PlayOf(parsed, options);
        Errors.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"Seed {world.Settings.Seed}; {data.Source}; {world.Stores.Length} stores, {world.Lines.Length} lines."));
        if (parsed.GetValue(options.WriteOrders) is { } file)
        {
            await OrderExport.WriteAsync(world, file);
        }

        var channels = Enumerable.Range(0, settings.Connections).Select(_ => Connection.Open(parsed)).ToArray();
        try
        {
            var run = new ReplayRun(data, world, settings, i => channels[i].CreateCallInvoker(), TimeProvider.System);
            if (parsed.GetValue(options.LoadOnly))
            {
                await run.LoadAsync(Progress.RunAsync, stop);
                return ExitCode.Done;
            }

            ShowProgress show = parsed.GetValue(options.Progress) is { } progress ? new ProgressFile(progress).Around(Progress.RunAsync) : Progress.RunAsync;
            var report = await run.RunAsync(show, stop);
            return await TellAsync(report, parsed, options);
        }
        catch (ServiceLostException e)
        {
            var hint = settings.ResumePath is { } path ? $" Go on with the same options, --resume {path}." : "";
            return ExitCode.Fail("UNAVAILABLE", e.Message + hint, ExitCode.Unavailable);
        }
        finally
        {
            foreach (var channel in channels)
            {
                channel.Dispose();
            }
        }
    }

    private static async Task<int> TellAsync(ReplayReport report, ParseResult parsed, Options options)
    {
        if (parsed.GetValue(options.Report) is { } path)
        {
            await ReportPrinter.WriteAsync(report, path);
        }

        if (parsed.GetValue(Connection.Json))
        {
            Console.Out.WriteLine(ReportPrinter.Json(report));
            if (report.Code != ExitCode.Done)
            {
                Errors.Tell(
                    report.Code == ExitCode.Refused ? "DIFFERENCES" : "INTERRUPTED",
                    report.Code == ExitCode.Refused ? "The books differ; standard output has the report." : "Stopped.");
            }
        }
        else
        {
            ReportPrinter.Print(report, Console.Out);
        }

        return report.Code;
    }

    private static RetailData Load(ParseResult parsed, Options options)
    {
        if (parsed.GetResult(options.Generate) is not null)
        {
            return Generator.Make(parsed.GetValue(options.Generate) ?? Generator.YearLines, parsed.GetValue(options.Seed));
        }

        var usual = RetailFiles.In(parsed.GetValue(options.Data)!);
        var files = new RetailFiles(
            parsed.GetValue(options.Orders) ?? usual.Orders,
            parsed.GetValue(options.Products) ?? usual.Products,
            parsed.GetValue(options.Stores) ?? usual.Stores,
            parsed.GetValue(options.Postcodes) ?? usual.Postcodes);
        var data = files.Read(parsed.GetValue(options.SkipBad), out var problems);
        foreach (var message in problems.Messages)
        {
            Errors.Tell("LINE_LEFT_OUT", $"left out: {message}");
        }

        return data;
    }

    private static WorldSettings WorldOf(ParseResult parsed, Options options) => new()
    {
        Seed = parsed.GetValue(options.Seed),
        Retailer = parsed.GetValue(options.Retailer),
        StoresMax = parsed.GetValue(options.StoresMax),
        LinesMax = parsed.GetValue(options.LinesMax),
        From = parsed.GetValue(options.From),
        To = parsed.GetValue(options.To),
        PositionsMax = parsed.GetValue(options.Positions),
        MultiLineShare = parsed.GetValue(options.MultiLine),
        Orders = parsed.GetValue(options.As) == PlayAs.Reservations ? null : new OrderSettings
        {
            RejectShare = parsed.GetValue(options.Rejects) / 100,
            CancelShare = parsed.GetValue(options.Cancels) / 100,
            TransfersPerWeek = parsed.GetValue(options.Transfers),
            Policy = parsed.GetValue(options.Policy)!,
        },
    };

    private static PlaySettings PlayOf(ParseResult parsed, Options options) => new()
    {
        Callers = parsed.GetValue(options.Callers),
        Connections = parsed.GetValue(options.Connections),
        Speed = parsed.GetValue(options.Speed),
        Patience = TimeSpan.FromSeconds(parsed.GetValue(options.Patience)),
        CallTimeout = TimeSpan.FromSeconds(parsed.GetValue(Connection.Timeout)),
        ResumePath = parsed.GetValue(options.Resume),
    };

    private static Option<string> Text(string name, string description, string usual) =>
        new(name) { Description = description, DefaultValueFactory = _ => usual };

    private static Option<DateOnly?> Date(string name, string description) => new(name)
    {
        Description = description + " As YYYY-MM-DD, UTC.",
        CustomParser = result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            {
                return day;
            }

            result.AddError($"{name} '{text}' is no date; write it like 2011-11-29.");
            return null;
        },
    };
}
