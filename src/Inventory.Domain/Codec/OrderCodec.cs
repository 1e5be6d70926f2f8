using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using Inventory.Domain.Orders;
using Inventory.Domain.Stocks;

namespace Inventory.Domain.Codec;

/// <summary>An order's events as bytes: format 1, then JSON in UTF-8; or, of long ones, format 2, its length (4) and the same, compressed by Brotli.</summary>
/// <remarks>
/// Golden files pin them. Orders are few beside stock writes, their events are wide and grow new fields with every year: what is absent is read as its
/// default, what is unknown is refused. Ids are texts as people write them, request ids their tokens. An order of a thousand lines with the longest names is
/// longer as JSON than a record of the journal may be; compressed it is not, for names are what is left of it.
/// </remarks>
public static class OrderCodec
{
    /// <summary>Longer ones are compressed, bytes of JSON: all but the orders of traders are shorter.</summary>
    public const int PlainBytesMax = 32 * 1024;

    private const byte Format = 1;
    private const byte LongFormat = 2;
    private const int LongHeadBytes = 1 + sizeof(int);
    private const int LongBytesMax = 16 * 1024 * 1024; // several times what a thousand lines can take

    /// <summary>Writes an event.</summary>
    public static byte[] Encode(OrderEvent change)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(change, OrderJson.Default.OrderEvent);
        return json.Length > PlainBytesMax ? Compressed(json) : [Format, .. json];
    }

    /// <summary>Reads an event.</summary>
    /// <exception cref="FormatException">The bytes are no event of a known format.</exception>
    public static OrderEvent Decode(ReadOnlySpan<byte> source)
    {
        if (source.IsEmpty || source[0] is not (Format or LongFormat))
        {
            throw new FormatException(
                $"Order event of format {(source.IsEmpty ? "none" : source[0])}; this program reads formats {Format} and {LongFormat}.");
        }

        var json = source[0] == Format ? source[1..] : Expanded(source);
        try
        {
            return JsonSerializer.Deserialize(json, OrderJson.Default.OrderEvent) ?? throw new FormatException("Order event that says nothing.");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw new FormatException($"Order event that cannot be read: {e.Message}", e);
        }
    }

    private static byte[] Compressed(byte[] json)
    {
        var bytes = new byte[LongHeadBytes + BrotliEncoder.GetMaxCompressedLength(json.Length)];
        bytes[0] = LongFormat;
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(1), json.Length);
        Invariant.Holds(BrotliEncoder.TryCompress(json, bytes.AsSpan(LongHeadBytes), out var written, quality: 5, window: 18));
        return bytes[..(LongHeadBytes + written)];
    }

    private static byte[] Expanded(ReadOnlySpan<byte> source)
    {
        var length = source.Length < LongHeadBytes ? -1 : BinaryPrimitives.ReadInt32LittleEndian(source[1..]);
        if (length is < 0 or > LongBytesMax)
        {
            throw new FormatException($"Long order event of {length} bytes; it must have 0 to {LongBytesMax}.");
        }

        var json = new byte[length];
        return BrotliDecoder.TryDecompress(source[LongHeadBytes..], json, out var written) && written == length
            ? json
            : throw new FormatException("Long order event that cannot be expanded.");
    }

    /// <summary>A hash of anything that an order's events carry: the same content, the same hash, in every version of the program.</summary>
    internal static ulong HashOf(ReadOnlySpan<byte> json) => BitConverter.ToUInt64(System.Security.Cryptography.SHA256.HashData(json));

    /// <summary>Hash of what is ordered.</summary>
    public static ulong HashOf(OrderContent content) => HashOf(JsonSerializer.SerializeToUtf8Bytes(content, OrderJson.Default.OrderContent));
}

/// <summary>How an order's events are written.</summary>
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(SkuJson), typeof(LocationIdJson), typeof(ChannelJson), typeof(RequestIdJson), typeof(LotNameJson)])]
[JsonSerializable(typeof(OrderEvent))]
[JsonSerializable(typeof(OrderContent))]
internal sealed partial class OrderJson : JsonSerializerContext;

internal abstract class TextJson<T> : JsonConverter<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.GetString() ?? "";
        return TryParse(text, out var value) ? value : throw new JsonException($"'{text}' is no {typeof(T).Name}.");
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value!.ToString());

    protected abstract bool TryParse(string text, out T value);
}

internal sealed class SkuJson : TextJson<Sku>
{
    protected override bool TryParse(string text, out Sku value) => Sku.TryParse(text, out value, out _);
}

internal sealed class LocationIdJson : TextJson<LocationId>
{
    protected override bool TryParse(string text, out LocationId value) => LocationId.TryParse(text, out value, out _);
}

internal sealed class LotNameJson : TextJson<LotName>
{
    protected override bool TryParse(string text, out LotName value) => LotName.TryParse(text, out value, out _);
}

internal sealed class ChannelJson : TextJson<Channel>
{
    protected override bool TryParse(string text, out Channel value) => Channel.TryParse(text, out value, out _);
}

internal sealed class RequestIdJson : TextJson<RequestId>
{
    protected override bool TryParse(string text, out RequestId value) => RequestId.TryParseToken(text, out value);
}
