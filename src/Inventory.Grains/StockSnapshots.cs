using System.Buffers;
using Inventory.Domain.Codec;
using Inventory.Domain.Stocks;
using Inventory.Journal;

namespace Inventory.Grains;

/// <summary>Brings a whole stock into its stream.</summary>
internal static class StockSnapshots
{
    public static void Append(IJournalStream stream, Stock stock)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(StockSnapshotCodec.BytesMax(stock));
        try
        {
            stream.AppendSnapshot(bytes.AsSpan(0, StockSnapshotCodec.Encode(stock, bytes)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
