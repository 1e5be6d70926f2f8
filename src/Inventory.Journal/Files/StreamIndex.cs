using System.Runtime.InteropServices;

namespace Inventory.Journal.Files;

/// <summary>What is kept in memory of a stream.</summary>
internal struct StreamEntry
{
    /// <summary>Its last record.</summary>
    public Location Last;

    /// <summary>Version of its last event.</summary>
    public long Version;

    /// <summary>Bytes of its records from the last snapshot on.</summary>
    public uint ChainBytes;

    /// <summary>Bytes of its last snapshot.</summary>
    public uint SnapshotBytes;

    /// <summary>Rises with each new owner; a handle of an earlier one is fenced.</summary>
    public uint Owner;
}

/// <summary>Finds a stream's last record by its name. Some 60 bytes a stream; the name itself is only on disk.</summary>
/// <remarks>
/// Keys are 128-bit fingerprints under a seed drawn anew by each process, so that nobody can prepare names that collide; readers check the name all
/// the same. Callers hold the journal's lock.
/// </remarks>
internal sealed class StreamIndex(ulong seed)
{
    private readonly Dictionary<UInt128, StreamEntry> _entries = [];

    public int Count => _entries.Count;

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
        return new UInt128(high, low);
    }

    /// <summary>The stream's entry; made if it is not there.</summary>
    public ref StreamEntry Of(UInt128 key) => ref CollectionsMarshal.GetValueRefOrAddDefault(_entries, key, out _);

    public bool TryGet(UInt128 key, out StreamEntry entry) => _entries.TryGetValue(key, out entry);

    public void EnsureCapacity(int streams) => _entries.EnsureCapacity(streams);

    // Two multiply-and-fold lanes that feed each other.
    private static void Round(ref ulong low, ref ulong high, ulong word)
    {
        var upper = Math.BigMul(low ^ word, 0xD6E8FEB86659FD93UL, out var lower);
        low = upper ^ lower ^ high;
        upper = Math.BigMul(high + word, 0xA0761D6478BD642FUL, out lower);
        high = upper ^ lower ^ (low << 1);
    }
}
