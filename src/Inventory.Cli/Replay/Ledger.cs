using Inventory.V1;

namespace Inventory.Cli.Replay;

/// <summary>What one stock must hold, by our own books.</summary>
internal sealed class StockRow(int store)
{
    /// <summary>Index of the store.</summary>
    public int Store { get; } = store;

    /// <summary>Sellable units on hand.</summary>
    public long Sellable { get; set; }

    /// <summary>Units of <see cref="Sellable"/> set aside while a reservation of several lines is being planned.</summary>
    public long Planned { get; set; }

    public long Damaged { get; set; }

    public long Quarantine { get; set; }

    /// <summary>Units that the import put there.</summary>
    public long Opening { get; set; }

    public long Returned { get; set; }

    public long Collected { get; set; }

    public long Shipped { get; set; }

    /// <summary>Units that left in transfers.</summary>
    public long TransferredOut { get; set; }

    /// <summary>Units that came in transfers.</summary>
    public long TransferredIn { get; set; }

    /// <summary>Net adjustment, by reason.</summary>
    public long Damage { get; set; }

    /// <inheritdoc cref="Damage"/>
    public long Shrink { get; set; }

    /// <inheritdoc cref="Damage"/>
    public long Found { get; set; }

    /// <summary>Units that can still be promised.</summary>
    public long Free => Sellable - Planned;

    /// <summary>
    /// Of orders, whose answers cross: all units that can have been there to promise, those included that calls under way may give back, less all
    /// that answers say are promised or gone. Below 0 the service has promised what it never had.
    /// </summary>
    public long Room { get; set; }
}

/// <summary>Our own books of one SKU. Owned by the one caller that plays this SKU; where orders are played, by whoever has locked it.</summary>
internal sealed class SkuLedger(string sku)
{
    private readonly List<StockRow> _rows = [];

    public string Sku { get; } = sku;

    /// <summary>Every stock of the SKU, in the order in which it first got units.</summary>
    public IReadOnlyList<StockRow> Rows => _rows;

    /// <summary>
    /// True after a resume until the service answers a write of this SKU for the first time: until then it may be ahead of these books
    /// by what was acknowledged but not yet noted when the last run stopped.
    /// </summary>
    public bool CatchingUp { get; set; }

    /// <summary>The row of a store, made if it is new.</summary>
    public StockRow Row(int store)
    {
        foreach (var row in _rows)
        {
            if (row.Store == store)
            {
                return row;
            }
        }

        var added = new StockRow(store);
        _rows.Add(added);
        return added;
    }

    /// <summary>Adds opening stock. Each store is opened at most once.</summary>
    public void Open(int store, long units) => _rows.Add(new StockRow(store) { Sellable = units, Opening = units, Room = units });

    /// <summary>The nearest store that has the units free; ties go to the smaller id. Null if there is none.</summary>
    /// <param name="stores">The network.</param>
    /// <param name="search">Where and what for.</param>
    /// <param name="tried">Stores to pass over.</param>
    public StockRow? Nearest(Store[] stores, in Search search, List<int>? tried = null)
    {
        StockRow? best = null;
        var bestChord = double.MaxValue;
        foreach (var row in _rows)
        {
            if (row.Free < search.Units || (search.CollectOnly && !stores[row.Store].Collects) || tried?.Contains(row.Store) == true)
            {
                continue;
            }

            var chord = search.Near.ChordSquared(stores[row.Store].Position);
            var nearer = chord < bestChord
                || (chord == bestChord && string.CompareOrdinal(stores[row.Store].Id, stores[best!.Store].Id) < 0);
            if (nearer && chord <= search.ChordLimit)
            {
                (best, bestChord) = (row, chord);
            }
        }

        return best;
    }

    /// <summary>The row with the most free units; ties go to the smaller index of store. Null if the SKU was never anywhere.</summary>
    public StockRow? Richest()
    {
        StockRow? best = null;
        foreach (var row in _rows)
        {
            if (best is null || row.Free > best.Free || (row.Free == best.Free && row.Store < best.Store))
            {
                best = row;
            }
        }

        return best;
    }

    /// <summary>Enters an acknowledged result. The same code serves live play and the reading of a resume file.</summary>
    public void Apply(in LineResult result)
    {
        if (result.Store < 0 || result.Outcome is LineOutcome.Refused or LineOutcome.NothingThere or LineOutcome.Rejected or LineOutcome.Worked)
        {
            return;
        }

        var row = Row(result.Store);
        long units = result.Units;
        switch (result.Outcome)
        {
            case LineOutcome.Collected:
                row.Sellable -= units;
                row.Collected += units;
                break;
            case LineOutcome.Shipped:
                row.Sellable -= units;
                row.Shipped += units;
                break;
            case LineOutcome.Returned:
                row.Returned += units;
                TakeBack(row, (Condition)result.Detail, units);
                break;
            case LineOutcome.WrittenOff:
                row.Sellable -= units;
                WriteOff(row, (AdjustReason)result.Detail, units);
                break;
            case LineOutcome.Found:
                row.Sellable += units;
                row.Found += units;
                break;
            case LineOutcome.TransferredOut:
                row.Sellable -= units;
                row.TransferredOut += units;
                break;
            case LineOutcome.TransferredIn:
                row.Sellable += units;
                row.TransferredIn += units;
                break;
            default:
                throw new InvalidOperationException($"Outcome {result.Outcome} of line {result.Line} has no entry in the books.");
        }
    }

    private static void TakeBack(StockRow row, Condition condition, long units)
    {
        switch (condition)
        {
            case Condition.Sellable:
                row.Sellable += units;
                break;
            case Condition.Damaged:
                row.Damaged += units;
                break;
            case Condition.Quarantine:
                row.Quarantine += units;
                break;
            default:
                throw new InvalidOperationException($"Goods come back sellable, damaged or for inspection, not {condition}.");
        }
    }

    private static void WriteOff(StockRow row, AdjustReason reason, long units)
    {
        if (reason == AdjustReason.Damage)
        {
            row.Damage -= units;
        }
        else
        {
            row.Shrink -= units;
        }
    }
}

/// <summary>A search for units near a customer.</summary>
/// <param name="Near">Where the customer is.</param>
/// <param name="Units">Units needed at one store.</param>
/// <param name="RadiusMetres">How far away at most.</param>
/// <param name="CollectOnly">Only stores that hand goods to customers.</param>
internal readonly record struct Search(Place Near, long Units, double RadiusMetres, bool CollectOnly)
{
    /// <summary>The radius in the measure of <see cref="Place.ChordSquared"/>.</summary>
    public double ChordLimit { get; } = Place.ChordSquaredOf(RadiusMetres);
}
