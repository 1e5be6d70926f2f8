using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Inventory.Domain;

namespace Inventory.Grains;

/// <summary>The stocks that were written to lately, by the bytes of their names. Safe for any thread; without a lock.</summary>
/// <remarks>
/// A table of a fixed size with two places for each hash: the younger drives out the older, so it needs no care and never grows. A place is a reference
/// to something immutable that carries its whole name, so a reader who sees an old one or a new one is right either way.
/// </remarks>
internal sealed class KnownStocks(IGrainFactory grains)
{
    /// <summary>Half a megabyte of references: twice as many as the stocks that most shops sell from in an hour.</summary>
    private const int Places = 1 << 16;

    private readonly ulong _seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
    private KnownStock?[]? _places;

    /// <summary>A stock by its names as it writes them, with their hash; null if it is not here.</summary>
    public KnownStock? Find(ulong hash, ReadOnlySpan<byte> sku, ReadOnlySpan<byte> location) =>
        Is(At(hash), hash, sku, location) is { } first ? first : Is(At(hash ^ 1), hash, sku, location);

    /// <summary>Asks the processor for what a hash leads to.</summary>
    public void Expect(ulong hash, int step)
    {
        if (step == 0)
        {
            Ahead.FetchPlace(_places, (int)(hash & (Places - 1)));
        }
        else
        {
            Ahead.Fetch(At(hash), 96);
        }
    }

    /// <summary>A stock, looked up if it is not here.</summary>
    public KnownStock Find(StockKey key)
    {
        Span<byte> bytes = stackalloc byte[Limits.SkuCharactersMax + Limits.LocationIdCharactersMax];
        var sku = bytes[..Encoding.ASCII.GetBytes(key.Sku.Value, bytes)];
        var location = bytes.Slice(sku.Length, Encoding.ASCII.GetBytes(key.Location.Value, bytes[sku.Length..]));
        var hash = HashOf(sku, location);
        ref var first = ref At(hash);
        ref var second = ref At(hash ^ 1);
        if ((Is(first, hash, sku, location) ?? Is(second, hash, sku, location)) is { } known)
        {
            return known;
        }

        var found = new KnownStock(key) { Owner = grains.GetGrain<IStockGrain>(key.ToString()), Hash = hash };
        if (first is not null)
        {
            Volatile.Write(ref second, first);
        }

        Volatile.Write(ref first, found);
        return found;
    }

    private static KnownStock? Is(KnownStock? known, ulong hash, ReadOnlySpan<byte> sku, ReadOnlySpan<byte> location) =>
        known is not null && known.Hash == hash && known.IsNamed(sku, location) ? known : null;

    private ref KnownStock? At(ulong hash)
    {
        var places = Volatile.Read(ref _places) ?? Interlocked.CompareExchange(ref _places, new KnownStock?[Places], null) ?? _places!;
        return ref places[hash & (Places - 1)];
    }

    /// <summary>A hash of the names.</summary>
    public ulong HashOf(ReadOnlySpan<byte> sku, ReadOnlySpan<byte> location) =>
        Fold(Fold(_seed + (ulong)sku.Length, sku), location) * 0x9E37_79B9_7F4A_7C15;

    // A multiply-and-fold for eight bytes; seeded anew in each process, so that nobody can prepare names that drive each other out.
    private static ulong Fold(ulong hash, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= sizeof(ulong))
        {
            hash = Round(hash, MemoryMarshal.Read<ulong>(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        var last = (ulong)bytes.Length << 56;
        for (var i = 0; i < bytes.Length; i++)
        {
            last |= (ulong)bytes[i] << (8 * i);
        }

        return Round(hash, last);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Round(ulong hash, ulong word)
    {
        var high = Math.BigMul(hash ^ word, 0xD6E8_FEB8_6659_FD93, out var low);
        return BitOperations.RotateLeft(high, 23) ^ low;
    }
}
