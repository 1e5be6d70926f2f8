using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Work;

namespace Inventory.Grains;

/// <summary>What a location can still do of the work that a part needs, and when.</summary>
/// <param name="Parcels">The first day with room for a parcel; null if none is needed, or no limit is stated.</param>
/// <param name="Picks">The first hour with room for all lines, or the one with the most room; likewise.</param>
/// <param name="AtMs">When the goods are ready or leave, Unix milliseconds; null if there is no room within the days and hours that are looked at.</param>
/// <param name="Load">The larger share of capacity that is taken, 0 to 1.</param>
internal sealed record OrderWork(WorkSlot? Parcels, WorkSlot? Picks, long? AtMs, double Load)
{
    /// <summary>Parcels that the day has room for.</summary>
    public long ParcelsLeft { get; init; } = long.MaxValue;

    /// <summary>Lines that the hour has room for.</summary>
    public long PicksLeft { get; init; } = long.MaxValue;

    private const int DaysLookedAt = 3;
    private const int HoursLookedAt = 8;
    private const long HourMs = 3_600_000;

    /// <summary>Looks for room at one location.</summary>
    /// <param name="grains">Where its owner is.</param>
    /// <param name="directory">Knows when parcels leave.</param>
    /// <param name="location">The location.</param>
    /// <param name="wish">How the goods are to reach the customer.</param>
    /// <param name="lines">Lines to pick.</param>
    /// <param name="nowMs">Now, Unix milliseconds; of what is to come the day.</param>
    /// <param name="parcels">The least room that is wanted on a day, in parcels.</param>
    /// <param name="own">Units of a slot that are held for these goods already, less those that are spoken for; null for none.</param>
    public static async ValueTask<OrderWork> Find(
        IGrainFactory grains, LocationDirectory directory, LocationView location, Wish wish, int lines, long nowMs, long parcels = 1,
        Func<WorkSlot, long>? own = null)
    {
        var (facts, isOpen) = (location.Facts, directory.IsOpen(location.Id));
        var atMs = wish.IsCollected ? PickupPromise.ReadyAtMs(facts, isOpen, nowMs) : directory.Departures.LeavesAtMs(location, isOpen, nowMs);
        if (atMs is null || !IsLimited(facts, wish))
        {
            return new OrderWork(null, null, atMs, 0);
        }

        return await FindRoom(grains, location, wish, lines, atMs.Value, isOpen, nowMs, parcels, own);
    }

    // Apart from the others, which most are: what this method captures would cost each of them an object.
    private static async ValueTask<OrderWork> FindRoom(
        IGrainFactory grains, LocationView location, Wish wish, int lines, long atMs, bool isOpen, long nowMs, long parcels, Func<WorkSlot, long>? own)
    {
        var facts = location.Facts;
        var leaves = wish.IsCollected || facts.ParcelsPerDay == 0 ? [] : Departures(facts, isOpen, atMs);
        var days = leaves.Select(leave => WorkSlot.At(WorkKind.Parcels, leave, facts.TimeZone)).ToArray();
        var hours = facts.PicksPerHour == 0 ? [] : Hours(facts, nowMs);
        var left = await grains.GetGrain<IWorkGrain>(location.Id.Value).Left([.. days, .. hours]);
        left = own is null ? left : [.. left.Select(slot => slot with { Left = Math.Max(0, slot.Left + own(slot.Slot)) })];
        var day = Array.FindIndex(days, slot => LeftOf(left, slot).Left >= parcels);
        var hour = HourFor(hours, left, lines);
        if ((days.Length > 0 && day < 0) || (hours.Length > 0 && hour < 0))
        {
            return new OrderWork(null, null, null, 1);
        }

        var load = Math.Max(day < 0 ? 0 : LeftOf(left, days[day]).Load, hour < 0 ? 0 : LeftOf(left, hours[hour]).Load);
        var delayMs = hour <= 0 ? 0 : hours[hour].StartMs - nowMs;
        return new OrderWork(
            day < 0 ? null : days[day], hour < 0 ? null : hours[hour], day < 0 ? atMs + delayMs : Math.Max(leaves[day], atMs), Math.Min(1, load))
        {
            ParcelsLeft = day < 0 ? long.MaxValue : LeftOf(left, days[day]).Left,
            PicksLeft = hour < 0 ? long.MaxValue : LeftOf(left, hours[hour]).Left,
        };
    }

    /// <summary>Looks at work that goods have already, as if they came at another time than they were to.</summary>
    /// <param name="directory">Knows when parcels leave.</param>
    /// <param name="location">The location.</param>
    /// <param name="wish">How the goods are to reach the customer.</param>
    /// <param name="held">The days and hours that they have.</param>
    /// <param name="fromMs">When they come, Unix milliseconds.</param>
    /// <returns>How they are done then; null if any of that is over before they can be.</returns>
    public static OrderWork? Kept(LocationDirectory directory, LocationView location, Wish wish, IReadOnlyList<WorkSlot> held, long fromMs)
    {
        var (facts, isOpen) = (location.Facts, directory.IsOpen(location.Id));
        var atMs = wish.IsCollected ? PickupPromise.ReadyAtMs(facts, isOpen, fromMs) : directory.Departures.LeavesAtMs(location, isOpen, fromMs);
        var kept = new OrderWork(null, null, atMs, 1);
        foreach (var slot in atMs is null ? [] : held)
        {
            if (slot.Kind == WorkKind.Picks)
            {
                var delayMs = Math.Max(0, slot.StartMs - fromMs);
                kept = slot.EndMs(facts.TimeZone) <= fromMs ? kept with { AtMs = null }
                    : kept with { Picks = slot, AtMs = wish.IsCollected ? kept.AtMs + delayMs : kept.AtMs };
                continue;
            }

            var leavesMs = ShipPromise.NextAtMs(facts, isOpen, Math.Max(slot.StartMs, atMs!.Value));
            var isThen = leavesMs is { } then && WorkSlot.At(WorkKind.Parcels, then, facts.TimeZone) == slot;
            kept = kept with { Parcels = slot, AtMs = isThen && kept.AtMs is not null ? leavesMs : null };
        }

        return held.Count == 0 || kept.AtMs is null ? null : kept;
    }

    /// <summary>True if the location states how much it can do of the work that such a wish needs.</summary>
    public static bool IsLimited(LocationFacts facts, Wish wish) => facts.PicksPerHour > 0 || (facts.ParcelsPerDay > 0 && !wish.IsCollected);

    /// <summary>The work that a part takes.</summary>
    /// <param name="lines">Lines that are picked, 1 or more.</param>
    /// <param name="parcels">Parcels that it makes; 0 if it is collected.</param>
    public ImmutableArray<PartWork> For(int lines, long parcels) =>
    [
        .. Parcels is { } day && parcels > 0 ? [new PartWork(day, parcels)] : Array.Empty<PartWork>(),
        .. Picks is { } hour ? [new PartWork(hour, lines)] : Array.Empty<PartWork>(),
    ];

    private static int HourFor(WorkSlot[] hours, ImmutableArray<SlotLoad> left, int lines)
    {
        var (best, most) = (-1, 0L);
        for (var i = 0; i < hours.Length && most < lines; i++)
        {
            var room = LeftOf(left, hours[i]).Left;
            (best, most) = room > most ? (i, room) : (best, most);
        }

        return best;
    }

    // What is prepared for the first is for the others too.
    private static long[] Departures(LocationFacts facts, bool isOpen, long firstMs)
    {
        var leaves = new List<long> { firstMs };
        while (leaves.Count < DaysLookedAt)
        {
            var over = WorkSlot.At(WorkKind.Parcels, leaves[^1], facts.TimeZone).EndMs(facts.TimeZone);
            if (ShipPromise.NextAtMs(facts, isOpen, over) is not { } next)
            {
                break;
            }

            leaves.Add(next);
        }

        return [.. leaves];
    }

    // Hours from the first moment at which it is open.
    private static WorkSlot[] Hours(LocationFacts facts, long nowMs)
    {
        var fromMs = OpeningTimes.DoneAtMs(facts, 0, nowMs) ?? nowMs;
        return [.. Enumerable.Range(0, HoursLookedAt).Select(hour => WorkSlot.At(WorkKind.Picks, fromMs + (hour * HourMs), facts.TimeZone)).Distinct()];
    }

    private static SlotLoad LeftOf(ImmutableArray<SlotLoad> left, WorkSlot slot) => left.First(each => each.Slot == slot);
}
