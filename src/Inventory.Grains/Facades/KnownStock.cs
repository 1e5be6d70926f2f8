using System.Runtime.Intrinsics;
using System.Text;
using Inventory.Domain;
using Inventory.Domain.Stocks;

namespace Inventory.Grains;

/// <summary>A stock that has been looked up: who has many writes for it need not spell it again. Immutable, but for a hint.</summary>
public sealed class KnownStock(StockKey key)
{
    private const int ShortMax = 32;

    // Both names, one behind the other, if they are short, which nearly all are: so that to compare them takes no look at two texts elsewhere in memory.
    private readonly Vector256<byte> _names = IsShort(key.Sku.Value.Length, key.Location.Value.Length)
        ? Pack(Encoding.ASCII.GetBytes(key.Sku.Value), Encoding.ASCII.GetBytes(key.Location.Value))
        : default;

    private readonly int _skuLength = key.Sku.Value.Length;
    private readonly int _locationLength = key.Location.Value.Length;

    /// <summary>Which.</summary>
    public StockKey Key { get; } = key;

    internal IStockGrain? Owner { get; init; }

    internal ulong Hash { get; init; }

    /// <summary>Whether these are its names, as it writes them.</summary>
    internal bool IsNamed(ReadOnlySpan<byte> sku, ReadOnlySpan<byte> location) =>
        sku.Length == _skuLength && location.Length == _locationLength
        && (IsShort(_skuLength, _locationLength)
            ? Pack(sku, location) == _names
            : Ascii.Equals(sku, Key.Sku.Value) && Ascii.Equals(location, Key.Location.Value));

    private static bool IsShort(int skuLength, int locationLength) => skuLength + locationLength <= ShortMax;

    private static Vector256<byte> Pack(ReadOnlySpan<byte> sku, ReadOnlySpan<byte> location)
    {
        Span<byte> names = stackalloc byte[ShortMax];
        names.Clear();
        sku.CopyTo(names);
        location.CopyTo(names[sku.Length..]);
        return Vector256.Create<byte>(names);
    }

    /// <summary>The owner's object as it once answered here; a hint, for <see cref="IStocks.Near"/> alone. Weak: an owner that is put away must go.</summary>
    internal WeakReference<StockGrain>? Seat { get; set; }
}

/// <summary>Who asks for the memory of a stock, so that it is there when a write comes.</summary>
public interface INearStock
{
    /// <summary>Steps of <see cref="Fetch"/>.</summary>
    const int Steps = 1 + Stock.FetchSteps;

    /// <summary>
    /// Asks for what a write with this id will need. To be called with each step from 0 to <see cref="Steps"/> - 1, a few other writes apart; from any thread,
    /// whatever the stock does meanwhile.
    /// </summary>
    void Fetch(int step, in RequestId id);
}
