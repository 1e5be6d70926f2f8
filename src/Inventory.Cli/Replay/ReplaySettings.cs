using System.Text.Json.Serialization;

namespace Inventory.Cli.Replay;

/// <summary>
/// What shapes the result of a replay: with the same data and these, the end state of reservations is the same to the unit. Where orders are
/// played, the service chooses the locations, and the end state also depends on what it saw when.
/// </summary>
internal sealed record WorldSettings
{
    /// <summary>Starts every random draw.</summary>
    public ulong Seed { get; init; } = 20_101_201;

    /// <summary>Only the stores of this retailer; null means all.</summary>
    public string? Retailer { get; init; }

    /// <summary>At most this many stores, drawn by the seed; 0 means all.</summary>
    public int StoresMax { get; init; }

    /// <summary>Play at most this many lines; 0 means all.</summary>
    public int LinesMax { get; init; }

    /// <summary>First day to play.</summary>
    public DateOnly? From { get; init; }

    /// <summary>Last day to play.</summary>
    public DateOnly? To { get; init; }

    /// <summary>
    /// At most this many stocks with opening units, though each SKU has one at least; 0 means a bound by the lines, at most 300,000.
    /// </summary>
    public int PositionsMax { get; init; }

    /// <summary>Share of orders that are reserved whole, with several lines in one reservation; 0 to 1.</summary>
    public double MultiLineShare { get; init; } = 0.02;

    /// <summary>How invoices are played as orders; null plays each line as a reservation of its own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OrderSettings? Orders { get; init; }
}

/// <summary>What happens to orders beside what the files say.</summary>
internal sealed record OrderSettings
{
    /// <summary>Share of parts that a location rejects, 0 to 1.</summary>
    public double RejectShare { get; init; } = 0.02;

    /// <summary>Share of orders that are cancelled, as a whole or in part, 0 to 1.</summary>
    public double CancelShare { get; init; } = 0.03;

    /// <summary>Transfers that begin each week, from hubs into stores; 0 to 10,000.</summary>
    public int TransfersPerWeek { get; init; } = 20;

    /// <summary>Name of the routing policy; empty for the service's own choice.</summary>
    public string Policy { get; init; } = "";
}

/// <summary>How a replay is played: changes the time it takes, never its result.</summary>
internal sealed record PlaySettings
{
    /// <summary>Callers at once, each with one call in flight; 1 to 1,024.</summary>
    public int Callers { get; init; } = 64;

    /// <summary>Connections to the service, shared by the callers; 1 to 64.</summary>
    public int Connections { get; init; } = 4;

    /// <summary>Seconds of the data played in one second; 0 means as fast as possible.</summary>
    public double Speed { get; init; }

    /// <summary>How long the service may be away before the replay gives up.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Longest time for one call.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the boards may show other figures than the books before that counts as a difference.</summary>
    public TimeSpan BoardPatience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>State file: made if absent, continued if present; null means none.</summary>
    public string? ResumePath { get; init; }
}
