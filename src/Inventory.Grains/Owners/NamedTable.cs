namespace Inventory.Grains;

/// <summary>Something that a table finds by its name.</summary>
internal interface INamed
{
    /// <summary>The name; compared letter for letter.</summary>
    string Name { get; }
}

/// <summary>Things found by their names, in the order in which they came: an array, and 3 to 5 bytes each of index once there are more than a few.</summary>
/// <remarks>Belongs to one owner; a mutable struct, never copied. Two such tables have an entry for every stock that there is.</remarks>
internal struct NamedTable<T>()
    where T : struct, INamed
{
    private const int FewMax = 8;
    private const int IndexedSlots = 16;
    private T[] _items = [];

    private NamedSlots _slots;

    public int Count { get; private set; }

    /// <summary>The items. Valid until the next change.</summary>
    public readonly Span<T> All => _items.AsSpan(0, Count);

    /// <summary>The item at a place. Valid until the next change.</summary>
    public readonly ref T this[int place] => ref _items[place];

    /// <summary>Where the item with a name is; below 0 if there is none.</summary>
    public readonly int PlaceOf(string name)
    {
        if (_slots.Length > 0)
        {
            return _slots[SlotOf(name)] - 1;
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
            Array.Resize(ref _items, Count < 8 ? Count + 1 : Count + (Count / 8)); // in small steps: what has no use yet is there for every stock
        }

        _items[Count++] = item;
        if (_slots.Length > 0 && Count * 4L <= _slots.Length * 3L)
        {
            _slots[SlotOf(item.Name)] = Count;
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
        if (_slots.Length > 0)
        {
            var moved = SlotOf(_items[last].Name);
            Empty(SlotOf(_items[place].Name), ref moved);
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
        if (_slots.Length > 0)
        {
            MakeSlots();
        }
    }

    private readonly int HomeOf(string name) => name.GetHashCode(StringComparison.Ordinal) & (_slots.Length - 1);

    /// <summary>The slot that has the name, or the empty one where it would go.</summary>
    private readonly int SlotOf(string name)
    {
        var at = HomeOf(name);
        while (_slots[at] is not 0 and var found && _items[found - 1].Name != name)
        {
            at = (at + 1) & (_slots.Length - 1);
        }

        return at;
    }

    // Whatever could no longer be reached over the hole moves into it. One slot is watched, should it be moved too.
    private readonly void Empty(int hole, ref int watched)
    {
        var mask = _slots.Length - 1;
        for (var at = (hole + 1) & mask; _slots[at] != 0; at = (at + 1) & mask)
        {
            var distance = (at - HomeOf(_items[_slots[at] - 1].Name)) & mask;
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

        _slots = new NamedSlots(length);
        for (var i = 0; i < Count; i++)
        {
            _slots[SlotOf(_items[i].Name)] = i + 1;
        }
    }
}

/// <summary>The slots of a table's index, a power of two: the place of an item, counted from 1; 0 is empty. Two bytes each while that is enough.</summary>
internal struct NamedSlots
{
    private const int NarrowMax = 1 << 16; // never full, so no place in them is larger
    private readonly ushort[]? _narrow;
    private readonly int[]? _wide;

    public NamedSlots(int length)
    {
        if (length <= NarrowMax)
        {
            _narrow = new ushort[length];
        }
        else
        {
            _wide = new int[length];
        }
    }

    /// <summary>How many; 0 if there is no index.</summary>
    public readonly int Length => _narrow?.Length ?? _wide?.Length ?? 0;

    public readonly int this[int at]
    {
        get => _narrow is { } narrow ? narrow[at] : _wide![at];
        set
        {
            if (_narrow is { } narrow)
            {
                narrow[at] = (ushort)value;
            }
            else
            {
                _wide![at] = value;
            }
        }
    }
}
