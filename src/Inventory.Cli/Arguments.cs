using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Inventory.V1;

namespace Inventory.Cli;

/// <summary>Arguments and options that several commands share.</summary>
internal static class Arguments
{
    public static Argument<string> Sku() => new("sku") { Description = "The SKU, such as MUG-001." };

    public static Argument<string> Location() => new("location") { Description = "The location's id." };

    public static Argument<long> Units(string description = "How many units.") => new("units")
    {
        Description = description,
        CustomParser = result => Whole(result, "<units>", long.MinValue, long.MaxValue),
    };

    public static Argument<string> Reservation() => new("reservation") { Description = "The reservation's id." };

    public static Option<string?> RequestId() => new("--request-id")
    {
        Description = "Id of this write: repeat it to repeat the request safely. Drawn anew if not given.",
        HelpName = "id",
    };

    /// <summary>The id that was given, or one of its own.</summary>
    public static string IdOf(this ParseResult parsed, Option<string?> requestId) => parsed.GetValue(requestId) ?? Guid.NewGuid().ToString();

    public static Option<string> Channel() => new("--channel", "-c")
    {
        Description = "Who asks: web, app, pos or a marketplace's name.",
        HelpName = "name",
        DefaultValueFactory = _ => "web",
    };

    public static Option<string[]> Locations(string description = "Only this location; may be repeated.") =>
        new("--location", "-l") { Description = description, HelpName = "id" };

    /// <summary>A condition; sellable unless it must be named.</summary>
    public static Option<Condition> Condition(string name = "--condition", string description = "Condition of the units", bool required = false) => new(name)
    {
        Description = $"{description}: {Names.List(Names.Conditions)}." + (required ? "" : " Default sellable."),
        HelpName = "condition",
        Required = required,
        CustomParser = result => Names.Parse(result, name, Names.Conditions),
    };

    /// <summary>The condition that was named, or sellable.</summary>
    public static Condition ConditionOf(this ParseResult parsed, Option<Condition> option) =>
        parsed.GetResult(option) is null ? V1.Condition.Sellable : parsed.GetValue(option);

    /// <summary>An option that is a whole number in a range.</summary>
    public static Option<int> Whole(string name, string description, int usual, int least, int most) => new(name)
    {
        Description = description,
        HelpName = "n",
        DefaultValueFactory = _ => usual,
        CustomParser = result => (int)Whole(result, name, least, most),
    };

    /// <summary>An option that is a whole number of the API, which judges its range; 0 if not given.</summary>
    public static Option<long> Long(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "n",
        CustomParser = result => Whole(result, name, long.MinValue, long.MaxValue),
    };

    /// <summary>An option that is a number in a range.</summary>
    public static Option<double> Number(string name, string description, double usual, double least, double most) => new(name)
    {
        Description = description,
        HelpName = "n",
        DefaultValueFactory = _ => usual,
        CustomParser = result =>
        {
            var text = TextOf(result);
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
            {
                return value;
            }

            result.AddError($"{name} '{text}' must be a number from {least} to {most}.");
            return usual;
        },
    };

    public static Option<TimeSpan?> Ttl() => Span("--ttl", "How long to hold, such as 90s, 15m, 2h or 1d (1 s to 30 days). Default 15m.");

    /// <summary>An option that is a span of time.</summary>
    public static Option<TimeSpan?> Span(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "time",
        CustomParser = result =>
        {
            var text = TextOf(result);
            if (TryParseDuration(text, out var duration))
            {
                return duration;
            }

            result.AddError($"{name} '{text}' is no duration; write it like 90s, 15m, 2h or 1d.");
            return null;
        },
    };

    /// <summary>A point in time; null if not given. Without a time of day midnight is meant, without an offset UTC.</summary>
    public static Option<DateTimeOffset?> Date(string name, string description) => new(name)
    {
        Description = $"{description}, such as 2026-12-24 or 2026-12-24T14:30Z.",
        HelpName = "time",
        CustomParser = result =>
        {
            var text = TextOf(result);
            if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && text.Length >= 10)
            {
                return time;
            }

            result.AddError($"{name} '{text}' is no time; write it like 2026-12-24 or 2026-12-24T14:30Z.");
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

    /// <summary>The lot that units belong to.</summary>
    public static Option<string?> Lot(string description = "Of a SKU with lots: the lot of the units; - for units without one.") =>
        new("--lot") { Description = description, HelpName = "name" };

    /// <summary>Lots of what comes back, judged by the API.</summary>
    public static Option<string[]> LotsOf() => new("--lot-of")
    {
        Description = "The lot of a SKU that comes back, of a kit its component: SKU=LOT, or SKU=LOT@DATE if it is new there; may be repeated.",
        HelpName = "sku=lot@date",
    };

    /// <summary>Reads the values of <see cref="LotsOf"/>.</summary>
    public static IEnumerable<ReturnedLot> ReturnedLots(string[]? texts) => (texts ?? []).Select(static text =>
    {
        var (equals, at) = (text.LastIndexOf('='), text.LastIndexOf('@'));
        if (equals <= 0 || equals == text.Length - 1)
        {
            throw new BadInputException($"--lot-of '{text}' is wrong; write it as SKU=LOT or SKU=LOT@DATE, such as MILK=L0412@2026-12-24.");
        }

        return at < equals ? new ReturnedLot { Sku = text[..equals], Lot = text[(equals + 1)..] }
            : new ReturnedLot { Sku = text[..equals], Lot = text[(equals + 1)..at], BestBefore = text[(at + 1)..] };
    });

    /// <summary>The date of a lot, judged by the API.</summary>
    public static Option<string?> BestBefore() => new("--best-before")
    {
        Description = "The last local day on which the lot is good, such as 2026-12-24; needed of a lot that is new there.",
        HelpName = "date",
    };

    public static Duration? ToDuration(TimeSpan? span) => span is { } value ? Duration.FromTimeSpan(value) : null;

    public static StockKey Key(string sku, string location) => new() { Sku = sku, LocationId = location };

    private static string TextOf(ArgumentResult result) => result.Tokens.Count == 1 ? result.Tokens[0].Value : "";

    private static long Whole(ArgumentResult result, string name, long least, long most)
    {
        var text = TextOf(result);
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
        {
            return value;
        }

        var range = least == long.MinValue ? "" : $" from {least} to {most}";
        result.AddError($"{name} '{text}' must be a whole number{range}.");
        return Math.Max(least, 0);
    }

    /// <summary>Reads a SKU of a file, so that a wrong one is found before anything is applied.</summary>
    public static string SkuOf(CsvRow row)
    {
        var text = row.Text("sku");
        return Domain.Sku.TryParse(text, out var sku, out var problem) ? sku.Value : throw CsvRow.Wrong("sku", text, problem + ".");
    }

    /// <summary>Reads a location's id of a file.</summary>
    public static string LocationOf(CsvRow row, string column)
    {
        var text = row.Text(column);
        return Domain.LocationId.TryParse(text, out var id, out var problem) ? id.Value : throw CsvRow.Wrong(column, text, problem + ".");
    }

    /// <summary>Reads <c>LAT,LON</c>; null for no text.</summary>
    public static GeoPoint? Point(string? text, string option)
    {
        if (text is null)
        {
            return null;
        }

        var parts = text.Split(',');
        return parts.Length == 2 && double.TryParse(parts[0], CultureInfo.InvariantCulture, out var latitude)
            && double.TryParse(parts[1], CultureInfo.InvariantCulture, out var longitude)
            ? new GeoPoint { Latitude = latitude, Longitude = longitude }
            : throw new BadInputException($"{option} '{text}' is wrong; write it as LAT,LON in degrees, such as 53.8,-1.55.");
    }

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
