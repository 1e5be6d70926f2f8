using System.Collections.Concurrent;
using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Catalog;

namespace Inventory.Grains;

/// <summary>This silo's copy of the catalogue, for rules and boards to look at without a call. Safe for any thread.</summary>
/// <remarks>Items are never taken out, and a kit stays one: what was found here stays true in that.</remarks>
/// <param name="grains">Where the owner is.</param>
/// <param name="time">The clock.</param>
/// <param name="background">As in <see cref="OwnerCopy"/>.</param>
public sealed class CatalogDirectory(IGrainFactory grains, TimeProvider time, TaskScheduler? background = null) : OwnerCopy(time, background)
{
    private static readonly Comparer<Sku> s_bySku = Comparer<Sku>.Create(static (a, b) => string.CompareOrdinal(a.Value, b.Value));
    private readonly ConcurrentDictionary<Sku, CatalogView> _items = new();
    private readonly Lock _writing = new();
    private TaskCompletionSource _changed = new(); // grains and watchers wait for it: they continue in turns of their own
    private ImmutableArray<Sku> _sorted = [];
    private volatile int _kits;
    private volatile int _withLots;
    private long _seen;

    /// <summary>Done at the next change of this copy. Take it before looking, so that no change is missed.</summary>
    public Task Changed => Volatile.Read(ref _changed).Task;

    /// <summary>Reads an item; null if nothing is known of the SKU.</summary>
    public CatalogView? Find(Sku sku) => _items.IsEmpty ? null : _items.GetValueOrDefault(sku);

    /// <summary>The kit of this name; null if it is none. Costs next to nothing while there are no kits.</summary>
    public CatalogView? Kit(Sku sku) => _kits > 0 && _items.TryGetValue(sku, out var item) && item.Facts.IsKit ? item : null;

    /// <summary>The item of this name if its units belong to lots; null if they do not. Costs next to nothing while no item has lots.</summary>
    public CatalogView? WithLots(Sku sku) => _withLots > 0 && _items.TryGetValue(sku, out var item) && item.Facts.HasLots ? item : null;

    /// <summary>True if any SKU is a kit.</summary>
    public bool HasKits => _kits > 0;

    /// <summary>Some items in the ordinal order of SKUs.</summary>
    public CatalogPage Page(Sku? after, int max)
    {
        var sorted = Sorted();
        var place = after is { } last ? sorted.BinarySearch(last, s_bySku) : -1;
        var first = after is null ? 0 : place < 0 ? ~place : place + 1;
        var items = sorted.Skip(first).Take(max).Select(sku => _items[sku]).ToList();
        return new CatalogPage(items, first + items.Count < sorted.Length);
    }

    internal void Take(CatalogView item)
    {
        TaskCompletionSource changed;
        lock (_writing)
        {
            var known = _items.GetValueOrDefault(item.Sku);
            if (known is not null && known.Version >= item.Version)
            {
                return;
            }

            _items[item.Sku] = item;
            _sorted = known is null ? [] : _sorted;
            _kits += (item.Facts.IsKit ? 1 : 0) - (known is { Facts.IsKit: true } ? 1 : 0);
            _withLots += (item.Facts.HasLots ? 1 : 0) - (known is { Facts.HasLots: true } ? 1 : 0);
            changed = _changed;
            Volatile.Write(ref _changed, new TaskCompletionSource());
        }

        changed.TrySetResult();
    }

    private protected override async Task Read()
    {
        var changes = await grains.GetGrain<ICatalogGrain>(ICatalogGrain.OnlyKey).Since(_seen);
        foreach (var item in changes.Items)
        {
            Take(item);
        }

        _seen = changes.Version;
    }

    private ImmutableArray<Sku> Sorted()
    {
        lock (_writing)
        {
            return _sorted.Length == _items.Count ? _sorted : _sorted = [.. _items.Keys.Order(s_bySku)];
        }
    }
}
