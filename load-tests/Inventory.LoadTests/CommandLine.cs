using System.CommandLine;
using System.Globalization;
using Grpc.Core;
using Inventory.LoadTests.Breaking;
using Inventory.LoadTests.Reporting;
using Inventory.LoadTests.Scenarios;
using Inventory.LoadTests.Service;
using Inventory.LoadTests.Workers;

namespace Inventory.LoadTests;

/// <summary>The commands: one for each scenario, and all.</summary>
internal sealed class CommandLine
{
    private static readonly Settings s_usual = new();

    private readonly Option<Uri?> _address = new("--address", "-a")
    {
        Description = "A service that runs already, such as http://127.0.0.1:5280, instead of one of our own for each scenario.",
        Recursive = true,
        CustomParser = result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
            {
                return uri;
            }

            result.AddError($"--address '{text}' is no http address; write it like http://127.0.0.1:5280.");
            return null;
        },
    };

    private readonly Option<double> _seconds = Number("--seconds", "Length of each measured window.", s_usual.Seconds, 0.1, 86_400);
    private readonly Option<double> _warmUp = Number("--warm-up", "Seconds before the first window of a scenario.", s_usual.WarmUpSeconds, 0, 3_600);
    private readonly Option<int> _callers = Whole("--callers", "Calls under way at once in closed loops.", s_usual.Callers, 1, 4_096);
    private readonly Option<int> _connections = Whole("--connections", "HTTP/2 connections of each client process.", s_usual.Connections, 1, 1_024);

    private readonly Option<double> _rate = Number("--rate", "Calls per second of schedules; 0 takes half of what the callers reached.", 0, 0, 10_000_000);
    private readonly Option<double> _p99 = Number("--p99-ms", "Search the highest rate whose percentile 99 stays within this.", s_usual.P99Ms, 0.01, 60_000);
    private readonly Option<bool> _noSearch = new("--no-search") { Description = "Leave the search for the highest rate out.", Recursive = true };
    private readonly Option<int> _processes = Whole("--processes", "Client processes, when one is the limit.", s_usual.Processes, 1, 8);
    private readonly Option<int> _seed = Whole("--seed", "Starts every random choice.", s_usual.Seed, 0, 1_000_000);
    private readonly Option<int> _stocks = Whole("--stocks", "Stocks of spread, mix and stream.", s_usual.Sizes.Stocks, 1, 10_000_000);
    private readonly Option<int> _units = Whole("--units", "Units on sale in flash.", s_usual.Sizes.FlashUnits, 1, 1_000_000);
    private readonly Option<int> _buyers = Whole("--buyers", "Buyers in flash.", s_usual.Sizes.FlashBuyers, 8, 100_000_000);
    private readonly Option<int> _rows = Whole("--rows", "Rows of import.", s_usual.Sizes.ImportRows, 1, 100_000_000);
    private readonly Option<int> _watchers = Whole("--watchers", "Open watches in watchers.", s_usual.Sizes.Watchers, 1, 100_000);
    private readonly Option<int> _events = Whole("--events", "Events of recovery.", (int)s_usual.Sizes.Events, 1_000, int.MaxValue);

    private readonly Option<int> _times = Whole("--times", "Kills of break kill; stops of break term and break stop.", s_usual.Breaking.Times, 1, 100_000);
    private readonly Option<int> _frames = Whole("--frames", "Mutated frames of break hostile.", s_usual.Breaking.Frames, 100, int.MaxValue);
    private readonly Option<int> _idle = Whole("--idle-connections", "Idle ones of break hostile.", s_usual.Breaking.IdleConnections, 0, 15_000);

    private readonly Option<string> _out = new("--out")
    {
        Description = "Directory of report.html, report.json and report.txt.",
        DefaultValueFactory = _ => s_usual.Out,
        Recursive = true,
    };

    private readonly Option<string?> _charts = new("--charts")
    {
        Description = "Directory for each chart as an SVG file; none are written if not given.",
        Recursive = true,
    };

    private CommandLine()
    {
    }

    /// <summary>The whole command line.</summary>
    public static RootCommand Create()
    {
        var line = new CommandLine();
        var root = new RootCommand(
            "load-tests: loads the inventory service over gRPC, checks its books, and writes a report.\n\n"
            + "Ends with 0 when the books balance, 1 when they do not, 2 when an argument is wrong, 3 when the service fails, 130 after Ctrl-C.");
        var all = new Command("all", "Every scenario, with each rate as a ratio to that of the empty call.");
        all.SetAction((parsed, stop) => line.RunAsync(Scenario.All, parsed, stop));
        root.Subcommands.Add(all);
        foreach (var scenario in Scenario.All)
        {
            var command = new Command(scenario.Name, scenario.Title + ".");
            command.SetAction((parsed, stop) => line.RunAsync([scenario], parsed, stop));
            root.Subcommands.Add(command);
        }

        root.Subcommands.Add(line.BreakCommand());
        var worker = new Command(LoadRunner.WorkerCommand, "Does a job from standard input: what a client process does.") { Hidden = true };
        worker.SetAction((_, stop) => Worker.ServeAsync(Console.In, Console.Out, stop));
        root.Subcommands.Add(worker);
        foreach (var option in (Option[])[
            line._address, line._seconds, line._warmUp, line._callers, line._connections, line._rate, line._p99, line._noSearch, line._processes,
            line._out, line._charts, line._seed, line._stocks, line._units, line._buyers, line._rows, line._watchers, line._events])
        {
            root.Options.Add(option);
        }

        return root;
    }

    /// <summary>Runs the command line and turns every failure into a line on standard error and an exit code.</summary>
    public static async Task<int> InvokeAsync(string[] args)
    {
        var parsed = Create().Parse(args);
        try
        {
            var invocation = new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,

                // After Ctrl-C the service that was started is stopped too, and its directory goes.
                ProcessTerminationTimeout = TimeSpan.FromSeconds(60),
            };
            var code = await parsed.InvokeAsync(invocation);
            return parsed.Errors.Count > 0 ? ExitCodes.Usage : code;
        }
        catch (OperationCanceledException)
        {
            return Fail("Stopped.", ExitCodes.Interrupted);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Cancelled)
        {
            return Fail("Stopped.", ExitCodes.Interrupted);
        }
        catch (RpcException e)
        {
            return Fail($"The service failed: {e.StatusCode}: {e.Status.Detail}", ExitCodes.Unavailable);
        }
        catch (ServiceException e)
        {
            return Fail(e.Message, ExitCodes.Unavailable);
        }
        catch (TimeoutException e)
        {
            return Fail("The service did not answer in time: " + e.Message, ExitCodes.Unavailable);
        }
        catch (IOException e)
        {
            return Fail(e.Message, ExitCodes.Usage);
        }
        catch (UnauthorizedAccessException e)
        {
            return Fail(e.Message, ExitCodes.Usage);
        }
    }

    private Command BreakCommand()
    {
        var all = new Command(BreakScenario.Word, "Breaks the service in every way, and checks what follows; or in one of the ways below.");
        all.SetAction((parsed, stop) => RunAsync(BreakScenario.Breaks, parsed, stop));
        foreach (var scenario in BreakScenario.Breaks)
        {
            var command = new Command(scenario.Name, scenario.Title + ".");
            command.SetAction((parsed, stop) => RunAsync([scenario], parsed, stop));
            all.Subcommands.Add(command);
        }

        foreach (var option in (Option[])[_times, _frames, _idle])
        {
            all.Options.Add(option);
        }

        return all;
    }

    private static int Fail(string message, int code)
    {
        Console.Error.WriteLine(message);
        return code;
    }

    private async Task<int> RunAsync(IReadOnlyList<Scenario> scenarios, ParseResult parsed, CancellationToken stop)
    {
        var settings = Read(parsed);
        Directory.CreateDirectory(settings.Out);
        var command = "load-tests " + string.Join(' ', parsed.Tokens.Select(token => token.Value));
        var report = await new Session(settings, NewId(), Console.Error.WriteLine).RunAsync(scenarios, command, stop);
        var page = await ReportFiles.WriteAsync(report, settings.Out);
        if (parsed.GetValue(_charts) is { } charts)
        {
            await ChartFiles.WriteAsync(report, charts);
        }

        Console.Out.Write(ReportText.Write(report));
        Console.Error.WriteLine($"The page is {page}.");
        return !report.BooksBalance ? ExitCodes.Wrong : report.IsWhole ? ExitCodes.Done : ExitCodes.Unavailable;
    }

    private Settings Read(ParseResult parsed) => new()
    {
        Address = parsed.GetValue(_address),
        Seconds = parsed.GetValue(_seconds),
        WarmUpSeconds = parsed.GetValue(_warmUp),
        Callers = parsed.GetValue(_callers),
        Connections = parsed.GetValue(_connections),
        Rate = parsed.GetValue(_rate) is > 0 and var rate ? rate : null,
        P99Ms = parsed.GetValue(_p99),
        Search = !parsed.GetValue(_noSearch),
        Processes = parsed.GetValue(_processes),
        Out = parsed.GetValue(_out)!,
        Seed = parsed.GetValue(_seed),
        Sizes = new Sizes
        {
            Stocks = parsed.GetValue(_stocks),
            FlashUnits = parsed.GetValue(_units),
            FlashBuyers = parsed.GetValue(_buyers),
            ImportRows = parsed.GetValue(_rows),
            Watchers = parsed.GetValue(_watchers),
            Events = parsed.GetValue(_events),
        },
        Breaking = new BreakSizes
        {
            Times = Count(parsed, _times, s_usual.Breaking.Times),
            Frames = Count(parsed, _frames, s_usual.Breaking.Frames),
            IdleConnections = Count(parsed, _idle, s_usual.Breaking.IdleConnections),
        },
    };

    // The option belongs to another command than the one that was given.
    private static int Count(ParseResult parsed, Option<int> option, int usual) => parsed.GetResult(option) is null ? usual : parsed.GetValue(option);

    // Differs from all earlier sessions on the same service; what is measured does not depend on it.
    private static string NewId() => "L" + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture)[..8].ToUpperInvariant();

    private static Option<int> Whole(string name, string says, int usual, int min, int max) => new(name)
    {
        Description = string.Create(CultureInfo.InvariantCulture, $"{says} {min:N0} to {max:N0}."),
        DefaultValueFactory = _ => usual,
        Recursive = true,
        Validators =
        {
            result =>
            {
                if (result.Tokens.Count > 0 && !InRange(result.Tokens[0].Value, min, max))
                {
                    result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} must be {min} to {max}."));
                }
            },
        },
    };

    private static Option<double> Number(string name, string says, double usual, double min, double max) => new(name)
    {
        Description = string.Create(CultureInfo.InvariantCulture, $"{says} {min:#,0.##} to {max:N0}."),
        DefaultValueFactory = _ => usual,
        Recursive = true,
        Validators =
        {
            result =>
            {
                if (result.Tokens.Count > 0 && !InRange(result.Tokens[0].Value, min, max))
                {
                    result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} must be a number, {min} to {max}."));
                }
            },
        },
    };

    private static bool InRange(string text, double min, double max) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max;
}
