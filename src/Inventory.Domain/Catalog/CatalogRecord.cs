namespace Inventory.Domain.Catalog;

/// <summary>One item: what is known of a SKU and its latest writes. Changed only by its <see cref="CatalogRecord"/>.</summary>
public sealed class CatalogItem
{
    private readonly Queue<CatalogWrite> _writes;

    internal CatalogItem(long version, CatalogEvent latest, IEnumerable<CatalogWrite> writes)
    {
        (Version, Latest) = (version, latest);
        _writes = new Queue<CatalogWrite>(writes);
    }

    /// <summary>The latest event.</summary>
    public CatalogEvent Latest { get; private set; }

    /// <summary>Rises by one with each change of this item. Reservations of a kit remember it.</summary>
    public long Version { get; private set; }

    /// <summary>What is known.</summary>
    public CatalogFacts Facts => Latest.Facts;

    internal IReadOnlyCollection<CatalogWrite> Writes => _writes;

    internal void Apply(CatalogEvent change)
    {
        (Latest, Version) = (change, Version + 1);
        _writes.Enqueue(new CatalogWrite(change.Id, change.ContentHash, Version));
        if (_writes.Count > Limits.CatalogWritesRememberedMax)
        {
            _writes.Dequeue();
        }
    }
}

/// <summary>A write that is remembered.</summary>
internal readonly record struct CatalogWrite(RequestId Id, ulong ContentHash, long Version);

/// <summary>Every item of the catalogue. Changed only by <see cref="Apply"/>. Belongs to one owner.</summary>
public sealed class CatalogRecord
{
    private readonly Dictionary<Sku, CatalogItem> _items = [];
    private readonly Dictionary<Sku, int> _kitsWith = [];

    /// <summary>Rises by one with each event.</summary>
    public long Version { get; private set; }

    /// <summary>The items, in no order.</summary>
    public IReadOnlyCollection<CatalogItem> Items => _items.Values;

    /// <summary>The item of a SKU; null if nothing is known of it.</summary>
    public CatalogItem? Find(Sku sku) => _items.GetValueOrDefault(sku);

    /// <summary>True of a kit.</summary>
    public bool IsKit(Sku sku) => Find(sku) is { Facts.IsKit: true };

    /// <summary>True if a kit has the SKU as a component.</summary>
    public bool IsComponent(Sku sku) => _kitsWith.ContainsKey(sku);

    /// <summary>Makes an event true; it cannot refuse.</summary>
    public void Apply(CatalogEvent change)
    {
        Version++;
        if (!_items.TryGetValue(change.Sku, out var item))
        {
            _items.Add(change.Sku, item = new CatalogItem(0, change, []));
        }
        else
        {
            CountComponents(item.Facts, -1);
        }

        item.Apply(change);
        CountComponents(change.Facts, 1);
    }

    /// <summary>A catalogue as a snapshot tells it.</summary>
    internal static CatalogRecord Restore(long version, IEnumerable<CatalogItem> items)
    {
        var catalog = new CatalogRecord { Version = version };
        foreach (var item in items)
        {
            if (!catalog._items.TryAdd(item.Latest.Sku, item))
            {
                throw new FormatException($"A catalogue that describes {item.Latest.Sku} twice.");
            }

            catalog.CountComponents(item.Facts, 1);
        }

        return catalog;
    }

    private void CountComponents(CatalogFacts facts, int added)
    {
        foreach (var part in facts.Kit)
        {
            var count = _kitsWith.GetValueOrDefault(part.Sku) + added;
            if (count == 0)
            {
                _kitsWith.Remove(part.Sku);
            }
            else
            {
                _kitsWith[part.Sku] = count;
            }
        }
    }
}
