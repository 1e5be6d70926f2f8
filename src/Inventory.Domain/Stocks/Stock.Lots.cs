using System.Collections.Immutable;

namespace Inventory.Domain.Stocks;

/// <summary>What a stock keeps of lots. Most stocks have none and keep nothing.</summary>
public sealed partial class Stock
{
    /// <summary>True once units of a lot came in.</summary>
    public bool HasLots => _rare?.Lots is not null;

    /// <summary>Sellable units that are promised no longer because their lot is past its date: as of <see cref="LastAtMs"/>.</summary>
    public long PastDate => _rare?.Lots?.PastUnits(LastAtMs) ?? 0;

    /// <summary>Sellable units that may still be promised.</summary>
    public long Fresh => _rare?.Lots is { } lots ? Sellable - lots.PastUnits(LastAtMs) : Sellable;

    /// <summary>
    /// The earliest of <see cref="NextDueMs"/> and the time at which a lot ceases to be promised: when what is available changes though nothing happens.
    /// </summary>
    public long NextEdgeMs => _rare?.Lots is { } lots ? Math.Min(NextDueMs, lots.NextDueMs(LastAtMs)) : NextDueMs;

    /// <summary>The lots in the order in which they leave, those past their date included; last units without one. Empty if there never was one.</summary>
    public ImmutableArray<LotView> Lots
    {
        get
        {
            if (_rare?.Lots is not { } lots)
            {
                return [];
            }

            var views = ImmutableArray.CreateBuilder<LotView>(lots.All.Count + 1);
            foreach (var lot in lots.All)
            {
                var units = lot.Units;
                views.Add(new LotView(
                    lot.Name, lot.BestBefore, units.Sellable, units.Damaged, units.Quarantine, units.Display, lot.UntilMs, lot.IsPast(LastAtMs)));
            }

            var rest = new OnHandFigures(
                Rest(Condition.Sellable), Rest(Condition.Damaged), Rest(Condition.Quarantine), Rest(Condition.Display));
            if (rest != default)
            {
                views.Add(new LotView(LotName.None, null, rest.Sellable, rest.Damaged, rest.Quarantine, rest.Display, long.MaxValue, false));
            }

            return views.ToImmutable();
        }
    }

    internal LotTable? LotTable => _rare?.Lots;

    /// <summary>
    /// Says by which rule lots cease to be promised. It is the owner's to say before anything is decided or shown; events do not depend on it.
    /// </summary>
    /// <param name="timeZone">IANA time zone of the location, empty for UTC; null if dates mean nothing for this SKU (any more).</param>
    /// <param name="minShelfDays">Whole days that are to remain of a lot, the day itself not counted.</param>
    public void HeedLots(string? timeZone, int minShelfDays) => _rare?.Lots?.Heed(timeZone, minShelfDays);

    /// <summary>From which lots the units of a write left, as long as that is remembered; what left beyond them had no lot.</summary>
    public ImmutableArray<LotUnits> LotsTakenBy(RequestId write)
    {
        foreach (var taken in _rare?.Lots?.Taken ?? [])
        {
            if (taken.Id == write)
            {
                return taken.Lots;
            }
        }

        return [];
    }

    /// <summary>Units that belong to no lot.</summary>
    internal long Rest(Condition condition) => OnHand(condition) - (_rare?.Lots?.Sum(condition) ?? 0);

    internal LotTable RestoreLots() => Seldom.Lots ??= new LotTable();

    private void ChangeLots(in StockEvent change)
    {
        var lots = RestoreLots();
        var leave = change.Verb is StockVerb.Collect or StockVerb.Ship or StockVerb.Settle or StockVerb.TransferOut;
        foreach (var part in change.Lots)
        {
            lots.Add(Version, part, change.Condition, leave || change.Verb == StockVerb.Move ? -part.Units : part.Units);
            if (change.Verb == StockVerb.Move)
            {
                lots.Add(Version, part, change.To, part.Units);
            }
        }

        if (change.Verb == StockVerb.TransferOut)
        {
            lots.NoteTaken(new LotsTaken(change.Id, change.AtMs, change.Lots));
        }
    }
}
