using System.Numerics;

namespace Inventory.Domain.Stocks;

/// <summary>Finds a hold's place in its table by its id. Owned by the table, which keeps the ids.</summary>
/// <remarks>
/// Open addressing with linear probes in arrays that are split when they are half full (<see cref="BucketIndex{T}"/>). A slot has 32 bits of hash and 32 of the
/// place, plus one; 0 is empty. So an id that is not there, which is what most writes ask for, is told without a look at the table, and a slot finds its home
/// again without one.
/// </remarks>
internal sealed class HoldIndex
{
    private const int HashShift = 32;
    private BucketIndex<ulong> _buckets;

    /// <summary>An empty index with room for so many, at most <see cref="BucketIndex{T}.SlotsMax"/> / 2.</summary>
    public HoldIndex(int room) => _buckets = new BucketIndex<ulong>((int)BitOperations.RoundUpToPowerOf2((uint)room * 2));

    ~HoldIndex() => _buckets.Return();

    /// <summary>The place of an id; below 0 if it is not there.</summary>
    public int PlaceOf(in HoldId id, ref readonly HoldSlots table)
    {
        var hash = (uint)id.GetHashCode();
        var slots = _buckets.Of(hash);
        for (var at = hash; _buckets.At(slots, at) is not 0 and var slot; at++)
        {
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
        var hash = (uint)id.GetHashCode();
        while ((_buckets.UsedOf(_buckets.Of(hash)) + 1) * 2 > (uint)_buckets.Length)
        {
            Grow(hash);
        }

        Put(SlotOf(hash, place));
    }

    /// <summary>Notes that a hold has moved within the table.</summary>
    public void Move(in HoldId id, int from, int to)
    {
        var hash = (uint)id.GetHashCode();
        var slots = _buckets.Of(hash);
        _buckets.At(slots, Find(slots, hash, from)) = SlotOf(hash, to);
    }

    /// <summary>Forgets an id that is at a place.</summary>
    public void Remove(in HoldId id, int place)
    {
        // What stands behind the hole and could no longer be reached over it moves into it.
        var hash = (uint)id.GetHashCode();
        var slots = _buckets.Of(hash);
        var hole = Find(slots, hash, place);
        for (var at = hole + 1; _buckets.At(slots, at) is not 0 and var slot; at++)
        {
            var home = (uint)(slot >> HashShift);
            if (((at - home) & _buckets.Mask) >= ((at - hole) & _buckets.Mask))
            {
                _buckets.At(slots, hole) = slot;
                hole = at;
            }
        }

        _buckets.At(slots, hole) = 0;
        _buckets.UsedOf(slots)--;
    }

    private static ulong SlotOf(uint hash, int place) => ((ulong)hash << HashShift) | (uint)(place + 1);

    private uint Find(Part<ulong> slots, uint hash, int place)
    {
        var wanted = SlotOf(hash, place);
        var at = hash;
        while (_buckets.At(slots, at) != wanted)
        {
            Invariant.Holds(_buckets.At(slots, at) != 0);
            at++;
        }

        return at;
    }

    private void Put(ulong slot)
    {
        var hash = (uint)(slot >> HashShift);
        var slots = _buckets.Of(hash);
        var at = hash;
        while (_buckets.At(slots, at) != 0)
        {
            at++;
        }

        _buckets.At(slots, at) = slot;
        _buckets.UsedOf(slots)++;
    }

    private void Grow(uint hash)
    {
        Span<ulong> old = stackalloc ulong[_buckets.Length];
        _buckets.SlotsOf(_buckets.Of(hash)).CopyTo(old);
        if (_buckets.IsSmall)
        {
            _buckets.Replace(_buckets.Length * 2);
        }
        else
        {
            _buckets.Split(hash);
        }

        foreach (var slot in old)
        {
            if (slot != 0)
            {
                Put(slot);
            }
        }
    }
}
