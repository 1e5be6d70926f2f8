using System.Collections.Immutable;
using Inventory.Domain.Stocks;

namespace Inventory.Grains;

/// <summary>An auditor that knows only sums: what is on hand by condition and why, added up from events without the rules of a stock.</summary>
internal sealed class StockSums
{
    private static readonly int s_conditions = Enum.GetValues<Condition>().Length;
    private readonly Dictionary<(StockVerb Verb, AdjustReason Reason), long> _reasons = [];
    private readonly Dictionary<(LotName Lot, Condition Condition), long> _lots = [];

    public StockSums() => OnHand = new long[s_conditions];

    /// <summary>Begins with what a snapshot tells.</summary>
    public StockSums(Stock stock)
    {
        OnHand = [.. OnHandOf(stock)];
        foreach (var (key, _, value) in Lines(stock.Ledger))
        {
            _reasons[key] = value;
        }

        foreach (var (lot, condition, units) in LotsOf(stock.Lots))
        {
            _lots[(lot, condition)] = units;
        }
    }

    /// <summary>Units by condition.</summary>
    public long[] OnHand { get; }

    public static ImmutableArray<long> OnHandOf(Stock stock) => [.. Enum.GetValues<Condition>().Select(stock.OnHand)];

    /// <summary>Units of lots by condition, those without a lot left out, in a form that can be compared.</summary>
    public static IEnumerable<(LotName Lot, Condition Condition, long Units)> LotsOf(ImmutableArray<LotView> lots)
    {
        foreach (var lot in lots.Where(static lot => !lot.Name.IsNone))
        {
            foreach (var condition in Enum.GetValues<Condition>())
            {
                yield return (lot.Name, condition, UnitsOf(lot, condition));
            }
        }
    }

    /// <summary>Units of a lot in a condition.</summary>
    public static long UnitsOf(in LotView lot, Condition condition) => condition switch
    {
        Condition.Sellable => lot.Sellable,
        Condition.Damaged => lot.Damaged,
        Condition.Quarantine => lot.Quarantine,
        _ => lot.Display,
    };

    /// <summary>Each difference to what a stock has of its lots, and each sum of lots that is more than is on hand.</summary>
    public IEnumerable<(string What, long Sum, long Memory)> AgainstLots(ImmutableArray<LotView> lots)
    {
        var memory = LotsOf(lots).ToDictionary(static each => (each.Lot, each.Condition), static each => each.Units);
        foreach (var key in memory.Keys.Union(_lots.Keys))
        {
            yield return ($"lot {key.Lot} {key.Condition}", _lots.GetValueOrDefault(key), memory.GetValueOrDefault(key));
        }

        foreach (var group in _lots.GroupBy(static each => each.Key.Condition))
        {
            var (sum, onHand) = (group.Sum(static each => each.Value), OnHand[(int)group.Key]);
            if (sum > onHand)
            {
                yield return ($"sum of the lots {group.Key} beside all on hand", sum, onHand);
            }
        }
    }

    public void Add(in StockEvent change)
    {
        AddLots(change);
        switch (change.Verb)
        {
            case StockVerb.Receive or StockVerb.Return or StockVerb.Adjust or StockVerb.Count or StockVerb.Import or StockVerb.TransferIn
                or StockVerb.ReceiveHeld or StockVerb.TransferInHeld:
                OnHand[(int)change.Condition] += change.Units;
                Note(change.Verb, change.Reason, change.Units);
                break;
            case StockVerb.Move:
                OnHand[(int)change.Condition] -= change.Units;
                OnHand[(int)change.To] += change.Units;
                break;
            case StockVerb.Collect or StockVerb.Ship or StockVerb.TransferOut:
                Leave(change.Verb, change.Units);
                break;
            case StockVerb.Settle when change.Settlement is Settlement.Collect or Settlement.Ship:
                Leave(change.Settlement == Settlement.Collect ? StockVerb.Collect : StockVerb.Ship, change.Units);
                break;
        }
    }

    /// <summary>Each sum beside what the ledger says.</summary>
    public IEnumerable<(string What, long Sum, long Ledger)> Against(StockLedger ledger) =>
        Lines(ledger).Select(line => (line.What, _reasons.GetValueOrDefault(line.Key), line.Value));

    private static IEnumerable<((StockVerb Verb, AdjustReason Reason) Key, string What, long Value)> Lines(StockLedger ledger)
    {
        yield return ((StockVerb.Receive, AdjustReason.None), "received", ledger.Received);
        yield return ((StockVerb.Return, AdjustReason.None), "returned", ledger.Returned);
        yield return ((StockVerb.Collect, AdjustReason.None), "collected", ledger.Collected);
        yield return ((StockVerb.Ship, AdjustReason.None), "shipped", ledger.Shipped);
        yield return ((StockVerb.Count, AdjustReason.None), "counted", ledger.Counted);
        yield return ((StockVerb.TransferOut, AdjustReason.None), "transferred out", ledger.TransferredOut);
        yield return ((StockVerb.TransferIn, AdjustReason.None), "transferred in", ledger.TransferredIn);
        foreach (var reason in Enum.GetValues<AdjustReason>().Where(reason => reason != AdjustReason.None))
        {
            yield return ((StockVerb.Adjust, reason), $"adjusted for {reason}", ledger.Adjusted(reason));
        }
    }

    private void AddLots(in StockEvent change)
    {
        var leaves = change.Verb is StockVerb.Collect or StockVerb.Ship or StockVerb.TransferOut or StockVerb.Settle or StockVerb.Move;
        foreach (var part in change.Lots.IsDefault ? [] : change.Lots)
        {
            AddLot(part.Name, change.Condition, leaves ? -part.Units : part.Units);
            AddLot(part.Name, change.To, change.Verb == StockVerb.Move ? part.Units : 0);
        }
    }

    private void AddLot(LotName lot, Condition condition, long units) => _lots[(lot, condition)] = _lots.GetValueOrDefault((lot, condition)) + units;

    private void Leave(StockVerb verb, long units)
    {
        OnHand[(int)Condition.Sellable] -= units;
        Note(verb, AdjustReason.None, units);
    }

    private void Note(StockVerb verb, AdjustReason reason, long units)
    {
        // The ledger keeps one line for counts and imports, and books an adjustment without a reason as a correction.
        var line = verb switch
        {
            StockVerb.Import => (StockVerb.Count, AdjustReason.None),
            StockVerb.ReceiveHeld => (StockVerb.Receive, AdjustReason.None),
            StockVerb.TransferInHeld => (StockVerb.TransferIn, AdjustReason.None),
            StockVerb.Adjust => (StockVerb.Adjust, reason == AdjustReason.None ? AdjustReason.Correction : reason),
            _ => (verb, AdjustReason.None),
        };
        _reasons[line] = _reasons.GetValueOrDefault(line) + units;
    }
}
