using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Stocks;

namespace Inventory.Simulator;

/// <summary>A hold as the auditor knows it.</summary>
internal readonly record struct HeldUnits(Channel Channel, long Units, long ExpiresAtMs, bool Leased, bool BornOfLease, long Pledged = 0)
{
    public bool IsFirm => ExpiresAtMs == long.MaxValue;

    public bool IsLive(long nowMs) => Units > 0 && (Leased || ExpiresAtMs > nowMs);
}

/// <summary>
/// The auditor's own idea of a stock: sums and a list of holds, nothing else, and no code in common with the one it audits. A value: each event makes
/// a new one, so every version can be looked at later.
/// </summary>
internal sealed record StockState(
    long AtMs, ImmutableArray<long> OnHand, ImmutableDictionary<HoldId, HeldUnits> Holds, StockPolicy Policy)
{
    public static StockState Empty { get; } = new(0, [0, 0, 0, 0], ImmutableDictionary<HoldId, HeldUnits>.Empty, StockPolicy.Default);

    /// <summary>Units of lots by condition; the rest of what is on hand has no lot.</summary>
    public ImmutableDictionary<(LotName Lot, Condition Condition), long> Lots { get; init; } =
        ImmutableDictionary<(LotName Lot, Condition Condition), long>.Empty;

    /// <summary>The date of each lot that was ever there.</summary>
    public ImmutableDictionary<LotName, DateOnly> Dates { get; init; } = ImmutableDictionary<LotName, DateOnly>.Empty;

    /// <summary>The local date of all places here.</summary>
    public static DateOnly DateOf(long unixMs) => DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeMilliseconds(unixMs).UtcDateTime);

    /// <summary>Sellable units of lots of which the last day is over.</summary>
    public long Past(long atMs) => Dates.IsEmpty ? 0
        : Lots.Where(lot => lot.Key.Condition == Condition.Sellable && Dates[lot.Key.Lot] < DateOf(atMs)).Sum(lot => lot.Value);

    /// <summary>Units of a lot that are sellable.</summary>
    public long Of(LotName lot, Condition condition) =>
        lot.IsNone ? OnHand[(int)condition] - Lots.Where(each => each.Key.Condition == condition).Sum(each => each.Value)
        : Lots.GetValueOrDefault((lot, condition));

    /// <summary>Units that open leases keep on the shelf.</summary>
    public long Pledged => Holds.Values.Sum(hold => hold.Pledged);

    public long Sellable => OnHand[(int)Condition.Sellable];

    public long Held(long nowMs) => Holds.Values.Where(hold => hold.IsLive(nowMs)).Sum(hold => hold.Units);

    public HeldUnits HoldAt(HoldId id, long nowMs) => Holds.TryGetValue(id, out var hold) && hold.IsLive(nowMs) ? hold : default;

    /// <summary>On hand less what is past its date, holds, safety stock and what is kept for other channels, plus the permitted oversell.</summary>
    /// <param name="channel">For whom.</param>
    /// <param name="nowMs">As of when holds count.</param>
    /// <param name="pastAtMs">As of when dates count, if that is another time.</param>
    public long Available(Channel channel, long nowMs, long? pastAtMs = null)
    {
        var kept = Policy.RingFences
            .Where(fence => fence.Channel != channel)
            .Sum(fence => Math.Max(0, fence.Units - Holds.Values.Where(hold => hold.IsLive(nowMs) && hold.Channel == fence.Channel).Sum(hold => hold.Units)));
        return Sellable - Past(pastAtMs ?? nowMs) - Held(nowMs) - Policy.SafetyUnits - kept + Policy.OversellUnits;
    }

    /// <summary>What is wrong with this state; null if nothing is.</summary>
    public string? Problem()
    {
        var held = Held(AtMs);
        return OnHand.Any(units => units < 0) ? $"on hand below zero: {string.Join('/', OnHand)}"
            : Lots.Values.Any(units => units < 0) ? $"a lot below zero: {string.Join(' ', Lots)}"
            : Lots.GroupBy(lot => lot.Key.Condition).Any(lots => lots.Sum(lot => lot.Value) > OnHand[(int)lots.Key])
                ? $"more in lots than on hand: {string.Join(' ', Lots)}, {string.Join('/', OnHand)}"
            : Pledged > Sellable ? $"{Pledged} pledged, {Sellable} on hand"
            : held > Sellable + Policy.OversellUnits ? $"oversold: {held} promised, {Sellable} on hand, {Policy.OversellUnits} permitted beyond"
            : null;
    }

    public StockState After(in StockEvent change)
    {
        var nowMs = change.AtMs;
        var next = this with { AtMs = nowMs, Holds = Holds.RemoveRange(Holds.Where(hold => !hold.Value.IsLive(nowMs)).Select(hold => hold.Key)) };
        next = next.AfterLots(change);
        switch (change.Verb)
        {
            case StockVerb.Receive or StockVerb.Return or StockVerb.Adjust or StockVerb.Count or StockVerb.Import or StockVerb.TransferIn:
                return next.Add(change.Condition, change.Units);
            case StockVerb.Move:
                return next.Add(change.Condition, -change.Units).Add(change.To, change.Units);
            case StockVerb.SetPolicy:
                return next with { Policy = change.Policy! };
            case StockVerb.ReceiveHeld or StockVerb.TransferInHeld:
                return next.Add(Condition.Sellable, change.Units).WithHold(change);
            case StockVerb.TransferOut when change.Hold == default:
                return next.Add(Condition.Sellable, -change.Units);
            case StockVerb.Collect or StockVerb.Ship or StockVerb.TransferOut:
                return next.Add(Condition.Sellable, -change.Units).WithHold(change);
            case StockVerb.Settle when change.Settlement is Settlement.Collect or Settlement.Ship:
                return next.Add(Condition.Sellable, -change.Units).WithHold(change);
            default:
                return next.WithHold(change);
        }
    }

    private StockState AfterLots(in StockEvent change)
    {
        if (change.Lots.IsDefaultOrEmpty)
        {
            return this;
        }

        var (lots, dates) = (Lots.ToBuilder(), Dates.ToBuilder());
        var leaves = change.Verb is StockVerb.Move or StockVerb.Collect or StockVerb.Ship or StockVerb.Settle or StockVerb.TransferOut;
        foreach (var part in change.Lots)
        {
            var from = (part.Name, change.Condition);
            dates[part.Name] = part.BestBefore!.Value;
            lots[from] = lots.GetValueOrDefault(from) + (leaves ? -part.Units : part.Units);
            if (change.Verb == StockVerb.Move)
            {
                lots[(part.Name, change.To)] = lots.GetValueOrDefault((part.Name, change.To)) + part.Units;
            }
        }

        return this with { Lots = lots.ToImmutable(), Dates = dates.ToImmutable() };
    }

    private StockState Add(Condition condition, long units) => this with { OnHand = OnHand.SetItem((int)condition, OnHand[(int)condition] + units) };

    private StockState WithHold(in StockEvent change)
    {
        var hold = HoldAt(change.Hold, change.AtMs);
        hold = change.Verb switch
        {
            StockVerb.Reserve => new HeldUnits(change.Channel, change.Units, change.ExpiresAtMs, false, false),
            StockVerb.Lease when hold.Units > 0 => hold with { Leased = true, Pledged = change.Units },
            StockVerb.Lease => new HeldUnits(change.Channel, change.Units, change.ExpiresAtMs, true, true),
            StockVerb.ReceiveHeld or StockVerb.TransferInHeld => new HeldUnits(change.Channel, hold.Units + change.Units, long.MaxValue, false, false),
            StockVerb.Extend => hold with { ExpiresAtMs = change.ExpiresAtMs },
            StockVerb.Confirm => hold with { ExpiresAtMs = long.MaxValue },
            StockVerb.Settle => Settled(hold, change),
            _ => hold with { Units = hold.Units - change.Units },
        };
        return this with { Holds = hold.IsLive(change.AtMs) ? Holds.SetItem(change.Hold, hold) : Holds.Remove(change.Hold) };
    }

    private static HeldUnits Settled(HeldUnits hold, in StockEvent change)
    {
        var free = change.Settlement == Settlement.Free || (change.Settlement == Settlement.Restore && hold.BornOfLease);
        var expiresAtMs = change.Settlement switch
        {
            Settlement.Firm => long.MaxValue,
            Settlement.Soft => change.ExpiresAtMs,
            _ => hold.ExpiresAtMs,
        };
        var units = free ? 0 : change.Settlement is Settlement.Collect or Settlement.Ship or Settlement.Release ? hold.Units - change.Units : hold.Units;
        return new HeldUnits(hold.Channel, units, expiresAtMs, false, false);
    }
}
