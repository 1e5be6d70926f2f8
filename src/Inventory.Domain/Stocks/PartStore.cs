using System.Runtime.CompilerServices;

namespace Inventory.Domain.Stocks;

/// <summary>Room for some items, one beside the other, in an array that others use too.</summary>
/// <param name="Array">The array; null of no part.</param>
/// <param name="From">Where in it the part begins.</param>
internal readonly record struct Part<T>(T[]? Array, int From)
    where T : unmanaged;

/// <summary>Where stocks get room from for what they remember: arrays for many of them, so large that .NET's collector leaves them where they are.</summary>
/// <remarks>
/// What a stock remembers lives for a day. In arrays of its own the collector moved each entry twice, and paused everybody for it; here it looks at none,
/// because there is no reference in them. What was given back serves again, the latest first. Nothing is ever given up: .NET keeps the memory of a
/// peak too. Calls may come from any thread; who rents a part owns it until it is given back, and must not touch it after.
/// </remarks>
/// <typeparam name="T">What stands there.</typeparam>
/// <param name="length">Items of each part, above 0.</param>
internal sealed class PartStore<T>(int length)
    where T : unmanaged
{
    // From 85,000 bytes on .NET takes an object for large.
    private const int ArrayBytes = 96 * 1024;

    private readonly Lock _gate = new();
    private readonly Stack<Part<T>> _free = new();
    private T[] _latest = [];
    private int _taken;

    /// <summary>Items of each part.</summary>
    public int Length => length;

    /// <summary>Parts of an array.</summary>
    public int PartsPerArray { get; } = ArrayBytes / (length * Unsafe.SizeOf<T>()) is > 0 and var parts ? parts : 1;

    /// <summary>Parts that were ever made.</summary>
    public long Made { get; private set; }

    /// <summary>A part; what stands in it may be of its former owner.</summary>
    public Part<T> Rent()
    {
        lock (_gate)
        {
            if (_free.TryPop(out var free))
            {
                return free;
            }

            if (_taken == _latest.Length)
            {
                (_latest, _taken) = (new T[PartsPerArray * length], 0);
            }

            Made++;
            var part = new Part<T>(_latest, _taken);
            _taken += length;
            return part;
        }
    }

    /// <summary>Takes parts back; those without an array are none.</summary>
    public void Return(params ReadOnlySpan<Part<T>> parts)
    {
        lock (_gate)
        {
            foreach (var part in parts)
            {
                if (part.Array is not null)
                {
                    _free.Push(part);
                }
            }
        }
    }
}
