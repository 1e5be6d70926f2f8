using System.Text;
using Inventory.Domain;
using Inventory.Domain.Codec;
using Inventory.Domain.Stocks;
using Inventory.Journal.Files;
using Inventory.V1;

namespace Inventory.Benchmarks.Memory;

/// <summary>What no import can do without, in one loop on one thread: what there is beyond it is the price of owners, boards, lists and concurrency.</summary>
/// <remarks>
/// Of each message its rows are read by the generated class, and it is written and synced at once. Of each row the stock is looked for in one table and put
/// there, its event is encoded and stands in a record of the journal's form, with both checksums. Nothing is checked, nobody else may come in between.
/// </remarks>
internal sealed class ImportFloor : IDisposable
{
    private readonly Dictionary<string, long> _onHand = new(StringComparer.Ordinal);
    private readonly Microsoft.Win32.SafeHandles.SafeFileHandle _file;
    private readonly byte[] _payload = new byte[Limits.StockEventBytesMax];
    private readonly byte[] _name = new byte[byte.MaxValue];
    private byte[] _batch = new byte[4 * 1024 * 1024];
    private long _written;
    private long _sequence;

    public ImportFloor(string path) => _file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);

    public void Import(ReadOnlySpan<byte> bytes, RequestId import, ref uint row)
    {
        var message = ImportStockRequest.Parser.ParseFrom(bytes);
        var length = 0;
        foreach (var each in message.Rows)
        {
            var name = string.Concat(each.Key.Sku, "@", each.Key.LocationId);
            var isKnown = _onHand.TryGetValue(name, out var before);
            var change = new StockEvent
            {
                Verb = StockVerb.Import, AtMs = World.BeginMs, Id = import.Derive(row++), Units = each.OnHandUnits - before,
                ExpiresAtMs = long.MaxValue,
            };
            length += Write(name, change, isKnown ? 2 : 1, length);
            _onHand[name] = each.OnHandUnits;
        }

        RandomAccess.Write(_file, _batch.AsSpan(0, length), _written);
        RandomAccess.FlushToDisk(_file);
        _written += length;
    }

    public void Dispose() => _file.Dispose();

    private int Write(string stock, in StockEvent change, long version, int at)
    {
        var payload = _payload.AsSpan(0, StockEventCodec.Encode(change, _payload));
        var name = _name.AsSpan(0, Encoding.UTF8.GetBytes("stock/", _name));
        name = _name.AsSpan(0, name.Length + Encoding.UTF8.GetBytes(stock, _name.AsSpan(name.Length)));
        var length = RecordFormat.HeadBytes + name.Length + payload.Length;
        if (at + length > _batch.Length)
        {
            Array.Resize(ref _batch, 2 * _batch.Length);
        }

        var head = new RecordHead(length, ++_sequence, 0, default, version, RecordFormat.Checksum(payload), RecordKind.Event, RecordMarks.None, name.Length);
        RecordFormat.Write(_batch.AsSpan(at), head, name);
        payload.CopyTo(_batch.AsSpan(at + head.PayloadOffset));
        return length;
    }
}
