using System.Text.Json;
using System.Text.Json.Serialization;
using Inventory.Domain.Transfers;

namespace Inventory.Domain.Codec;

/// <summary>A transfer's events as bytes: format (1), then JSON in UTF-8, by the rules of <see cref="OrderCodec"/>. Golden files pin them.</summary>
/// <remarks>What a release has added is absent from the records of those before it, and absent is the default: each states what that means.</remarks>
public static class TransferCodec
{
    private const byte Format = 1;

    /// <summary>Writes an event.</summary>
    public static byte[] Encode(TransferEvent change) => [Format, .. JsonSerializer.SerializeToUtf8Bytes(change, TransferJson.Default.TransferEvent)];

    /// <summary>Reads an event.</summary>
    /// <exception cref="FormatException">The bytes are no event of a known format.</exception>
    public static TransferEvent Decode(ReadOnlySpan<byte> source)
    {
        if (source.IsEmpty || source[0] != Format)
        {
            throw new FormatException($"Transfer event of format {(source.IsEmpty ? "none" : source[0])}; this program reads format {Format}.");
        }

        try
        {
            return JsonSerializer.Deserialize(source[1..], TransferJson.Default.TransferEvent)
                ?? throw new FormatException("Transfer event that says nothing.");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw new FormatException($"Transfer event that cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Hash of what is to be moved.</summary>
    public static ulong HashOf(TransferContent content) =>
        OrderCodec.HashOf(JsonSerializer.SerializeToUtf8Bytes(content, TransferJson.Default.TransferContent));

    /// <summary>Hash of a step's content: all but its id and who asks.</summary>
    public static ulong HashOf(TransferStepAsk ask) => OrderCodec.HashOf(
        JsonSerializer.SerializeToUtf8Bytes(ask with { Id = default, ContentHash = 0, By = default }, TransferJson.Default.TransferStepAsk));
}

/// <summary>How a transfer's events are written.</summary>
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(SkuJson), typeof(LocationIdJson), typeof(ChannelJson), typeof(RequestIdJson), typeof(LotNameJson)])]
[JsonSerializable(typeof(TransferEvent))]
[JsonSerializable(typeof(TransferContent))]
[JsonSerializable(typeof(TransferStepAsk))]
internal sealed partial class TransferJson : JsonSerializerContext;
