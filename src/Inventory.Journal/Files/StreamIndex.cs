using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Inventory.Journal.Files;

/// <summary>What is kept in memory of a stream.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct StreamEntry
{
    /// <summary>Fingerprint of its name. Both halves 0: no entry.</summary>
    public ulong KeyHigh;

    /// <summary>The other half.</summary>
    public ulong KeyLow;

    /// <summary>Its last record.</summary>
    public Location Last;

    /// <summary>Bytes of its records from the last snapshot on.</summary>
    public uint ChainBytes;

    /// <summary>Bytes of its last snapshot, as <see cref="RoughBytes"/> keeps them.</summary>
    public RoughBytes SnapshotBytes;

    /// <summary>Last bits of the number of the segment in which its chain begins: by them compaction passes over nearly all that need not move.</summary>
    public ushort BeginsIn;

    /// <summary>Which opening of the stream owns it; 0 for none. A handle with another figure is fenced.</summary>
    public uint Owner;
}

/// <summary>A figure in two bytes, rounded down by less than a thousandth; up to 2,047 it is exact.</summary>
internal readonly struct RoughBytes
{
    private const int DigitBits = 11;
    private readonly ushort _code;

    private RoughBytes(uint bytes)
    {
        var shift = Math.Max(0, BitOperations.Log2(bytes) - DigitBits + 1);
        _code = (ushort)((shift << DigitBits) | (int)(bytes >> shift));
    }

    public static implicit operator RoughBytes(uint bytes) => new(bytes);

    public static implicit operator uint(RoughBytes rough) => (rough._code & ((1u << DigitBits) - 1)) << (rough._code >> DigitBits);
}

/// <summary>Finds a stream's last record by its name: 36 bytes each in tables 68 to 85 percent full, so 42 to 53. Names are only on disk.</summary>
/// <remarks>
/// Keys are 128-bit fingerprints under a seed, drawn anew by each process so that nobody can prepare names that collide; readers check the name all the
/// same. Many small tables, so that growing one of them never stalls the others' callers for long, and none is a large object for .NET's collector, each of
/// which brings the collection of everything nearer, before there are four million streams. Callers hold the journal's lock; a reference that is handed out
/// is good until the next call.
/// </remarks>
internal sealed class StreamIndex(ulong seed)
{
    private const int Tables = 2048;
    private const int LineBytes = 64;
    private const int FirstSlots = 8;
    private readonly Table[] _tables = [.. Enumerable.Range(0, Tables).Select(_ => new Table())];

    public int Count { get; private set; }

    /// <summary>Bytes that the tables take.</summary>
    public unsafe long Bytes => _tables.Sum(table => table.Used == 0 ? 0 : (long)table.Slots.Length * sizeof(StreamEntry));

    public UInt128 KeyOf(ReadOnlySpan<byte> name)
    {
        var low = seed ^ 0x9E3779B97F4A7C15UL;
        var high = ~seed ^ (ulong)name.Length;
        while (name.Length >= sizeof(ulong))
        {
            Round(ref low, ref high, MemoryMarshal.Read<ulong>(name));
            name = name[sizeof(ulong)..];
        }

        var last = 0UL;
        for (var i = 0; i < name.Length; i++)
        {
            last |= (ulong)name[i] << (8 * i);
        }

        Round(ref low, ref high, last);
        Round(ref low, ref high, seed);
        return new UInt128(high, low | 1); // never 0
    }

    /// <summary>Asks the processor for the entry of a key, so that it is there when the lock is held. Needs no lock, and finds nothing out.</summary>
    public void Fetch(UInt128 key)
    {
        var (high, _) = Halves(key);
        TableOf(high).Fetch(high);
    }

    /// <summary>Asks the processor for a text that will be written.</summary>
    public static unsafe void Fetch(string text)
    {
        if (Sse.IsSupported)
        {
            var at = *(byte**)Unsafe.AsPointer(ref text);
            Sse.Prefetch0(at);
            Sse.Prefetch0(at + LineBytes);
        }
    }

    /// <summary>The stream's entry; made if it is not there.</summary>
    public ref StreamEntry Of(UInt128 key)
    {
        var (high, low) = Halves(key);
        ref var table = ref TableOf(high);
        ref var slot = ref table.Slots[table.Find(high, low)];
        if (slot.KeyLow != 0)
        {
            return ref slot;
        }

        if ((table.Used + 1) * 100L > table.Slots.Length * 85L)
        {
            table.Grow();
            slot = ref table.Slots[table.Find(high, low)];
        }

        (slot.KeyHigh, slot.KeyLow) = (high, low);
        table.Used++;
        Count++;
        return ref slot;
    }

    /// <summary>The stream's entry; <see cref="Unsafe.IsNullRef{T}"/> tells that there is none.</summary>
    public ref StreamEntry TryOf(UInt128 key)
    {
        var (high, low) = Halves(key);
        ref var table = ref TableOf(high);
        ref var slot = ref table.Slots[table.Find(high, low)];
        return ref slot.KeyLow != 0 ? ref slot : ref Unsafe.NullRef<StreamEntry>();
    }

    public bool TryGet(UInt128 key, out StreamEntry entry)
    {
        var (high, low) = Halves(key);
        ref var table = ref TableOf(high);
        entry = table.Slots[table.Find(high, low)];
        return entry.KeyLow != 0;
    }

    public void Remove(UInt128 key)
    {
        var (high, low) = Halves(key);
        ref var table = ref TableOf(high);
        var at = table.Find(high, low);
        if (table.Slots[at].KeyLow != 0)
        {
            table.RemoveAt(at);
            Count--;
        }
    }

    private static (ulong High, ulong Low) Halves(UInt128 key) => ((ulong)(key >> 64), (ulong)key);

    // Two multiply-and-fold lanes that feed each other.
    private static void Round(ref ulong low, ref ulong high, ulong word)
    {
        var upper = Math.BigMul(low ^ word, 0xD6E8FEB86659FD93UL, out var lower);
        low = upper ^ lower ^ high;
        upper = Math.BigMul(high + word, 0xA0761D6478BD642FUL, out lower);
        high = upper ^ lower ^ (low << 1);
    }

    private ref Table TableOf(ulong high) => ref _tables[high % Tables];

    /// <summary>Open addressing with linear probes; of any size, so that it can grow by a quarter and stay well filled.</summary>
    private struct Table()
    {
        // Stands for the slots of a table that nothing was put in; has no room.
        private static readonly StreamEntry[] s_none = new StreamEntry[1];

        public StreamEntry[] Slots { get; private set; } = s_none;

        public int Used { get; set; }

        /// <summary>The slot that has the key, or the empty one where it would go.</summary>
        public readonly int Find(ulong high, ulong low)
        {
            var at = HomeOf(high);
            while (Slots[at].KeyLow != 0 && (Slots[at].KeyLow != low || Slots[at].KeyHigh != high))
            {
                at = at + 1 == Slots.Length ? 0 : at + 1;
            }

            return at;
        }

        public readonly unsafe void Fetch(ulong high)
        {
            if (Sse.IsSupported)
            {
                var slots = Slots;
                Sse.Prefetch0(Unsafe.AsPointer(ref slots[HomeOf(high, slots)]));
            }
        }

        public void Grow()
        {
            var old = Slots;
            Slots = new StreamEntry[old.Length + Math.Max(FirstSlots, old.Length / 4)];
            foreach (ref readonly var entry in old.AsSpan())
            {
                if (entry.KeyLow != 0)
                {
                    Slots[Find(entry.KeyHigh, entry.KeyLow)] = entry;
                }
            }
        }

        // Entries behind the hole that could no longer be reached over it move into it.
        public void RemoveAt(int hole)
        {
            for (var at = hole; ;)
            {
                at = at + 1 == Slots.Length ? 0 : at + 1;
                if (Slots[at].KeyLow == 0)
                {
                    Slots[hole] = default;
                    Used--;
                    return;
                }

                var home = HomeOf(Slots[at].KeyHigh);
                var reachable = hole <= at ? home > hole && home <= at : home > hole || home <= at;
                if (!reachable)
                {
                    Slots[hole] = Slots[at];
                    hole = at;
                }
            }
        }

        private readonly int HomeOf(ulong high) => HomeOf(high, Slots);

        private static int HomeOf(ulong high, StreamEntry[] slots) => (int)Math.BigMul(high, (ulong)slots.Length, out _);
    }
}
