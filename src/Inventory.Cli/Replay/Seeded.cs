using System.Runtime.InteropServices;

namespace Inventory.Cli.Replay;

/// <summary>
/// A small random generator (SplitMix64) that is started from a seed, a purpose and a name, so that what is drawn for one customer,
/// invoice or SKU depends on nothing else: not on timing, not on the order in which things are drawn.
/// </summary>
internal struct Seeded
{
    private ulong _state;

    private Seeded(ulong state) => _state = state;

    /// <summary>The generator of one thing; the same arguments give the same draws on every machine.</summary>
    public static Seeded For(ulong seed, string purpose, ReadOnlySpan<char> name)
    {
        var state = Hash(Hash(Mix(seed + 0x9E3779B97F4A7C15), purpose), name);
        return new Seeded(state);
    }

    /// <summary>The next 64 random bits.</summary>
    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        return Mix(_state);
    }

    /// <summary>A number in [0, 1).</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A number in [0, <paramref name="limit"/>); the limit is at least 1.</summary>
    public int Below(int limit) => (int)Math.BigMul(Next(), (ulong)limit, out _);

    /// <summary>True with the given probability.</summary>
    public bool Chance(double probability) => Unit() < probability;

    /// <summary>A draw from the exponential distribution with mean 1.</summary>
    public double Exponential() => -Math.Log(1 - Unit());

    private static ulong Hash(ulong state, ReadOnlySpan<char> text)
    {
        foreach (var octet in MemoryMarshal.AsBytes(text))
        {
            state = (state ^ octet) * 0x100000001B3;
        }

        return Mix(state + (ulong)text.Length);
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
