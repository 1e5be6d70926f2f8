using System.Text;
using Google.Protobuf.WellKnownTypes;
using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Grpc.Errors;
using Inventory.Grpc.Mapping;
using Inventory.V1;

namespace Inventory.Grpc.Streams;

/// <summary>A <c>ReserveRequest</c> with one line, read where it lies.</summary>
/// <remarks>
/// As nearly all are written. Whatever is written in another way or has anything wrong with it is read with the generated class, which also says what is wrong.
/// </remarks>
internal ref struct PlainReserve
{
    // Fields of the proto with their wire types.
    private const byte IdTag = (ReserveRequest.RequestIdFieldNumber << 3) | 2;
    private const byte LineTag = (ReserveRequest.LinesFieldNumber << 3) | 2;
    private const byte ChannelTag = (ReserveRequest.ChannelFieldNumber << 3) | 2;
    private const byte TtlTag = (ReserveRequest.TtlFieldNumber << 3) | 2;
    private const byte KeyTag = (ReservationLine.KeyFieldNumber << 3) | 2;
    private const byte UnitsTag = ReservationLine.UnitsFieldNumber << 3;
    private const byte SkuTag = (V1.StockKey.SkuFieldNumber << 3) | 2;
    private const byte LocationTag = (V1.StockKey.LocationIdFieldNumber << 3) | 2;
    private const byte SecondsTag = Duration.SecondsFieldNumber << 3;
    private const byte NanosTag = Duration.NanosFieldNumber << 3;

    private RequestId _id;
    private Channel _channel;
    private long _units;
    private long _ttlMs;
    private ReadOnlySpan<byte> _sku;
    private ReadOnlySpan<byte> _location;

    /// <summary>The SKU as it is written.</summary>
    public readonly ReadOnlySpan<byte> Sku => _sku;

    /// <summary>The location as it is written.</summary>
    public readonly ReadOnlySpan<byte> Location => _location;

    /// <summary>What is asked of the stock.</summary>
    public readonly StockCommand Command => StockCommand.Reserve(_id, _units, _channel, _ttlMs);

    /// <summary>Reads a message. False if the generated class must read it; the names are not looked at beyond that.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, out PlainReserve ask)
    {
        ask = default;
        ReadOnlySpan<byte> id = default, line = default, channel = default, ttl = default;
        var (lines, ttls) = (0, 0);
        var reader = new PlainReader(message);
        while (!reader.AtEnd)
        {
            var tag = reader.Tag();
            if (tag is not (IdTag or LineTag or ChannelTag or TtlTag) || !reader.TryBlock(out var block))
            {
                return false;
            }

            switch (tag)
            {
                case IdTag:
                    id = block;
                    break;
                case LineTag:
                    line = block;
                    lines++;
                    break;
                case ChannelTag:
                    channel = block;
                    break;
                default:
                    ttl = block;
                    ttls++;
                    break;
            }
        }

        return lines == 1 && ttls <= 1 && RequestId.TryParse(id, out ask._id) && ask.TryReadLine(line)
            && ask.TryReadChannel(channel) && ask.TryReadTtl(ttl, isGiven: ttls == 1);
    }

    private bool TryReadLine(ReadOnlySpan<byte> line)
    {
        var keys = 0;
        var reader = new PlainReader(line);
        while (!reader.AtEnd)
        {
            var tag = reader.Tag();
            if (tag == KeyTag && keys++ == 0 && reader.TryBlock(out var key) && TryReadKey(key))
            {
                continue;
            }

            if (tag != UnitsTag || !reader.TryNumber(out _units))
            {
                return false;
            }
        }

        return keys == 1 && _units is >= 1 and <= Domain.Limits.UnitsMax;
    }

    private bool TryReadKey(ReadOnlySpan<byte> key)
    {
        var reader = new PlainReader(key);
        while (!reader.AtEnd)
        {
            var isRead = reader.Tag() switch
            {
                SkuTag => reader.TryBlock(out _sku),
                LocationTag => reader.TryBlock(out _location),
                _ => false,
            };
            if (!isRead)
            {
                return false;
            }
        }

        return true;
    }

    private bool TryReadChannel(ReadOnlySpan<byte> channel)
    {
        var none = default(Violations);
        _channel = channel.IsEmpty || channel.SequenceEqual("web"u8) ? Channel.Web : Fields.Channel(Encoding.UTF8.GetString(channel), ref none);
        return !none.Any;
    }

    private bool TryReadTtl(ReadOnlySpan<byte> ttl, bool isGiven)
    {
        _ttlMs = Limits.TtlMsDefault;
        if (!isGiven)
        {
            return true;
        }

        var (seconds, nanos) = (0L, 0L);
        var reader = new PlainReader(ttl);
        while (!reader.AtEnd)
        {
            var isRead = reader.Tag() switch
            {
                SecondsTag => reader.TryNumber(out seconds),
                NanosTag => reader.TryNumber(out nanos),
                _ => false,
            };
            if (!isRead)
            {
                return false;
            }
        }

        return Times.TryMs(seconds, nanos, Domain.Limits.TtlMsMin, Domain.Limits.TtlMsMax, out _ttlMs);
    }
}
