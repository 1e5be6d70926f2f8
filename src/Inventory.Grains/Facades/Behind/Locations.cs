using Inventory.Domain;

namespace Inventory.Grains;

/// <summary>Locations through their owners; lists from this silo's copy.</summary>
internal sealed class Locations(IGrainFactory grains, LocationDirectory directory) : ILocations
{
    public ValueTask<LocationAnswer> Upsert(RequestId id, LocationId location, LocationFacts facts) =>
        grains.GetGrain<ILocationGrain>(location.Value).Upsert(id, facts);

    public async ValueTask<LocationAnswer> SetOpen(RequestId id, LocationId location, bool open)
    {
        var answer = await grains.GetGrain<ILocationGrain>(location.Value).SetOpen(id, open);
        if (!open && answer.Outcome is (LocationOutcome.Accepted or LocationOutcome.AlreadyAccepted))
        {
            // Nobody waits for it: there may be thousands of orders.
            await grains.GetGrain<IEvacuatorGrain>(IEvacuatorGrain.OnlyKey).Closed(location);
        }

        return answer;
    }

    public ValueTask<LocationView?> Get(LocationId location) => grains.GetGrain<ILocationGrain>(location.Value).Get();

    public async ValueTask<bool> Knows(LocationId location)
    {
        await directory.WhenLoaded();
        return directory.TryGet(location, out _) || await Get(location) is not null;
    }

    public async ValueTask<LocationPage> List(LocationId? after, int max)
    {
        await directory.WhenLoaded();
        return directory.Page(after, max);
    }
}
