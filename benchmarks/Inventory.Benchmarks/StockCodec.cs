using BenchmarkDotNet.Attributes;
using Inventory.Domain;
using Inventory.Domain.Codec;
using Inventory.Domain.Stocks;

namespace Inventory.Benchmarks;

/// <summary>Events and snapshots of a stock as bytes.</summary>
public class StockCodec
{
    private readonly Stock _stock = new SteadyStock(stepMs: 100, writes: 100).Stock;
    private readonly byte[] _bytes = new byte[Limits.StockEventBytesMax];
    private readonly byte[] _encoded = new byte[Limits.StockEventBytesMax];
    private StockEvent _event;
    private int _length;
    private byte[] _room = [];
    private byte[] _snapshot = [];

    [GlobalSetup]
    public void Setup()
    {
        var steady = new SteadyStock(stepMs: 1, writes: 1);
        _event = steady.Judge(StockCommand.Reserve(steady.NextId(), 1, Channel.Web, World.TtlMs));
        _length = StockEventCodec.Encode(_event, _encoded);
        _room = new byte[StockSnapshotCodec.BytesMax(_stock)];
        _snapshot = _room[..StockSnapshotCodec.Encode(_stock, _room)];
    }

    [Benchmark]
    public int EncodeEvent() => StockEventCodec.Encode(_event, _bytes);

    [Benchmark]
    public StockEvent DecodeEvent() => StockEventCodec.Decode(_encoded.AsSpan(0, _length));

    /// <summary>Of a stock with ten holds and 101 remembered writes.</summary>
    [Benchmark]
    public int EncodeSnapshot() => StockSnapshotCodec.Encode(_stock, _room);

    [Benchmark]
    public Stock DecodeSnapshot() => StockSnapshotCodec.Decode(_snapshot);
}
