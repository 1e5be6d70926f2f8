using System.Buffers;
using Inventory.Domain.Codec;
using Inventory.Domain.Stocks;
using Inventory.Journal;

namespace Inventory.Grains;

/// <summary>Brings a whole stock into its stream.</summary>
internal static class StockSnapshots
{
    public static void Append(ref HeldStream stream, string prefix, string name, Stock stock)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(StockSnapshotCodec.BytesMax(stock));
        stream.AppendSnapshot(prefix, name, stock.Version, bytes, StockSnapshotCodec.Encode(stock, bytes));
    }
}
