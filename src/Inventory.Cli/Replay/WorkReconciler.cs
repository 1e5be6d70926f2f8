using System.Collections.Concurrent;
using Inventory.V1;

namespace Inventory.Cli.Replay;

/// <summary>What the comparison of stores' work with the books found.</summary>
/// <param name="Slots">Days and hours that were used.</param>
/// <param name="Parcels">Parcels that the service says are promised or done.</param>
/// <param name="BooksParcels">Parcels by the books.</param>
/// <param name="Picks">Picks that the service says are promised or done.</param>
/// <param name="BooksPicks">Picks by the books.</param>
/// <param name="Full">Slots that were used up.</param>
/// <param name="Differences">Slots that differ, or were used above the store's capacity.</param>
internal sealed record WorkReconciliation(
    int Slots, long Parcels, long BooksParcels, long Picks, long BooksPicks, int Full, int Differences);

/// <summary>
/// Reads every day and hour of every store that states a capacity, and compares what was used with the books; none may pass its capacity.
/// </summary>
internal sealed class WorkReconciler(Stage stage, Func<int, ReplayClient> clientOf, Action<int> tick, CancellationToken stop)
{
    /// <summary>The stores that state a capacity.</summary>
    public static int[] Stating(World world) =>
        [.. Enumerable.Range(0, world.Stores.Length).Where(store => world.Capacities[store] != default)];

    public async Task<WorkReconciliation> RunAsync()
    {
        var used = new ConcurrentDictionary<WorkKey, LocationWorkSlot>();
        await InParallel.ForEachAsync(Stating(stage.World), stage.Settings.Callers, async (store, caller) =>
        {
            var client = clientOf(caller);
            var request = new GetLocationWorkRequest { Id = stage.World.Stores[store].Id };
            var answer = await client.AskAsync(Operation.GetLocationWork, request, client.Locations.GetLocationWorkAsync, stop);
            foreach (var slot in answer.Slots)
            {
                used[new WorkKey(store, slot.Kind, (int)(slot.StartTime.Seconds / OrderBooks.QuarterSeconds))] = slot;
            }

            tick(1);
        });

        var books = stage.Orders.Work;
        long Sum(WorkKind kind) => used.Where(slot => slot.Key.Kind == kind).Sum(slot => slot.Value.Used);
        long Must(WorkKind kind) => books.Where(slot => slot.Key.Kind == kind).Sum(slot => slot.Value);
        return new WorkReconciliation(
            used.Values.Count(slot => slot.Used > 0), Sum(WorkKind.Parcels), Must(WorkKind.Parcels), Sum(WorkKind.Picks), Must(WorkKind.Picks),
            used.Values.Count(slot => slot.Capacity > 0 && slot.Used >= slot.Capacity),
            used.Keys.Union(books.Keys).Count(key => !Agrees(key, used.GetValueOrDefault(key), books.GetValueOrDefault(key))));
    }

    private bool Agrees(in WorkKey key, LocationWorkSlot? slot, long books)
    {
        var capacity = stage.World.Capacities[key.Store];
        var stated = key.Kind == WorkKind.Parcels ? capacity.ParcelsPerDay : capacity.PicksPerHour;
        var used = slot?.Used ?? 0;
        if (used == books && used <= stated)
        {
            return true;
        }

        var when = DateTimeOffset.FromUnixTimeSeconds((long)key.Quarter * OrderBooks.QuarterSeconds).ToString("u");
        stage.Differs($"{stage.World.Stores[key.Store].Id}: {used} {key.Kind} are used of {stated} from {when}, by the books {books}");
        return false;
    }
}
