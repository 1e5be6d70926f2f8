using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Inventory.Domain;
using Inventory.Journal;

namespace Inventory.Grains;

/// <summary>Makes many stocks known to the boards of their SKUs and the assortments of their locations, ahead of their first events.</summary>
/// <remarks>
/// Boards are as many as SKUs. A SKU that is new gets its board's first names written without the board coming into memory: it asks its stocks when somebody
/// first asks it. What all of them stand on is waited for once.
/// </remarks>
internal sealed class NewStocks(IGrainFactory grains, SiloParts silo)
{
    /// <summary>As <see cref="IStocks.Prepare"/>.</summary>
    public async ValueTask<Registering[]> Register(IReadOnlyList<StockKey> keys)
    {
        await silo.Directory.WhenLoaded();
        if (keys.Any(key => !silo.Directory.Knows(key.Location)))
        {
            await silo.Directory.LookAgain();
        }

        int[] known = [.. Enumerable.Range(0, keys.Count).Where(place => silo.Directory.Knows(keys[place].Location))];
        var done = new Registering[keys.Count];
        var calls = new List<Task>();
        var position = 0L;
        foreach (var (sku, places) in Grouped(known, place => keys[place].Sku))
        {
            var locations = Array.ConvertAll(places, place => silo.Directory.Same(keys[place].Location).Value);
            var begun = NameSet.TryBegin(silo.Journal, BoardGrain.StreamPrefix, sku.Value, locations);
            position = Math.Max(position, begun?.Value ?? TellBoard(sku, locations, calls));
            Array.ForEach(places, place => done[place] = begun is null ? Registering.Done : Registering.DoneQuietly);
        }

        foreach (var (location, places) in Grouped(known, place => keys[place].Location))
        {
            var skus = ImmutableCollectionsMarshal.AsImmutableArray(Array.ConvertAll(places, place => keys[place].Sku));
            calls.Add(grains.GetGrain<IAssortmentGrain>(location.Value).Register(skus).AsTask());
        }

        await Task.WhenAll(calls);
        await WhenDurable(position);
        return done;
    }

    // Most answer at once, with a position to wait for.
    private long TellBoard(Sku sku, string[] locations, List<Task> calls)
    {
        var begun = grains.GetGrain<IBoardGrain>(sku.Value).BeginRegister([.. locations.Select(LocationId.Parse)], silo.Id);
        if (begun.IsCompletedSuccessfully)
        {
            return begun.Result;
        }

        calls.Add(Registered(begun));
        return 0;
    }

    private async Task Registered(ValueTask<long> begun) => await WhenDurable(await begun);

    private ValueTask WhenDurable(long position) => position == 0 ? ValueTask.CompletedTask : silo.Journal.WhenDurable(new JournalPosition(position));

    // Counted first: most groups are of one.
    private static IEnumerable<(TGroup Of, int[] Places)> Grouped<TGroup>(int[] places, Func<int, TGroup> groupOf)
        where TGroup : notnull
    {
        var groups = new Dictionary<TGroup, (int[]? Places, int Count)>();
        foreach (var place in places)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(groups, groupOf(place), out _).Count++;
        }

        for (var i = places.Length - 1; i >= 0; i--)
        {
            ref var group = ref CollectionsMarshal.GetValueRefOrNullRef(groups, groupOf(places[i]));
            group.Places ??= new int[group.Count];
            group.Places[--group.Count] = places[i];
        }

        return groups.Select(static group => (group.Key, group.Value.Places!));
    }
}
