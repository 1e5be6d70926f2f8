using System.Numerics;

namespace Inventory.Domain.Stocks;

/// <summary>Finds remembered entries by their ids. Owned by their memory, which keeps the entries.</summary>
/// <remarks>
/// Open addressing in arrays that are split when they are full (<see cref="BucketIndex{T}"/>); a slot is half of the id's hash and the low bits of the entry's
/// number, which tell entries apart because there are never more. What is forgotten leaves its slot behind: it is told by its number, and swept when its array
/// is full. So forgetting the oldest costs the index nothing, and no write waits for more than one array.
/// </remarks>
internal sealed class RememberedIndex
{
    private const int NumberBits = 16;
    private const byte ANumberFitsASlot = Limits.RememberedMax <= 1 << NumberBits ? 0 : -1;
    private BucketIndex<uint> _buckets;

    /// <summary>An index of all entries that are there.</summary>
    public RememberedIndex(ref readonly RememberedRing ring)
    {
        _buckets = new BucketIndex<uint>(LengthFor(Math.Min(ring.Count, BucketIndex<uint>.SlotsMax / 2)));
        for (var i = 0U; i < (uint)ring.Count; i++)
        {
            Add(ring[ring.First + i].Id, ring.First + i, in ring);
        }
    }

    ~RememberedIndex() => _buckets.Return();

    /// <summary>Asks for the memory in which an id is looked for.</summary>
    public void Fetch(in RequestId id) => _buckets.Fetch((uint)id.GetHashCode());

    /// <summary>The number of the entry with an id.</summary>
    public bool TryFind(in RequestId id, ref readonly RememberedRing ring, out uint number)
    {
        var hash = (uint)id.GetHashCode();
        var half = Half(hash);
        var slots = _buckets.Of(hash);
        for (var at = hash; _buckets.At(slots, at) is not 0 and var slot; at++)
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
    public void AddLast(in RequestId id, ref readonly RememberedRing ring) => Add(id, ring.Next - 1, in ring);

    private void Add(in RequestId id, uint number, ref readonly RememberedRing ring)
    {
        var hash = (uint)id.GetHashCode();
        while (_buckets.UsedOf(_buckets.Of(hash)) * 4 >= (uint)_buckets.Length * 3)
        {
            MakeRoom(hash, in ring);
        }

        Put(hash, number);
    }

    private readonly record struct Kept(uint Hash, uint Number);

    private void MakeRoom(uint hash, ref readonly RememberedRing ring)
    {
        var slots = _buckets.Of(hash);
        Span<Kept> kept = stackalloc Kept[_buckets.Length];
        var count = 0;
        for (var at = 0U; at < _buckets.Length; at++)
        {
            var slot = _buckets.At(slots, at);
            var place = (ushort)(slot - ring.First);
            if (slot == 0 || place >= ring.Count)
            {
                continue;
            }

            // Of a ring that is full each number is in use: a slot that was left behind is told by the hash of who has its number now.
            var owner = (uint)ring[ring.First + place].Id.GetHashCode();
            if (slot == SlotOf(owner, ring.First + place) && _buckets.Of(owner) == slots)
            {
                kept[count++] = new Kept(owner, ring.First + place);
            }
        }

        // Of a memory that is full all arrays are about half full, and would be split by chance, one now and then for days: so they are at the first sweep.
        if (count * 8 <= _buckets.Length * (_buckets.IsSmall ? 4 : 3))
        {
            _buckets.Clear(slots);
        }
        else if (_buckets.IsSmall)
        {
            _buckets.Replace(LengthFor(count));
        }
        else
        {
            _buckets.Split(hash);
        }

        foreach (var (each, number) in kept[..count])
        {
            Invariant.Holds(_buckets.UsedOf(_buckets.Of(each)) + 1 < (uint)_buckets.Length); // or a look for an empty slot would not end
            Put(each, number);
        }
    }

    private void Put(uint hash, uint number)
    {
        var slots = _buckets.Of(hash);
        var wanted = SlotOf(hash, number);
        var at = hash;
        while (_buckets.At(slots, at) is not 0 and var slot)
        {
            if (slot == wanted)
            {
                return; // left behind by another, and as good
            }

            at++;
        }

        _buckets.At(slots, at) = wanted;
        _buckets.UsedOf(slots)++;
    }

    private static uint SlotOf(uint hash, uint number) => (Half(hash) << NumberBits) | (ushort)number;

    private static int LengthFor(int count) => (int)BitOperations.RoundUpToPowerOf2((uint)count) * 2;

    // Never 0, so that no slot in use looks empty.
    private static uint Half(uint hash) => (hash >> NumberBits) | 1;
}
