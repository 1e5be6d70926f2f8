namespace Inventory.Grains;

/// <summary>Something that a table finds by its name.</summary>
internal interface INamed
{
    /// <summary>The name; compared letter for letter.</summary>
    string Name { get; }
}

/// <summary>Things found by their names, in the order in which they came: an array, and 4 to 8 bytes each of index once there are more than a few.</summary>
/// <remarks>Belongs to one owner; a mutable struct, never copied. Two such tables have an entry for every stock that there is.</remarks>
internal struct NamedTable<T>()
    where T : struct, INamed
{
    private const int FewMax = 8;
    private const int IndexedSlots = 16;
    private T[] _items = [];

    // Open addressing, a power of two of slots: the place of an item, counted from 1; 0 is empty.
    private int[]? _slots;

    public int Count { get; private set; }

    /// <summary>The items. Valid until the next change.</summary>
    public readonly Span<T> All => _items.AsSpan(0, Count);

    /// <summary>The item at a place. Valid until the next change.</summary>
    public readonly ref T this[int place] => ref _items[place];

    /// <summary>Where the item with a name is; below 0 if there is none.</summary>
    public readonly int PlaceOf(string name)
    {
        if (_slots is not null)
        {
            return _slots[SlotOf(name, _slots)] - 1;
        }

        for (var i = 0; i < Count; i++)
        {
            if (_items[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Adds an item whose name is not there yet.</summary>
    /// <returns>Its place.</returns>
    public int Add(in T item)
    {
        if (Count == _items.Length)
        {
            Array.Resize(ref _items, Count < 4 ? Count + 1 : Count + (Count / 4));
        }

        _items[Count++] = item;
        if (_slots is not null && Count * 4L <= _slots.Length * 3L)
        {
            _slots[SlotOf(item.Name, _slots)] = Count;
        }
        else if (Count > FewMax)
        {
            MakeSlots();
        }

        return Count - 1;
    }

    /// <summary>Takes an item out; the last one takes its place.</summary>
    public void RemoveAt(int place)
    {
        var last = --Count;
        if (_slots is not null)
        {
            var moved = SlotOf(_items[last].Name, _slots);
            Empty(SlotOf(_items[place].Name, _slots), ref moved);
            if (place != last)
            {
                _slots[moved] = place + 1;
            }
        }

        _items[place] = _items[last];
        _items[last] = default;
    }

    /// <summary>Brings all items into the ordinal order of their names.</summary>
    public void Sort()
    {
        All.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        if (_slots is not null)
        {
            MakeSlots();
        }
    }

    private static int HomeOf(string name, int[] slots) => name.GetHashCode(StringComparison.Ordinal) & (slots.Length - 1);

    /// <summary>The slot that has the name, or the empty one where it would go.</summary>
    private readonly int SlotOf(string name, int[] slots)
    {
        var at = HomeOf(name, slots);
        while (slots[at] != 0 && _items[slots[at] - 1].Name != name)
        {
            at = (at + 1) & (slots.Length - 1);
        }

        return at;
    }

    // Whatever could no longer be reached over the hole moves into it. One slot is watched, should it be moved too.
    private readonly void Empty(int hole, ref int watched)
    {
        var mask = _slots!.Length - 1;
        for (var at = (hole + 1) & mask; _slots[at] != 0; at = (at + 1) & mask)
        {
            var distance = (at - HomeOf(_items[_slots[at] - 1].Name, _slots)) & mask;
            if (distance >= ((at - hole) & mask))
            {
                _slots[hole] = _slots[at];
                watched = watched == at ? hole : watched;
                hole = at;
            }
        }

        _slots[hole] = 0;
    }

    private void MakeSlots()
    {
        var length = IndexedSlots;
        while (Count * 4L > length * 3L)
        {
            length *= 2;
        }

        _slots = new int[length];
        for (var i = 0; i < Count; i++)
        {
            _slots[SlotOf(_items[i].Name, _slots)] = i + 1;
        }
    }
}
