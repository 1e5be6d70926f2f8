using System.Text.Json;
using System.Text.Json.Serialization;
using Inventory.Domain.Supply;

namespace Inventory.Domain.Codec;

/// <summary>Events of a stock's supply as bytes: format (1), then JSON in UTF-8, by the rules of <see cref="OrderCodec"/>. Golden files pin them.</summary>
/// <remarks>What a release has added is absent from the records of those before it, and absent is the default: each states what that means.</remarks>
public static class SupplyCodec
{
    private const byte Format = 1;

    /// <summary>Writes an event.</summary>
    public static byte[] Encode(SupplyEvent change) => [Format, .. JsonSerializer.SerializeToUtf8Bytes(change, SupplyJson.Default.SupplyEvent)];

    /// <summary>Reads an event.</summary>
    /// <exception cref="FormatException">The bytes are no event of a known format.</exception>
    public static SupplyEvent Decode(ReadOnlySpan<byte> source)
    {
        if (source.IsEmpty || source[0] != Format)
        {
            throw new FormatException($"Supply event of format {(source.IsEmpty ? "none" : source[0])}; this program reads format {Format}.");
        }

        try
        {
            return JsonSerializer.Deserialize(source[1..], SupplyJson.Default.SupplyEvent) ?? throw new FormatException("Supply event that says nothing.");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw new FormatException($"Supply event that cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Hash of what is asked: all but its id and who asks.</summary>
    public static ulong HashOf(SupplyCommand command) =>
        OrderCodec.HashOf(JsonSerializer.SerializeToUtf8Bytes(command with { Id = default, By = default }, SupplyJson.Default.SupplyCommand));
}

/// <summary>How events of supply are written.</summary>
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(SkuJson), typeof(LocationIdJson), typeof(ChannelJson), typeof(RequestIdJson), typeof(LotNameJson)])]
[JsonSerializable(typeof(SupplyEvent))]
[JsonSerializable(typeof(SupplyCommand))]
internal sealed partial class SupplyJson : JsonSerializerContext;
