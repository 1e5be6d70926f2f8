namespace Inventory.LoadTests;

/// <summary>What the command line asks for, the same for every scenario of a session.</summary>
internal sealed record Settings
{
    /// <summary>A service that runs already; null starts one for each scenario.</summary>
    public Uri? Address { get; init; }

    /// <summary>Length of each measured window.</summary>
    public double Seconds { get; init; } = 10;

    /// <summary>Time before each first window of a scenario: a .NET server needs about six seconds until its code is compiled for speed.</summary>
    public double WarmUpSeconds { get; init; } = 6;

    /// <summary>Calls under way at once in closed loops.</summary>
    public int Callers { get; init; } = 200;

    /// <summary>HTTP/2 connections of each client process.</summary>
    public int Connections { get; init; } = 4;

    /// <summary>Rate of open loops per second; null takes half of what the closed loop reached.</summary>
    public double? Rate { get; init; }

    /// <summary>Bound of the search for the highest rate, in milliseconds.</summary>
    public double P99Ms { get; init; } = 10;

    /// <summary>Whether the highest rate within the bound is searched for.</summary>
    public bool Search { get; init; } = true;

    /// <summary>Client processes; 1 is this one alone.</summary>
    public int Processes { get; init; } = 1;

    /// <summary>Where the report goes.</summary>
    public string Out { get; init; } = Path.Combine("artifacts", "load-tests");

    /// <summary>Starts every random choice.</summary>
    public int Seed { get; init; } = 1;

    public Sizes Sizes { get; init; } = new();

    /// <summary>How much is broken, and how long.</summary>
    public BreakSizes Breaking { get; init; } = new();

    public TimeSpan Window => TimeSpan.FromSeconds(Seconds);

    public TimeSpan WarmUp => TimeSpan.FromSeconds(WarmUpSeconds);
}

/// <summary>How large the worlds of the scenarios are.</summary>
internal sealed record Sizes
{
    /// <summary>Stocks of spread, mix and stream.</summary>
    public int Stocks { get; init; } = 10_000;

    /// <summary>Units on sale in flash.</summary>
    public int FlashUnits { get; init; } = 1_000;

    /// <summary>Buyers in flash.</summary>
    public int FlashBuyers { get; init; } = 100_000;

    /// <summary>Lines of a reservation in many-lines, one run each.</summary>
    public IReadOnlyList<int> Lines { get; init; } = [1, 20, 1_000];

    /// <summary>Lines of an order and the locations that have them, in orders, one run each.</summary>
    public IReadOnlyList<(int Lines, int Locations)> Orders { get; init; } = [(1, 10), (1, 200), (1, 2_000), (20, 2_000)];

    /// <summary>Lines of one message in stream and recovery.</summary>
    public int BatchLines { get; init; } = 1_000;

    /// <summary>Rows of import.</summary>
    public int ImportRows { get; init; } = 1_000_000;

    /// <summary>Open watches in watchers.</summary>
    public int Watchers { get; init; } = 1_000;

    /// <summary>Events of recovery.</summary>
    public long Events { get; init; } = 10_000_000;
}

/// <summary>How much the scenarios that break the service do.</summary>
internal sealed record BreakSizes
{
    /// <summary>Kills of kill, and stops of term and stop.</summary>
    public int Times { get; init; } = 20;

    /// <summary>On hand of each stock: little enough that some sell out, so that selling one twice would show, and enough to go on to the end.</summary>
    public int UnitsEach => 50 + (20 * Times);

    /// <summary>Longest load before the next break, in seconds.</summary>
    public double LoadSeconds { get; init; } = 1.5;

    /// <summary>How long stop leaves the service frozen, in seconds.</summary>
    public double FrozenSeconds { get; init; } = 3;

    /// <summary>Frames of hostile that are flipped, cut or doubled.</summary>
    public int Frames { get; init; } = 200_000;

    /// <summary>Idle connections of hostile.</summary>
    public int IdleConnections { get; init; } = 2_000;

    /// <summary>Watches of hostile that nobody reads; twice this is more than the service has at a time.</summary>
    public int SlowReaders { get; init; } = 6_000;

    /// <summary>How long the slow writers of hostile go on, in seconds.</summary>
    public int SlowSeconds { get; init; } = 10;

    /// <summary>Calls of hostile that are opened and reset at once.</summary>
    public int Resets { get; init; } = 200_000;
}
