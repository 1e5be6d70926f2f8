using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Inventory.Domain.Stocks;

/// <summary>Arrays of slots for an index that grows without ever being copied as a whole. A part of its index: never copied.</summary>
/// <remarks>
/// Extendible hashing. While small it is one array that its index replaces by larger ones. An array of <see cref="SlotsMax"/> slots that is full is split
/// in two by the next bit of its ids' hashes, from the top; a table of references tells by the top bits which array a hash belongs to. So no write pays for
/// more than one array, however many ids there are. Within an array the low bits of the hash are the place. "Arrays" are parts of larger ones
/// (<see cref="PartStore{T}"/>): whoever drops the index gives them back (<see cref="Return"/>), in its finalizer if nowhere else.
/// </remarks>
/// <typeparam name="T">What a slot is; 0 is an empty one.</typeparam>
internal struct BucketIndex<T>(int length)
    where T : unmanaged, IBinaryInteger<T>
{
    /// <summary>Slots of an array that is split instead of replaced; a power of two.</summary>
    public const int SlotsMax = 256;

    // Behind the slots of each of several arrays: how many of them are in use, and by how many bits of the hash it was told from others.
    private const int Extra = 2;

    // Hashes of ids are seeded, so arrays are split evenly: a million ids need 14 bits.
    private const int DepthMax = 15;

    // By the binary logarithm of their length.
    private static readonly PartStore<T>[] s_stores =
        [.. Enumerable.Range(0, BitOperations.Log2(SlotsMax) + 1).Select(log => new PartStore<T>((1 << log) + (1 << log == SlotsMax ? Extra : 0)))];

    private Part<T> _only = Empty(length);
    private uint _mask = (uint)length - 1;
    private T _used;
    private Part<T>[]? _all;
    private int _shift;

    /// <summary>What a place in an array is masked with.</summary>
    public readonly uint Mask => _mask;

    /// <summary>Slots of the only array, or of each.</summary>
    public readonly int Length => (int)_mask + 1;

    /// <summary>The array that a hash belongs to. Valid until the next change.</summary>
    public readonly Part<T> Of(uint hash) =>
        _all is { } all ? Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(all), (nint)(hash >> _shift)) : _only;

    /// <summary>Asks for the memory of a slot. From any thread, whatever is done meanwhile: so it relies on no two fields to belong together.</summary>
    public readonly void Fetch(uint hash)
    {
        if (_all is { } all)
        {
            var slots = all[(int)(hash >> (32 - BitOperations.Log2((uint)all.Length)))];
            Ahead.FetchPlace(slots.Array, slots.From + (int)(hash & (SlotsMax - 1)));
            return;
        }

        Ahead.FetchPlace(_only.Array, _only.From + (int)(hash & _mask));
    }

    /// <summary>A slot by its place, which is masked. What would ask the array for its length would fetch one more line of memory for each write.</summary>
    public readonly ref T At(Part<T> slots, uint place) =>
        ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(slots.Array!), slots.From + (nint)(place & _mask));

    /// <summary>How many slots of an array are in use, as its index counts.</summary>
    [UnscopedRef]
    public ref T UsedOf(Part<T> slots)
    {
        if (_all is null)
        {
            return ref _used;
        }

        return ref slots.Array![slots.From + SlotsMax];
    }

    /// <summary>Empties an array.</summary>
    public void Clear(Part<T> slots)
    {
        SlotsOf(slots).Clear();
        UsedOf(slots) = T.Zero;
    }

    /// <summary>True if an array can be replaced by a larger one.</summary>
    public readonly bool IsSmall => _mask + 1 < SlotsMax;

    /// <summary>The slots of an array, by their places.</summary>
    public readonly Span<T> SlotsOf(Part<T> slots) => slots.Array.AsSpan(slots.From, Length);

    /// <summary>Begins anew with one empty array. The one before is somebody else's after.</summary>
    public void Replace(int length)
    {
        StoreOf(Length).Return(_only);
        (_only, _mask, _used) = (Empty(length), (uint)length - 1, T.Zero);
    }

    /// <summary>Puts two empty arrays in the place of one, which is somebody else's after: for hashes with a 0 in the next bit, and with a 1.</summary>
    public void Split(uint hash)
    {
        Invariant.Holds(!IsSmall);
        var full = Of(hash);
        var depth = _all is null ? 1 : int.CreateTruncating(full.Array![full.From + SlotsMax + 1]) + 1;
        Invariant.Holds(depth <= DepthMax);
        if (_all is null)
        {
            (_all, _shift) = ([full, full], 31);
        }
        else if (depth > 32 - _shift)
        {
            var twice = new Part<T>[_all.Length * 2];
            for (var i = 0; i < _all.Length; i++)
            {
                twice[2 * i] = twice[(2 * i) + 1] = _all[i];
            }

            (_all, _shift) = (twice, _shift - 1);
        }

        var half = 1 << (32 - _shift - depth);
        var first = (int)(hash >> _shift) & ~((2 * half) - 1);
        for (var side = 0; side < 2; side++)
        {
            var made = Empty(SlotsMax);
            made.Array![made.From + SlotsMax + 1] = T.CreateTruncating(depth);
            _all.AsSpan(first + (side * half), half).Fill(made);
        }

        StoreOf(SlotsMax).Return(full);
        _only = default;
    }

    /// <summary>Gives all arrays back. Nothing may be asked after.</summary>
    public void Return()
    {
        var store = StoreOf(Length);
        store.Return(_only);
        var before = default(Part<T>);
        foreach (var each in _all ?? [])
        {
            if (each != before) // an array for several hashes stands side by side
            {
                store.Return(each);
                before = each;
            }
        }

        (_only, _all) = (default, null);
    }

    private static PartStore<T> StoreOf(int length) => s_stores[BitOperations.Log2((uint)length)];

    private static Part<T> Empty(int length)
    {
        var store = StoreOf(length);
        var part = store.Rent();
        part.Array.AsSpan(part.From, store.Length).Clear();
        return part;
    }
}
