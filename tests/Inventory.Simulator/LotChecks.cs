using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Stocks;

namespace Inventory.Simulator;

/// <summary>Which lots a write must concern, by what the auditor knows of them, without the rules of a stock.</summary>
internal static class LotChecks
{
    /// <summary>True if all units of an event are of a lot; if none is named, of none.</summary>
    public static bool IsOf(LotName lot, in StockEvent change) =>
        lot.Value is null || lot.IsNone ? change.Lots.IsDefaultOrEmpty
        : !change.Lots.IsDefault && change.Lots is [var only] && only.Name == lot && only.Units == change.Units;

    /// <summary>True if all units that come back are of the lot that is named for their SKU; if none is, of none.</summary>
    public static bool IsOf(ImmutableArray<ReturnedLot> lots, Sku sku, in StockEvent change) =>
        IsOf((lots.IsDefault ? [] : lots).FirstOrDefault(lot => lot.Sku == sku).Lot, change);

    /// <summary>What is wrong with the lots of an event that a caller's command, or a coordinator's word, led to; null if nothing is.</summary>
    public static string? Problem(StockState before, StockCommand? command, in StockEvent change)
    {
        var told = change.Lots.IsDefault ? [] : change.Lots.ToDictionary(part => part.Name, part => Math.Abs(part.Units));
        var expected = command is not { Lots.IsDefaultOrEmpty: false } named ? Guessed(before, change)
            : new() { [named.Lots[0].Name] = Math.Abs(change.Units) };
        if (expected is null)
        {
            return null;
        }

        foreach (var none in expected.Where(each => each.Value == 0 || each.Key.IsNone).ToArray())
        {
            expected.Remove(none.Key);
        }

        return told.Count == expected.Count && told.All(each => expected.GetValueOrDefault(each.Key) == each.Value) ? null
            : $"it concerns the lots {string.Join(' ', told)}, but should {string.Join(' ', expected)} of {string.Join(' ', before.Lots)}";
    }

    // What is handed over is of the earliest lot within its date, then without a lot; of what a coordinator promised before, then of the latest past its
    // date. What else may be meant is not looked at here: sums tell.
    private static Dictionary<LotName, long>? Guessed(StockState before, in StockEvent change)
    {
        var isPromised = change.Verb == StockVerb.Settle && change.Settlement is Settlement.Collect or Settlement.Ship;
        if (change.Verb is not (StockVerb.Collect or StockVerb.Ship) && !isPromised)
        {
            return null;
        }

        var (expected, left, today) = (new Dictionary<LotName, long>(), change.Units, StockState.DateOf(change.AtMs));
        var lots = before.Lots.Where(lot => lot.Key.Condition == Condition.Sellable && before.Dates[lot.Key.Lot] >= today);
        foreach (var (key, units) in lots.OrderBy(lot => before.Dates[lot.Key.Lot]))
        {
            expected[key.Lot] = Math.Min(left, units);
            left -= expected[key.Lot];
        }

        left -= Math.Min(left, before.Of(LotName.None, Condition.Sellable));
        var old = before.Lots.Where(lot => isPromised && lot.Key.Condition == Condition.Sellable && before.Dates[lot.Key.Lot] < today);
        foreach (var (key, units) in old.OrderByDescending(lot => before.Dates[lot.Key.Lot]))
        {
            expected[key.Lot] = Math.Min(left, units);
            left -= expected[key.Lot];
        }

        return expected;
    }
}
