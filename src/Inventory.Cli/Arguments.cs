using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using Inventory.V1;

namespace Inventory.Cli;

/// <summary>Arguments and options that several commands share.</summary>
internal static class Arguments
{
    public static Argument<string> Sku() => new("sku") { Description = "The SKU, such as MUG-001." };

    public static Argument<string> Location() => new("location") { Description = "The location's id." };

    public static Argument<long> Units() => new("units") { Description = "How many units." };

    public static Argument<string> Reservation() => new("reservation") { Description = "The reservation's id." };

    public static Option<string> RequestId() => new("--request-id")
    {
        Description = "Id of this write; repeat it to repeat the request safely. Drawn anew if not given.",
        DefaultValueFactory = _ => Guid.NewGuid().ToString(),
    };

    public static Option<string> Channel() => new("--channel", "-c")
    {
        Description = "Who asks: web, app, pos or a marketplace's name.",
        DefaultValueFactory = _ => "web",
    };

    public static Option<Condition> Condition(string name = "--condition") => new(name)
    {
        Description = "sellable, damaged, quarantine or display.",
        DefaultValueFactory = _ => V1.Condition.Sellable,
    };

    public static Option<TimeSpan?> Ttl() => new("--ttl")
    {
        Description = "How long to hold, such as 15m, 90s or 2h (1 s to 30 days). Default 15m.",
        CustomParser = result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (TryParseDuration(text, out var duration))
            {
                return duration;
            }

            result.AddError($"--ttl '{text}' is no duration; write it like 90s, 15m, 2h or 1d.");
            return null;
        },
    };

    /// <summary>Reads 90s, 15m, 2h, 1d.</summary>
    public static bool TryParseDuration(string text, out TimeSpan duration)
    {
        duration = default;
        if (text.Length < 2 || !long.TryParse(text.AsSpan(0, text.Length - 1), out var count) || count is < 0 or > 100_000_000)
        {
            return false;
        }

        var seconds = text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3_600, 'd' => 86_400, _ => 0 };
        duration = TimeSpan.FromSeconds(count * seconds);
        return seconds > 0;
    }

    public static Duration? ToDuration(TimeSpan? span) => span is { } value ? Duration.FromTimeSpan(value) : null;

    public static StockKey Key(string sku, string location) => new() { Sku = sku, LocationId = location };

    /// <summary>Reads <c>LINE=UNITS</c> pairs.</summary>
    public static IEnumerable<LineUnits> LineUnits(IEnumerable<string> texts)
    {
        foreach (var text in texts)
        {
            var parts = text.Split('=');
            if (parts.Length != 2 || !int.TryParse(parts[0], out var line) || !long.TryParse(parts[1], out var units))
            {
                throw new BadInputException($"--line '{text}' is wrong; write it as LINE=UNITS with lines from 0, such as 0=2.");
            }

            yield return new LineUnits { Line = line, Units = units };
        }
    }
}
