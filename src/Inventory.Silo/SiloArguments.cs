using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Net;

namespace Inventory.Silo;

/// <summary>Reads the command line, strictly: what is not known or not right is said, and nothing starts.</summary>
internal static class SiloArguments
{
    /// <summary>What <c>--help</c> prints.</summary>
    public const string Help = """
        Inventory.Silo: the inventory service, in one process.

          --data DIR         directory of the journal (default data/inventory); one process at a time
          --port N           gRPC port, HTTP/2 without TLS (default 5280; 0 lets the system choose)
          --listen ADDRESS   IP address to listen on, or * for every interface (default 127.0.0.1)
          --demo             load a small seeded world if the data directory is empty
          --memory           keep everything in memory; nothing survives the process
          --drain-seconds N  longest time for calls in flight when asked to stop (default 20)
          --calls-in-flight N  unary calls that each service works on at a time; more are refused at once (default 1024)
          --reoptimize-minutes N  look for better locations for confirmed orders every N minutes (default 0: never)
          --reoptimize-saving N   touch an order only to save so many minor units (default 100)
          --verbose          log what is usual too
          --help             print this

        Each option can also be set in the environment: INVENTORY_DATA, INVENTORY_PORT, INVENTORY_LISTEN, ...
        The command line wins. Logs go to standard error, as one line of JSON each when it is no terminal.
        """;

    /// <summary>Makes options of the environment and the command line.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="environment">Reads an environment variable; null if it is not set.</param>
    /// <returns>The options and every problem found; start only if there is none.</returns>
    public static (SiloOptions Options, List<string> Problems) Parse(string[] args, Func<string, string?> environment)
    {
        var options = new SiloOptions();
        var problems = new List<string>();
        foreach (var name in s_settings.Keys)
        {
            var variable = "INVENTORY_" + name.ToUpperInvariant().Replace('-', '_');
            if (environment(variable) is { Length: > 0 } value)
            {
                s_settings[name](options, value, problems, variable);
            }
        }

        for (var i = 0; i < args.Length; i++)
        {
            i = ReadOne(options, args, i, problems);
        }

        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        problems.AddRange(results.Select(result => result.ErrorMessage!));
        if (options.Listen is not ("*" or "") && !IPAddress.TryParse(options.Listen, out _))
        {
            problems.Add($"--listen '{options.Listen}' is no IP address; write it like 127.0.0.1, or * for every interface.");
        }

        return (options, problems);
    }

    private delegate void Setting(SiloOptions options, string value, List<string> problems, string name);

    private static readonly Dictionary<string, Setting> s_settings = new(StringComparer.Ordinal)
    {
        ["data"] = (options, value, _, _) => options.Data = value,
        ["port"] = (options, value, problems, name) => options.Port = Whole(value, name, options.Port, problems),
        ["listen"] = (options, value, _, _) => options.Listen = value,
        ["demo"] = (options, value, problems, name) => options.Demo = Flag(value, name, problems),
        ["memory"] = (options, value, problems, name) => options.Memory = Flag(value, name, problems),
        ["drain-seconds"] = (options, value, problems, name) => options.DrainSeconds = Whole(value, name, options.DrainSeconds, problems),
        ["calls-in-flight"] = (options, value, problems, name) => options.CallsInFlight = Whole(value, name, options.CallsInFlight, problems),
        ["reoptimize-minutes"] = (options, value, problems, name) => options.ReoptimizeMinutes = Whole(value, name, options.ReoptimizeMinutes, problems),
        ["reoptimize-saving"] = (options, value, problems, name) => options.ReoptimizeSaving = Whole(value, name, options.ReoptimizeSaving, problems),
        ["verbose"] = (options, value, problems, name) => options.Verbose = Flag(value, name, problems),
    };

    private static int ReadOne(SiloOptions options, string[] args, int i, List<string> problems)
    {
        var equals = args[i].IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? args[i] : args[i][..equals];
        if (!name.StartsWith("--", StringComparison.Ordinal) || !s_settings.TryGetValue(name[2..], out var set))
        {
            problems.Add($"'{args[i]}' is no option; --help lists them.");
            return i;
        }

        var isFlag = name is "--demo" or "--memory" or "--verbose";
        if (equals >= 0)
        {
            set(options, args[i][(equals + 1)..], problems, name);
            return i;
        }

        if (isFlag)
        {
            set(options, "true", problems, name);
            return i;
        }

        if (i + 1 >= args.Length)
        {
            problems.Add($"{name} needs a value; --help tells which.");
            return i;
        }

        set(options, args[i + 1], problems, name);
        return i + 1;
    }

    // What is no number is said here, what is out of range by the option itself: so each wrong value is named once.
    private static int Whole(string value, string name, int usual, List<string> problems)
    {
        if (int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        problems.Add($"{name} '{value}' is no whole number, such as {usual}.");
        return usual;
    }

    private static bool Flag(string value, string name, List<string> problems)
    {
        if (bool.TryParse(value, out var flag))
        {
            return flag;
        }

        problems.Add($"{name} '{value}' must be true or false.");
        return false;
    }
}
