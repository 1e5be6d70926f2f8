using System.Collections.Immutable;

namespace Inventory.Domain.Stocks;

/// <summary>Which lots the units of an accepted command belong to. Asked only of SKUs that have lots and stocks that had some.</summary>
/// <remarks>
/// Units that come in belong to the lot that their caller names. Units that leave for a customer or another location are taken from the earliest lot that
/// may still be promised, or from the lot that is named. What staff finds missing, broken or too many is never guessed: it is clear if all units or only one
/// lot can be meant, else the lot must be named.
/// </remarks>
internal static class LotRules
{
    /// <summary>Completes the event by its lots, or tells why that cannot be.</summary>
    public static StockOutcome Assign(Stock stock, in StockCommand command, ref StockEvent change)
    {
        switch (change.Verb)
        {
            case StockVerb.Receive or StockVerb.ReceiveHeld or StockVerb.Return:
                return Arrive(stock, command, ref change);
            case StockVerb.TransferIn or StockVerb.TransferInHeld:
                return ComeFromElsewhere(stock, command, ref change);
            case StockVerb.Adjust or StockVerb.Count or StockVerb.Import when change.Units > 0:
                return command.Verb != StockVerb.Adjust && command.Lot is null ? FindMore(stock, command, ref change) : Arrive(stock, command, ref change);
            case StockVerb.Adjust or StockVerb.Count or StockVerb.Import:
                return change.Units == 0 ? StockOutcome.Accepted : FindLess(stock, command, ref change);
            case StockVerb.Move:
                return FindLess(stock, command, ref change);
            case StockVerb.Collect or StockVerb.Ship or StockVerb.TransferOut:
                return Leave(stock, command, ref change);
            case StockVerb.Settle when change.Settlement is Settlement.Collect or Settlement.Ship:
                change.Lots = Earliest(stock, change.Units, alsoPast: true);
                return StockOutcome.Accepted;
            default:
                return StockOutcome.Accepted; // concerns no units on the shelf
        }
    }

    /// <summary>What a counter who looked at one lot saw of it; false if that is no longer known.</summary>
    /// <param name="stock">The stock.</param>
    /// <param name="command">The count.</param>
    /// <param name="lot">The lot that was counted.</param>
    /// <param name="seen">What the counter saw of all lots; replaced by what belongs to the lot.</param>
    public static bool TrySeen(Stock stock, in StockCommand command, LotName lot, ref long seen)
    {
        if (stock.LotTable is not { } lots)
        {
            seen = lot.IsNone ? seen : 0;
            return true;
        }

        var version = command.SeenVersion == 0 ? stock.Version : command.SeenVersion;
        if (!lot.IsNone)
        {
            return lots.TryAt(version, lot, command.Condition, out seen);
        }

        var isKnown = lots.TrySumAt(version, command.Condition, out var named);
        seen -= named;
        return isKnown;
    }

    private static StockOutcome Arrive(Stock stock, in StockCommand command, ref StockEvent change)
    {
        if (command.Lot is not { } lot)
        {
            // Nobody asks a customer for the lot of what comes back.
            return command.SkuHasLots && command.Verb != StockVerb.Return ? StockOutcome.LotRequired : StockOutcome.Accepted;
        }

        if (lot.Name.IsNone)
        {
            return StockOutcome.Accepted;
        }

        if (stock.LotTable is { } lots && lots.TryFind(lot.Name, out var known))
        {
            change.Lots = [new LotUnits(lot.Name, known.BestBefore, change.Units)];
            return Arrive(command.SkuHasLots, lot.BestBefore, known.BestBefore, 0);
        }

        change.Lots = [lot with { Units = change.Units }];
        return Arrive(command.SkuHasLots, lot.BestBefore, null, stock.LotTable?.All.Count ?? 0);
    }

    /// <summary>Whether units of a lot that is named may come in.</summary>
    /// <param name="skuHasLots">Whether units of the SKU belong to lots.</param>
    /// <param name="told">The date that came with it; null if none did.</param>
    /// <param name="known">The date of the lot at the stock; null if it is not there.</param>
    /// <param name="lots">How many lots the stock has, if this one is not there.</param>
    public static StockOutcome Arrive(bool skuHasLots, DateOnly? told, DateOnly? known, int lots) =>
        !skuHasLots ? StockOutcome.SkuHasNoLots
        : known is { } date ? told is { } other && other != date ? StockOutcome.LotDateDiffers : StockOutcome.Accepted
        : told is null ? StockOutcome.LotDateRequired
        : lots >= Limits.LotsMax ? StockOutcome.TooManyLots
        : StockOutcome.Accepted;

    // They left one shelf with their lots, so they must find room on the other. Of two dates of one lot the earlier holds: see LotTable.Add.
    private static StockOutcome ComeFromElsewhere(Stock stock, in StockCommand command, ref StockEvent change)
    {
        if (!command.SkuHasLots || command.Lots.IsDefaultOrEmpty)
        {
            return StockOutcome.Accepted;
        }

        var parts = ImmutableArray.CreateBuilder<LotUnits>(command.Lots.Length);
        var (left, fresh) = (change.Units, 0);
        foreach (var part in command.Lots)
        {
            var units = Math.Min(left, part.Units == 0 ? left : part.Units);
            left -= units;
            if (units == 0 || part.Name.IsNone)
            {
                continue;
            }

            var isKnown = stock.LotTable is { } lots && lots.TryFind(part.Name, out _);
            if (!isKnown && part.BestBefore is null)
            {
                return StockOutcome.LotDateRequired;
            }

            fresh += isKnown ? 0 : 1;
            var date = part.BestBefore ?? (stock.LotTable!.TryFind(part.Name, out var known) ? known.BestBefore : default);
            parts.Add(new LotUnits(part.Name, date, units));
        }

        change.Lots = parts.Count == 0 ? default : parts.ToImmutable();
        return (stock.LotTable?.All.Count ?? 0) + fresh > Limits.LotsMax ? StockOutcome.TooManyLots : StockOutcome.Accepted;
    }

    // A count or import of the whole stock that finds more than is known.
    private static StockOutcome FindMore(Stock stock, in StockCommand command, ref StockEvent change)
    {
        if (!command.SkuHasLots)
        {
            return StockOutcome.Accepted;
        }

        if (Only(stock, command.Condition) is not { } only)
        {
            return StockOutcome.LotRequired;
        }

        change.Lots = Part(only, change.Units);
        return StockOutcome.Accepted;
    }

    // Units that are written off, not found, or that change their condition.
    private static StockOutcome FindLess(Stock stock, in StockCommand command, ref StockEvent change)
    {
        var units = Math.Abs(change.Units);
        var sign = change.Verb == StockVerb.Move ? 1 : -1;
        var condition = change.Condition;
        if (command.Lot is { } lot)
        {
            return TakeNamed(stock, lot, condition, units, sign, ref change) is var taken and not StockOutcome.Accepted ? taken : KeepPromises(stock, change);
        }

        if (Only(stock, condition) is { } only)
        {
            change.Lots = Part(only, sign * units);
        }
        else if (units == stock.OnHand(condition))
        {
            change.Lots = All(stock, condition, sign);
        }
        else if (!command.SkuHasLots)
        {
            change.Lots = Signed(Earliest(stock, units, alsoPast: true, condition), sign);
        }
        else if (command.Reason == AdjustReason.Expired && Past(stock, condition, units) is { IsDefault: false } past)
        {
            change.Lots = Signed(past, sign);
        }
        else
        {
            return StockOutcome.LotRequired;
        }

        return KeepPromises(stock, change);
    }

    private static StockOutcome Leave(Stock stock, in StockCommand command, ref StockEvent change)
    {
        if (command.Lot is { } lot)
        {
            var taken = TakeNamed(stock, lot, Condition.Sellable, change.Units, 1, ref change);
            var isForCustomer = change.Verb != StockVerb.TransferOut;
            return taken != StockOutcome.Accepted ? taken
                : isForCustomer && stock.LotTable is { } lots && lots.TryFind(lot.Name, out var known) && lots.IsExpired(known, stock.LastAtMs)
                    ? StockOutcome.LotExpired
                : KeepPromises(stock, change);
        }

        if (change.Units > stock.Fresh - stock.Pledged)
        {
            return StockOutcome.ExceedsOnHand;
        }

        change.Lots = Earliest(stock, change.Units, alsoPast: false);
        return KeepPromises(stock, change);
    }

    private static StockOutcome TakeNamed(Stock stock, in LotUnits lot, Condition condition, long units, int sign, ref StockEvent change)
    {
        if (lot.Name.IsNone)
        {
            return units > stock.Rest(condition) ? StockOutcome.ExceedsOnHand : StockOutcome.Accepted;
        }

        if (stock.LotTable is not { } lots || !lots.TryFind(lot.Name, out var known))
        {
            return StockOutcome.LotNotFound;
        }

        if (lot.BestBefore is { } told && told != known.BestBefore)
        {
            return StockOutcome.LotDateDiffers;
        }

        change.Lots = [new LotUnits(known.Name, known.BestBefore, sign * units)];
        return units > known.Units.Of(condition) ? StockOutcome.ExceedsOnHand : StockOutcome.Accepted;
    }

    /// <summary>
    /// What is promised must not be taken from under the promise: so many units that may still be handed over must stay as are promised, whatever lies
    /// there past its date. Units past their date may always go.
    /// </summary>
    private static StockOutcome KeepPromises(Stock stock, in StockEvent change)
    {
        if (change.Condition != Condition.Sellable)
        {
            return StockOutcome.Accepted;
        }

        var past = 0L;
        foreach (var part in change.Lots.IsDefault ? [] : change.Lots)
        {
            past += stock.LotTable!.TryFind(part.Name, out var lot) && lot.IsPast(stock.LastAtMs) ? Math.Abs(part.Units) : 0;
        }

        var taken = Math.Abs(change.Units) - past;
        var isOfHold = change.Hold != default;
        var promised = isOfHold ? stock.Pledged : Math.Max(stock.Pledged, stock.Held - stock.Policy.OversellUnits);
        return taken > 0 && stock.Fresh - taken < promised ? StockOutcome.ExceedsOnHand : StockOutcome.Accepted;
    }

    // The earliest that may still be promised; units without a lot last; then, if it must be, those past their date, the latest first.
    private static ImmutableArray<LotUnits> Earliest(Stock stock, long units, bool alsoPast, Condition condition = Condition.Sellable)
    {
        if (stock.LotTable is not { } lots)
        {
            return default;
        }

        var parts = ImmutableArray.CreateBuilder<LotUnits>();
        foreach (var lot in lots.All.Where(lot => !lot.IsPast(stock.LastAtMs)))
        {
            Take(parts, lot, condition, ref units);
        }

        units -= Math.Min(units, stock.Rest(condition));
        for (var i = lots.All.Count - 1; alsoPast && i >= 0; i--)
        {
            if (lots.All[i].IsPast(stock.LastAtMs))
            {
                Take(parts, lots.All[i], condition, ref units);
            }
        }

        return parts.Count == 0 ? default : parts.ToImmutable();
    }

    // Default if there are fewer units past their date.
    private static ImmutableArray<LotUnits> Past(Stock stock, Condition condition, long units)
    {
        var parts = ImmutableArray.CreateBuilder<LotUnits>();
        foreach (var lot in (stock.LotTable?.All ?? []).Where(lot => lot.IsPast(stock.LastAtMs)))
        {
            Take(parts, lot, condition, ref units);
        }

        return units == 0 ? parts.ToImmutable() : default;
    }

    private static ImmutableArray<LotUnits> All(Stock stock, Condition condition, int sign)
    {
        var (parts, units) = (ImmutableArray.CreateBuilder<LotUnits>(), long.MaxValue);
        foreach (var lot in stock.LotTable?.All ?? [])
        {
            Take(parts, lot, condition, ref units);
        }

        return parts.Count == 0 ? default : Signed(parts.ToImmutable(), sign);
    }

    private static void Take(ImmutableArray<LotUnits>.Builder parts, in Lot lot, Condition condition, ref long left)
    {
        var taken = Math.Min(left, lot.Units.Of(condition));
        left -= taken;
        if (taken > 0)
        {
            parts.Add(new LotUnits(lot.Name, lot.BestBefore, taken));
        }
    }

    // The lot that all units in a condition belong to; null if there are none, or several.
    private static LotUnits? Only(Stock stock, Condition condition)
    {
        LotUnits? only = stock.Rest(condition) > 0 ? new LotUnits(LotName.None, null) : null;
        foreach (var lot in stock.LotTable?.All ?? [])
        {
            if (lot.Units.Of(condition) > 0)
            {
                if (only is not null)
                {
                    return null;
                }

                only = new LotUnits(lot.Name, lot.BestBefore);
            }
        }

        return only;
    }

    private static ImmutableArray<LotUnits> Part(in LotUnits lot, long units) => lot.Name.IsNone ? default : [lot with { Units = units }];

    private static ImmutableArray<LotUnits> Signed(ImmutableArray<LotUnits> parts, int sign) =>
        sign > 0 || parts.IsDefault ? parts : [.. parts.Select(static part => part with { Units = -part.Units })];
}
