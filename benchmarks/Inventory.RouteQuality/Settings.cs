using System.Globalization;

namespace Inventory.RouteQuality;

/// <summary>What is compared, and on how much of it.</summary>
/// <param name="Seed">All that is drawn follows from it.</param>
/// <param name="Orders">Most orders of each year.</param>
/// <param name="Locations">Stores of the year with stores.</param>
/// <param name="Instances">Small instances that are solved exactly.</param>
/// <param name="Data">Folder of the real orders, stores and postcodes; null for a generated year.</param>
/// <param name="Times">Calls of each case whose time is taken; 0 to compare ways instead.</param>
/// <param name="Seasons">Networks of the published setting that are drawn; 0 to compare ways over years instead.</param>
internal sealed record Settings(
    int Seed = 1, int Orders = 20_000, int Locations = 200, int Instances = 2_000, string? Data = null, int Times = 0, int Seasons = 0)
{
    /// <summary>Reads the command line.</summary>
    /// <exception cref="FormatException">An option is unknown or its value is wrong; the message says what would be right.</exception>
    public static Settings Parse(string[] args)
    {
        var settings = new Settings();
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : throw new FormatException($"{args[i]} needs a value");
            settings = args[i] switch
            {
                "--seed" => settings with { Seed = Number(args[i], value, 0, int.MaxValue) },
                "--orders" => settings with { Orders = Number(args[i], value, 1, 1_000_000) },
                "--locations" => settings with { Locations = Number(args[i], value, 10, 2_500) },
                "--instances" => settings with { Instances = Number(args[i], value, 0, 100_000) },
                "--times" => settings with { Times = Number(args[i], value, 1, 1_000_000) },
                "--seasons" => settings with { Seasons = Number(args[i], value, 1, 1_000) },
                "--data" => settings with { Data = value },
                _ => throw new FormatException($"{args[i]} is unknown; there are --seed, --orders, --locations, --instances, --data, --times and --seasons"),
            };
        }

        return settings;
    }

    private static int Number(string option, string value, int least, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new FormatException($"{option} is {value}; must be a whole number, {least} to {most}");
}
