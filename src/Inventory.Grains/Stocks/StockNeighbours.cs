using Inventory.Domain;
using Inventory.Domain.Stocks;

namespace Inventory.Grains;

/// <summary>What a stock says to owners beside it.</summary>
internal static class StockNeighbours
{
    private const uint OwnSalt = 0x8000_0000;

    /// <summary>Whether a text is the name of a stock: the key of its owner is, unless that was asked for in another spelling.</summary>
    public static bool IsNameOf(string text, in StockKey key)
    {
        var (sku, location) = (key.Sku.Value, key.Location.Value);
        return text.Length == sku.Length + 1 + location.Length && text.StartsWith(sku, StringComparison.Ordinal)
            && text.EndsWith(location, StringComparison.Ordinal); // it was parsed: between them is the @
    }

    /// <summary>Whether the location of a stock is described; its key then has the same text as all other keys there.</summary>
    public static bool TryFindLocation(LocationDirectory directory, ref StockKey key)
    {
        var isFound = directory.TryGet(key.Location, out var location);
        key = isFound ? key with { Location = location!.Id } : key;
        return isFound;
    }

    /// <summary>The key of a stock with the text of its SKU that the board has, and with it the keys of all others there.</summary>
    public static StockKey OnBoard(IGrainFactory grains, in StockKey key) =>
        key with { Sku = Sku.Parse(grains.GetGrain<IBoardGrain>(key.Sku.Value).GetPrimaryKeyString()) };

    /// <summary>Makes the stock known to the board of its SKU and to the assortment of its location.</summary>
    public static async Task Register(IGrainFactory grains, StockKey key)
    {
        var board = grains.GetGrain<IBoardGrain>(key.Sku.Value).Register([key.Location]);
        var assortment = grains.GetGrain<IAssortmentGrain>(key.Location.Value).Register([key.Sku]);
        await board;
        await assortment;
    }

    /// <summary>Asks the coordinator of a lease for its word.</summary>
    public static ValueTask<LineSettlement> WordOn(IGrainFactory grains, HoldId lease) =>
        grains.GetGrain<IReservationGrain>(lease.Reservation.ToString()).Resolve(lease.Line);

    /// <summary>When a lease of a stock ends, Unix milliseconds; 0 if it has none.</summary>
    public static long LeaseEnd(Stock stock, HoldId lease) => stock.TryGetHold(lease, out var hold) ? hold.LeaseUntilMs : 0;

    /// <summary>
    /// Whether a word came for the lease that is there: while an answer is on its way, its coordinator may have told the stock itself and have begun
    /// another step, with a lease of its own, that this word is not on.
    /// </summary>
    /// <param name="stock">The stock.</param>
    /// <param name="lease">The lease.</param>
    /// <param name="endMs">When it ended as its coordinator was asked: a later lease ends later.</param>
    public static bool IsStillAsked(Stock stock, HoldId lease, long endMs) => endMs != 0 && LeaseEnd(stock, lease) == endMs;

    /// <summary>Takes a coordinator's word, under an id that no coordinator makes, new for each version: the lease must not outlive this.</summary>
    public static StockCommand Settle(HoldId lease, LineSettlement word, long version) => StockCommand.Settle(
        lease.Reservation.Derive(OwnSalt | (uint)version), lease, word.Settlement, word.ExpiresAtMs, word.Units);
}
