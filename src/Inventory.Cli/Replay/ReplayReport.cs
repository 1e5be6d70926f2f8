namespace Inventory.Cli.Replay;

/// <summary>Times of one operation, in milliseconds.</summary>
internal sealed record OperationFigures(
    string Operation, long Calls, double MeanMs, double P50Ms, double P90Ms, double P99Ms, double P999Ms, double MaxMs);

/// <summary>Lines and units that ended in the same way.</summary>
internal sealed record OutcomeFigures(string Outcome, string Detail, long Lines, long Units);

/// <summary>What became of orders.</summary>
/// <param name="Invoices">Invoices, or thousands of lines of long ones, played as orders; those of resumed runs included.</param>
/// <param name="Placed">Orders of which the service held something: an invoice may be two, one collected and one sent.</param>
/// <param name="Parts">Parts of these, those that were routed anew included.</param>
internal sealed record OrderFigures(long Invoices, long Placed, long Parts);

/// <summary>How long a stage took.</summary>
internal sealed record StageSeconds(double Network, double OpeningStock, double Play, double Reconciliation);

/// <summary>Everything that a replay has to tell. Its names are the names in the JSON report.</summary>
internal sealed record ReplayReport
{
    public required string Source { get; init; }

    /// <summary>Names data and settings: runs with the same one end in the same state.</summary>
    public required string Run { get; init; }

    public required WorldSettings World { get; init; }

    public required PlaySettings Play { get; init; }

    /// <summary>What was drawn from the seed, in words.</summary>
    public string Synthetic { get; init; } =
        "Drawn from the seed, not observed: opening stock, where customers live, channels, pickup or shipping, where and in which "
        + "condition goods come back, where goods are found or written off, opening hours; of orders also rejects, cancellations, hubs and capacities.";

    public required int Stores { get; init; }

    public required int Skus { get; init; }

    public required int Positions { get; init; }

    public required int LinesPlanned { get; init; }

    public required int NotProductLines { get; init; }

    public required int SkippedLines { get; init; }

    /// <summary>Lines with a result, those of resumed runs included.</summary>
    public required long LinesDone { get; init; }

    /// <summary>Of these, lines of earlier runs.</summary>
    public required long LinesResumed { get; init; }

    public required int OrdersReservedWhole { get; init; }

    public required StageSeconds Seconds { get; init; }

    public required double LinesPerSecond { get; init; }

    public required double CallsPerSecond { get; init; }

    public required long Calls { get; init; }

    public required IReadOnlyList<OperationFigures> Operations { get; init; }

    public required IReadOnlyList<OutcomeFigures> Outcomes { get; init; }

    /// <summary>Attempts without an answer, by status; each was asked again under the same id.</summary>
    public required IReadOnlyDictionary<string, long> Retries { get; init; }

    public required long StaleBoards { get; init; }

    public required long PickupsShipped { get; init; }

    public required long ClippedUnits { get; init; }

    public required long UnexpectedRefusals { get; init; }

    /// <summary>99th percentile of how late lines were begun, in milliseconds; 0 at full speed.</summary>
    public required double LagP99Ms { get; init; }

    /// <summary>True if it was stopped before all lines were played; then nothing is reconciled.</summary>
    public required bool Stopped { get; init; }

    public required Reconciliation? Reconciliation { get; init; }

    /// <summary>Of orders; null where reservations were played.</summary>
    public OrderFigures? Orders { get; init; }

    /// <summary>How stores' work compares with the books; null where reservations were played, or if it was stopped.</summary>
    public WorkReconciliation? Work { get; init; }

    /// <summary>How many differences between the service and the books were found: anything but 0 is a failure.</summary>
    public required int DifferenceCount { get; init; }

    /// <summary>The first of them.</summary>
    public required IReadOnlyList<string> Differences { get; init; }

    /// <summary>The program's exit code.</summary>
    public int Code => DifferenceCount > 0 ? ExitCode.Refused : Stopped ? ExitCode.Interrupted : ExitCode.Done;
}
