namespace Inventory.Domain.Stocks;

/// <summary>Finds a hold's place in its table by its id. Owned by the table, which keeps the ids.</summary>
/// <remarks>
/// Open addressing with linear probes, at most half full. A slot has 32 bits of hash and 32 of the place, plus one; 0 is empty. So an id that is not there,
/// which is what most writes ask for, is told without a look at the table, and a slot finds its home again without one.
/// </remarks>
internal sealed class HoldIndex
{
    private const int HashShift = 32;
    private ulong[] _slots;
    private int _count;

    /// <summary>An empty index with room for so many.</summary>
    public HoldIndex(int room) => _slots = new ulong[SlotsFor(room)];

    private int Mask => _slots.Length - 1;

    /// <summary>The place of an id; below 0 if it is not there.</summary>
    public int PlaceOf(in HoldId id, KeyValuePair<HoldId, Hold>[] table)
    {
        var hash = (uint)id.GetHashCode();
        for (var at = (int)hash & Mask; _slots[at] != 0; at = (at + 1) & Mask)
        {
            var slot = _slots[at];
            var place = (int)(uint)slot - 1;
            if ((uint)(slot >> HashShift) == hash && table[place].Key == id)
            {
                return place;
            }
        }

        return -1;
    }

    /// <summary>Adds an id that is not there.</summary>
    public void Add(in HoldId id, int place)
    {
        if ((_count + 1) * 2 > _slots.Length)
        {
            Grow();
        }

        var hash = (uint)id.GetHashCode();
        Put(hash, ((ulong)hash << HashShift) | (uint)(place + 1));
        _count++;
    }

    /// <summary>Notes that a hold has moved within the table.</summary>
    public void Move(in HoldId id, int from, int to)
    {
        var hash = (uint)id.GetHashCode();
        _slots[Find(hash, from)] = ((ulong)hash << HashShift) | (uint)(to + 1);
    }

    /// <summary>Forgets an id that is at a place.</summary>
    public void Remove(in HoldId id, int place)
    {
        // What stands behind the hole and could no longer be reached over it moves into it.
        var hole = Find((uint)id.GetHashCode(), place);
        for (var at = (hole + 1) & Mask; _slots[at] != 0; at = (at + 1) & Mask)
        {
            var home = (int)(_slots[at] >> HashShift) & Mask;
            if (((at - home) & Mask) >= ((at - hole) & Mask))
            {
                _slots[hole] = _slots[at];
                hole = at;
            }
        }

        _slots[hole] = 0;
        _count--;
    }

    private static int SlotsFor(int room) => (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)room * 2);

    private int Find(uint hash, int place)
    {
        var wanted = ((ulong)hash << HashShift) | (uint)(place + 1);
        var at = (int)hash & Mask;
        while (_slots[at] != wanted)
        {
            Invariant.Holds(_slots[at] != 0);
            at = (at + 1) & Mask;
        }

        return at;
    }

    private void Put(uint hash, ulong slot)
    {
        var at = (int)hash & Mask;
        while (_slots[at] != 0)
        {
            at = (at + 1) & Mask;
        }

        _slots[at] = slot;
    }

    private void Grow()
    {
        var old = _slots;
        _slots = new ulong[old.Length * 2];
        foreach (var slot in old)
        {
            if (slot != 0)
            {
                Put((uint)(slot >> HashShift), slot);
            }
        }
    }
}
