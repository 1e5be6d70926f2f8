using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Inventory.Domain.Stocks;

/// <summary>Finds remembered entries by their ids. Owned by their memory, which keeps the entries.</summary>
/// <remarks>
/// Open addressing; a slot is half of the id's hash and the low bits of the entry's number, which tell entries apart because there are never more. What is
/// forgotten leaves its slot behind: it is told by its number, and swept when the slots run out. So forgetting the oldest costs the index nothing.
/// </remarks>
internal sealed class RememberedIndex
{
    private const int NumberBits = 16;
    private const byte ANumberFitsASlot = Limits.RememberedMax <= 1 << NumberBits ? 0 : -1;
    private uint[] _slots = [];
    private uint _mask;
    private int _used;

    /// <summary>An index of all entries that are there.</summary>
    public RememberedIndex(ref readonly RememberedRing ring) => Rebuild(in ring);

    /// <summary>The number of the entry with an id.</summary>
    public bool TryFind(in RequestId id, ref readonly RememberedRing ring, out uint number)
    {
        var hash = (uint)id.GetHashCode();
        var half = Half(hash);
        for (var at = hash; SlotOf(at) is not 0 and var slot; at++)
        {
            if (slot >> NumberBits != half)
            {
                continue;
            }

            var place = (ushort)(slot - ring.First);
            number = ring.First + place;
            if (place < ring.Count && ring[number].Id == id)
            {
                return true;
            }
        }

        number = 0;
        return false;
    }

    /// <summary>Takes in the entry that came last.</summary>
    public void AddLast(in RequestId id, ref readonly RememberedRing ring)
    {
        if (_used * 4L >= (_mask + 1L) * 3L)
        {
            Rebuild(in ring);
        }
        else
        {
            Put(id, ring.Next - 1);
        }
    }

    private void Rebuild(ref readonly RememberedRing ring)
    {
        var length = (int)BitOperations.RoundUpToPowerOf2((uint)ring.Count) * 2;
        if (_slots.Length == length)
        {
            Array.Clear(_slots);
        }
        else
        {
            (_slots, _mask) = (new uint[length], (uint)length - 1);
        }

        _used = 0;
        for (var i = 0U; i < (uint)ring.Count; i++)
        {
            Put(ring[ring.First + i].Id, ring.First + i);
        }
    }

    private void Put(in RequestId id, uint number)
    {
        var hash = (uint)id.GetHashCode();
        var at = hash;
        while (SlotOf(at) != 0)
        {
            at++;
        }

        SlotOf(at) = (Half(hash) << NumberBits) | (ushort)number;
        _used++;
    }

    // The mask keeps it within the array. What would ask the array for its length would fetch one more line of memory for each write.
    private ref uint SlotOf(uint at) => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_slots), (nint)(at & _mask));

    // Never 0, so that no slot in use looks empty.
    private static uint Half(uint hash) => (hash >> NumberBits) | 1;
}
