using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Work;

namespace Inventory.Grains;

/// <summary>Work through its owners.</summary>
internal sealed class WorkOfLocations(IGrainFactory grains) : IWork
{
    public ValueTask<ImmutableArray<SlotLoad>> Left(LocationId location, ImmutableArray<WorkSlot> slots) => Owner(location).Left(slots);

    public ValueTask<ImmutableArray<SlotLoad>> Kept(LocationId location) => Owner(location).Kept();

    public ValueTask<ImmutableArray<string>> Audit(LocationId location) => Owner(location).Audit();

    private IWorkGrain Owner(LocationId location) => grains.GetGrain<IWorkGrain>(location.Value);
}
