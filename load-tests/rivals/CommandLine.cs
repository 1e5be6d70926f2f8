using System.CommandLine;
using System.Globalization;
using Inventory.LoadTests.Reporting;

namespace Inventory.Rivals;

/// <summary>The command line: who takes part, how long, how often.</summary>
internal static class CommandLine
{
    private const int Balanced = 0;
    private const int Wrong = 1;
    private const int Usage = 2;
    private const int NoRival = 3;
    private const int Interrupted = 130;

    private static readonly Argument<string[]> s_names = new("names")
    {
        Description = $"Who takes part: {Rival.Everybody}, {Rival.AllLight} (of the light client), {Rival.AllDense} (many under way), or some of "
            + string.Join(", ", Rival.All.Select(rival => rival.Name)) + ". Ours do that they are compared with.",
        Arity = ArgumentArity.OneOrMore,
        Validators =
        {
            result =>
            {
                foreach (var token in result.Tokens.Where(token => !Rival.IsName(token.Value)))
                {
                    var names = string.Join(", ", Rival.All.Select(rival => rival.Name));
                    result.AddError($"'{token.Value}' is nobody here; write {Rival.Everybody}, {Rival.AllLight}, {Rival.AllDense}, or {names}.");
                }
            },
        },
    };

    private static readonly Option<int> s_rounds = Number("--rounds", "How often everybody runs; the middle one counts.", 3, 1, 99);
    private static readonly Option<int> s_seconds = Number("--seconds", "Length of each measured window.", 8, 1, 3_600);
    private static readonly Option<int> s_warmUp = Number("--warm-up", "Seconds before each window.", 6, 0, 600);
    private static readonly Option<int> s_callers = Number("--callers", "Callers at once.", 64, 1, 256);
    private static readonly Option<int> s_rate =
        Number("--rate", "Calls a second by a schedule, with the light client alone; 0: as many as are answered.", 0, 0, 1_000_000);

    private static readonly Option<int> s_seed = Number("--seed", "Starts every choice of a stock.", 1, 0, 1_000_000);

    private static readonly Option<string> s_out = new("--out")
    {
        Description = "Directory of report.html, report.json and report.txt.",
        DefaultValueFactory = _ => Path.Combine("artifacts", "rivals"),
    };

    private static readonly Option<string?> s_charts = new("--charts")
    {
        Description = "Directory for each chart as an SVG file; none are written if not given.",
    };

    public static async Task<int> InvokeAsync(string[] args)
    {
        var root = new RootCommand(
            "rivals: the same reservation on this service and on what one would take instead, in turn, with the books of each checked.\n\n"
            + "Ends with 0 when all books balance, 1 when they do not, 2 when an argument is wrong, 3 when no rival is installed, 130 after Ctrl-C.")
        {
            s_names, s_rounds, s_seconds, s_warmUp, s_callers, s_rate, s_seed, s_out, s_charts,
        };
        root.SetAction(RunAsync);
        var parsed = root.Parse(args);
        try
        {
            var code = await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = TimeSpan.FromSeconds(60), // servers that were started are stopped, and their directories go
            });
            return parsed.Errors.Count > 0 ? Usage : code;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("Stopped.");
            return Interrupted;
        }
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        var names = parsed.GetRequiredValue(s_names);
        var rivals = Rival.Named(names);
        if (parsed.GetValue(s_rate) > 0 && rivals.FirstOrDefault(rival => !rival.KeepsSchedules) is { } other)
        {
            Console.Error.WriteLine(
                $"--rate is for single calls of the light client, and '{other.Name}' is something else; name inventory-4x50 or redis-4x50.");
            return Usage;
        }

        var settings = new ComparisonSettings(
            parsed.GetValue(s_rounds), parsed.GetValue(s_seconds), parsed.GetValue(s_warmUp), parsed.GetValue(s_callers), parsed.GetValue(s_seed),
            parsed.GetValue(s_rate));
        var (began, load) = (TimeProvider.System.GetUtcNow(), MachineFacts.ReadLoad());
        var (runs, missing) = await new Comparison(settings, Console.Error.WriteLine).RunAsync(rivals, stop);
        var report = new Report
        {
            Title = "Inventory beside what one would take instead",
            Machine = MachineFacts.Read(),
            Commit = MachineFacts.CommitOf(typeof(CommandLine).Assembly),
            Began = began,
            Command = "rivals " + string.Join(' ', parsed.Tokens.Select(token => token.Value)),
            Settings =
            [
                new("rounds", Text(settings.Rounds)), new("window", Text(settings.Seconds) + " s"), new("warm-up", Text(settings.WarmUpSeconds) + " s"),
                new("callers", Text(settings.Callers)), new("rate of schedules", settings.Rate > 0 ? Text(settings.Rate) + "/s" : "none"),
                new("seed", Text(settings.Seed)),
                new("load average before, after", $"{load}; {MachineFacts.ReadLoad()}"),
            ],
            Sections = [.. RivalReport.Sections(runs, missing)],
        };
        var page = await ReportFiles.WriteAsync(report, parsed.GetRequiredValue(s_out));
        if (parsed.GetValue(s_charts) is { } charts)
        {
            await ChartFiles.WriteAsync(report, charts, "rivals-");
        }

        Console.Out.Write(ReportText.Write(report));
        Console.Error.WriteLine($"The page is {page}.");
        return !report.BooksBalance ? Wrong : rivals.Any(rival => !rival.IsOurs && !missing.ContainsKey(rival.Name)) ? Balanced : NoRival;
    }

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);

    private static Option<int> Number(string name, string says, int usual, int min, int max) => new(name)
    {
        Description = string.Create(CultureInfo.InvariantCulture, $"{says} {min:N0} to {max:N0}."),
        DefaultValueFactory = _ => usual,
        Validators =
        {
            result =>
            {
                var text = result.Tokens.Count > 0 ? result.Tokens[0].Value : Text(usual);
                if (!int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) || number < min || number > max)
                {
                    result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} must be {min} to {max}, not '{text}'."));
                }
            },
        },
    };
}
