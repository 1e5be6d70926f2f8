using BenchmarkDotNet.Attributes;
using Google.Protobuf;
using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Grains;
using Inventory.Grpc.Errors;
using Inventory.Grpc.Mapping;
using Inventory.V1;

namespace Inventory.Benchmarks;

/// <summary>Between the bytes of the wire and the domain.</summary>
public class ProtoMapping
{
    private readonly byte[] _request = Messages.Reserve(1, World.Key(1)).ToByteArray();
    private readonly byte[] _room = new byte[64 * 1024];
    private readonly Domain.StockKey _key = World.Key(1);
    private readonly BoardView _board = new([.. Enumerable.Range(0, 200).Select(i => new BoardRow(World.Location(i), 5, 7, 9))], World.BeginMs, 12);

    /// <summary>Bytes of a reservation to a command.</summary>
    [Benchmark]
    public long ReadReserve()
    {
        var request = ReserveRequest.Parser.ParseFrom(_request);
        var violations = default(Violations);
        var id = Fields.RequestId(request.RequestId, ref violations);
        var channel = Fields.Channel(request.Channel, ref violations);
        var ttlMs = ReservationRequests.TtlMs(request.Ttl, ref violations);
        var line = ReservationRequests.Line(request.Lines[0], ref violations);
        return StockCommand.Reserve(id, line.Units, channel, ttlMs).Units;
    }

    /// <summary>An accepted reservation to bytes.</summary>
    [Benchmark]
    public int WriteReserved() => Write(ReservationMapping.One(new StockAnswer(StockOutcome.Accepted, 42, 1, World.BeginMs), _key, World.Id(1)));

    /// <summary>A refused one.</summary>
    [Benchmark]
    public int WriteSoldOut() => Write(ReservationMapping.One(new StockAnswer(StockOutcome.Insufficient, 42), _key, World.Id(1)));

    /// <summary>A board of 200 locations to bytes.</summary>
    [Benchmark]
    public int WriteBoard200() => Write(AvailabilityMapping.Proto(_key.Sku, _board));

    private int Write(IMessage message)
    {
        var size = message.CalculateSize();
        message.WriteTo(_room.AsSpan(0, size));
        return size;
    }
}
