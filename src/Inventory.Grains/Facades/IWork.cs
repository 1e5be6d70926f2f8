using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Work;

namespace Inventory.Grains;

/// <summary>What routing asks of the work that locations can do. Throws as <see cref="IStocks"/> does.</summary>
/// <remarks>Capacity is taken by the lines of a reservation: see <see cref="ReserveLine.Work"/>.</remarks>
public interface IWork
{
    /// <summary>What is left of slots of one location, in the order asked; durable. At most <see cref="GrainLimits.SlotsPerCallMax"/>.</summary>
    ValueTask<ImmutableArray<SlotLoad>> Left(LocationId location, ImmutableArray<WorkSlot> slots);

    /// <summary>
    /// Every slot of which a record is kept, in the order of kind and time; the latest <see cref="GrainLimits.SlotsPerCallMax"/>. Durable.
    /// </summary>
    ValueTask<ImmutableArray<SlotLoad>> Kept(LocationId location);

    /// <summary>Replays the journal of a location's work and compares it with what is in memory; each difference in words.</summary>
    ValueTask<ImmutableArray<string>> Audit(LocationId location);
}

/// <summary>How much of a slot is taken.</summary>
/// <param name="Slot">Which.</param>
/// <param name="Capacity">As the location states it now; 0 means that no limit is stated.</param>
/// <param name="Held">Promised, as far as a record is kept; may pass a capacity that was lowered.</param>
/// <param name="Left">
/// What a lease may have now, never below 0: nothing if the location is closed or unknown, or the slot cannot be leased; <see cref="Limits.UnitsMax"/>
/// if no limit is stated.
/// </param>
[GenerateSerializer, Immutable, Alias("slot-load")]
public readonly record struct SlotLoad(
    [property: Id(0)] WorkSlot Slot, [property: Id(1)] long Capacity, [property: Id(2)] long Held, [property: Id(3)] long Left)
{
    /// <summary>The part of the capacity that is promised, 0 to 1 and more if it was lowered; 0 if no limit is stated.</summary>
    public double Load => Capacity == 0 ? 0 : Held / (double)Capacity;
}
