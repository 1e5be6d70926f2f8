using System.Buffers;
using BenchmarkDotNet.Attributes;
using Google.Protobuf;
using Grpc.Core;
using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Grains;
using Inventory.Grpc.Mapping;
using Inventory.Grpc.Streams;

namespace Inventory.Benchmarks;

/// <summary>Between the bytes of the wire and the domain.</summary>
public class ProtoMapping
{
    private readonly byte[] _request = Messages.Reserve(1, World.Key(1)).ToByteArray();
    private readonly byte[] _room = new byte[64 * 1024];
    private readonly Written _written = new();
    private readonly Domain.StockKey _key = World.Key(1);
    private readonly BoardView _board = new([.. Enumerable.Range(0, 200).Select(i => new BoardRow(World.Location(i), 5, 7, 9))], World.BeginMs, 12);

    /// <summary>Bytes of a reservation to a command.</summary>
    [Benchmark]
    public long ReadReserve()
    {
        PlainReserve.TryRead(_request, out var ask);
        return ask.Command.Units;
    }

    /// <summary>An accepted reservation to bytes.</summary>
    [Benchmark]
    public int WriteReserved() => Write(new StockAnswer(StockOutcome.Accepted, 42, 1, World.BeginMs));

    /// <summary>A refused one.</summary>
    [Benchmark]
    public int WriteSoldOut() => Write(new StockAnswer(StockOutcome.Insufficient, 42));

    /// <summary>A board of 200 locations to bytes.</summary>
    [Benchmark]
    public int WriteBoard200() => Write(AvailabilityMapping.Proto(_key.Sku, _board));

    private int Write(in StockAnswer answer)
    {
        var reply = new ReserveReply();
        reply.Set(answer, _key, World.Id(1));
        reply.Write(_written);
        return _written.Take();
    }

    private int Write(IMessage message)
    {
        var size = message.CalculateSize();
        message.WriteTo(_room.AsSpan(0, size));
        return size;
    }

    /// <summary>Room for messages, one after the other.</summary>
    private sealed class Written : SerializationContext
    {
        private readonly ArrayBufferWriter<byte> _bytes = new(1024);

        public int Take()
        {
            var count = _bytes.WrittenCount;
            _bytes.ResetWrittenCount();
            return count;
        }

        public override void SetPayloadLength(int payloadLength)
        {
        }

        public override IBufferWriter<byte> GetBufferWriter() => _bytes;

        public override void Complete()
        {
        }
    }
}
