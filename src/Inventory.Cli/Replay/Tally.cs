using System.Collections.Concurrent;
using Grpc.Core;
using Inventory.V1;

namespace Inventory.Cli.Replay;

/// <summary>The calls that a replay makes.</summary>
internal enum Operation
{
    UpsertLocation,
    ListLocations,
    ImportStock,
    FindNearby,
    Reserve,
    Confirm,
    Collect,
    Ship,
    Release,
    Return,
    Adjust,
    ListStocks,
    PlaceOrder,
    ConfirmOrder,
    PickOrder,
    ReadyOrder,
    CollectOrder,
    ShipOrder,
    RejectOrder,
    CancelOrder,
    ReturnOrder,
    GetOrder,
    GetLocationWork,
    CreateTransfer,
    ShipTransfer,
    ReceiveTransfer,
    CloseTransfer,
    ListTransfers,
}

/// <summary>Counts what happens. Any number of threads may count at once.</summary>
internal sealed class Tally
{
    private readonly Histogram[] _latency = [.. Enum.GetValues<Operation>().Select(_ => new Histogram())];
    private readonly ConcurrentDictionary<StatusCode, long> _retries = new();
    private readonly ConcurrentDictionary<(LineOutcome Outcome, byte Detail), (long Lines, long Units)> _outcomes = new();
    private readonly ConcurrentQueue<string> _differences = new();
    private long _lines;
    private long _orders;
    private long _placed;
    private long _parts;
    private long _clippedUnits;
    private long _staleBoards;
    private long _fallbacks;
    private long _unexpected;
    private int _differenceCount;

    /// <summary>Time from each call to its answer, failed attempts left out.</summary>
    public Histogram Latency(Operation operation) => _latency[(int)operation];

    /// <summary>Attempts that brought no answer, by status: each was asked again with the same id.</summary>
    public IEnumerable<KeyValuePair<StatusCode, long>> Retries => _retries.OrderBy(pair => pair.Key);

    /// <summary>Lines and units by outcome and its detail.</summary>
    public IReadOnlyDictionary<(LineOutcome Outcome, byte Detail), (long Lines, long Units)> Outcomes => _outcomes;

    /// <summary>Lines with a result, those of the resumed run included.</summary>
    public long Lines => Volatile.Read(ref _lines);

    /// <summary>Invoices played as orders.</summary>
    public long Orders => Volatile.Read(ref _orders);

    /// <summary>Orders of which the service held something, and their parts; those of resumed runs are not among them.</summary>
    public (long Orders, long Parts) PlacedOrders => (Volatile.Read(ref _placed), Volatile.Read(ref _parts));

    /// <summary>Units of write-offs that were not there to write off.</summary>
    public long ClippedUnits => Volatile.Read(ref _clippedUnits);

    /// <summary>Searches that were asked again since the board had not caught up with the last write yet.</summary>
    public long StaleBoards => Volatile.Read(ref _staleBoards);

    /// <summary>Pickup orders whose lines were shipped, since no store near by had the units.</summary>
    public long Fallbacks => Volatile.Read(ref _fallbacks);

    /// <summary>Refusals of what the books said must pass; the next store was asked.</summary>
    public long UnexpectedRefusals => Volatile.Read(ref _unexpected);

    /// <summary>Calls answered.</summary>
    public long Calls => _latency.Sum(histogram => histogram.Count);

    /// <summary>How many differences between service and books were found.</summary>
    public int DifferenceCount => Volatile.Read(ref _differenceCount);

    /// <summary>The first differences, in words.</summary>
    public IEnumerable<string> Differences => _differences;

    /// <summary>Counts the result of a line.</summary>
    public void Count(in LineResult result, in OrderLine line)
    {
        Interlocked.Increment(ref _lines);
        Note(result, line);
    }

    /// <summary>Counts what became of a line, without counting the line.</summary>
    public void Note(in LineResult result, in OrderLine line)
    {
        if (result.Outcome == LineOutcome.Worked)
        {
            return;
        }

        if (result.Outcome is LineOutcome.WrittenOff or LineOutcome.NothingThere)
        {
            Interlocked.Add(ref _clippedUnits, line.Units - result.Units);
        }

        var units = result.Units;
        _outcomes.AddOrUpdate((result.Outcome, result.Detail), _ => (1, units), (_, sum) => (sum.Lines + 1, sum.Units + units));
    }

    /// <summary>Counts lines that have their result.</summary>
    public void Played(int lines, bool isOrder)
    {
        Interlocked.Add(ref _lines, lines);
        Interlocked.Add(ref _orders, isOrder ? 1 : 0);
    }

    /// <summary>Counts an order that was placed, and the locations that had a part in it.</summary>
    public void Placed(int parts)
    {
        Interlocked.Increment(ref _placed);
        Interlocked.Add(ref _parts, parts);
    }

    public void Retried(StatusCode status) => _retries.AddOrUpdate(status, 1, (_, count) => count + 1);

    public void StaleBoard() => Interlocked.Increment(ref _staleBoards);

    public void FellBack() => Interlocked.Increment(ref _fallbacks);

    public void RefusedUnexpectedly() => Interlocked.Increment(ref _unexpected);

    /// <summary>Notes a difference between the service and the books.</summary>
    public void Differs(string message)
    {
        if (Interlocked.Increment(ref _differenceCount) <= 50)
        {
            _differences.Enqueue(message);
        }
    }

    /// <summary>Lines refused, by reason.</summary>
    public IEnumerable<(RefusalReason Reason, long Lines, long Units)> Refusals =>
        from pair in _outcomes
        where pair.Key.Outcome == LineOutcome.Refused
        orderby pair.Value.Lines descending
        select ((RefusalReason)pair.Key.Detail, pair.Value.Lines, pair.Value.Units);
}
