using Inventory.LoadTests.Measuring;
using Inventory.LoadTests.Service;

namespace Inventory.LoadTests.Workers;

/// <summary>What kind of operation a job repeats.</summary>
internal enum JobKind
{
    /// <summary>The health check: the cheapest call that the service answers.</summary>
    Empty,

    /// <summary>One unit of one stock, any stock of the plan.</summary>
    Reserve,

    /// <summary>One unit of the first stock; of the next one when so many holds make it full.</summary>
    ReserveHot,

    /// <summary>One reservation of <see cref="Job.Lines"/> different stocks.</summary>
    ReserveLines,

    /// <summary>A message of <see cref="Job.Lines"/> reservations on a stream.</summary>
    ReserveBatch,

    /// <summary>As <see cref="ReserveBatch"/>, all on one stock as long as that can hold more.</summary>
    ReserveBatchHot,

    /// <summary>An order of <see cref="Job.Lines"/> SKUs of a wide plan, to be sent to some point.</summary>
    PlaceOrder,

    /// <summary>A hundred reads, one reserve, and the rest of the life of reservations.</summary>
    Mix,
}

/// <summary>One run of load, complete enough to be done by another process.</summary>
internal sealed record Job
{
    public required JobKind Kind { get; init; }

    public required Uri Address { get; init; }

    public required StockPlan Plan { get; init; }

    /// <summary>Begins every request id; unique for each job and process.</summary>
    public required string Tag { get; init; }

    public int Connections { get; init; } = 4;

    /// <summary>Lines of one operation.</summary>
    public int Lines { get; init; } = 1;

    /// <summary>Open loop: operations per second. 0 is a closed loop.</summary>
    public double Rate { get; init; }

    /// <summary>Closed loop: callers at once.</summary>
    public int Callers { get; init; } = 1;

    /// <summary>Closed loop: how many operations; 0 goes by <see cref="Seconds"/>.</summary>
    public long Operations { get; init; }

    public double Seconds { get; init; }

    public double WarmUpSeconds { get; init; }

    public int Seed { get; init; }

    /// <summary>This job's share when <paramref name="processes"/> do it together.</summary>
    public Job Share(int process, int processes) => this with
    {
        Tag = $"{Tag}.{process}",
        Rate = Rate / processes,
        Callers = Math.Max(1, (Callers / processes) + (process < Callers % processes ? 1 : 0)),
        Operations = (Operations / processes) + (process < Operations % processes ? 1 : 0),
        Seed = Seed + process,
    };
}

/// <summary>What a job came to.</summary>
/// <param name="Run">The figures.</param>
/// <param name="Ledger">The caller's own books.</param>
internal sealed record JobResult(RunResult Run, Ledger Ledger)
{
    public static JobResult Merge(IReadOnlyCollection<JobResult> parts)
    {
        var ledger = new Ledger();
        foreach (var part in parts)
        {
            ledger.Add(part.Ledger);
        }

        return new JobResult(RunResult.Merge([.. parts.Select(part => part.Run)]), ledger);
    }
}
