using System.Collections.Immutable;
using Inventory.Domain.Stocks;
using Inventory.Domain.Work;

namespace Inventory.Grains;

/// <summary>Owns the work that one location can do, slot by slot. Key: the location's id.</summary>
/// <remarks>Throws the journal's exceptions if storage is lost; the next call after its return rebuilds it.</remarks>
[Alias("work")]
public interface IWorkGrain : IGrainWithStringKey
{
    /// <summary>
    /// Judges a coordinator's lease, kept lease or settlement; the answer is durable. Accepted with version 0 means that no record is kept, because the
    /// location states no limit: such a lease is neither kept nor settled.
    /// </summary>
    /// <exception cref="ArgumentException">Another command.</exception>
    [Alias("do")]
    ValueTask<StockAnswer> Do(WorkSlot slot, StockCommand command);

    /// <summary>What is left of slots, in the order asked. At most <see cref="GrainLimits.SlotsPerCallMax"/>.</summary>
    [Alias("left")]
    ValueTask<ImmutableArray<SlotLoad>> Left(ImmutableArray<WorkSlot> slots);

    /// <summary>
    /// Every slot of which a record is kept, in the order of kind and time; the latest <see cref="GrainLimits.SlotsPerCallMax"/>. Durable.
    /// </summary>
    [Alias("kept")]
    ValueTask<ImmutableArray<SlotLoad>> Kept();

    /// <summary>Replays the journal and compares it with what is in memory; each difference in words.</summary>
    [Alias("audit")]
    ValueTask<ImmutableArray<string>> Audit();
}
