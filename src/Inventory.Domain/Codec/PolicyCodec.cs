using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Inventory.Domain.Routing;

namespace Inventory.Domain.Codec;

/// <summary>Events of policies as bytes: format (1), then JSON in UTF-8. Golden files pin them.</summary>
/// <remarks>What is absent of a policy is read as its default, what is unknown is refused.</remarks>
public static class PolicyCodec
{
    private const byte Format = 1;

    /// <summary>Writes an event.</summary>
    public static byte[] Encode(PolicyEvent change) => [Format, .. JsonSerializer.SerializeToUtf8Bytes(change, PolicyJson.Default.PolicyEvent)];

    /// <summary>Reads an event.</summary>
    /// <exception cref="FormatException">The bytes are no event of a known format.</exception>
    public static PolicyEvent Decode(ReadOnlySpan<byte> source)
    {
        if (source.IsEmpty || source[0] != Format)
        {
            throw new FormatException($"Policy event of format {(source.IsEmpty ? "none" : source[0])}; this program reads format {Format}.");
        }

        try
        {
            return JsonSerializer.Deserialize(source[1..], PolicyJson.Default.PolicyEvent) ?? throw new FormatException("Policy event that says nothing.");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw new FormatException($"Policy event that cannot be read: {e.Message}", e);
        }
    }

    internal static ulong HashOf(RoutingPolicy policy) => OrderCodec.HashOf(JsonSerializer.SerializeToUtf8Bytes(policy, PolicyJson.Default.RoutingPolicy));

    internal static ulong HashOf(PolicyChoice choice) => OrderCodec.HashOf(JsonSerializer.SerializeToUtf8Bytes(choice, PolicyJson.Default.PolicyChoice));

    internal static ulong HashOf(string words) => OrderCodec.HashOf(Encoding.UTF8.GetBytes(words));
}

/// <summary>How a policy is written: whole, but read over the defaults, which the serializer does not know.</summary>
internal sealed class PolicyJsonConverter : JsonConverter<RoutingPolicy>
{
    public override RoutingPolicy Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var defaults = JsonSerializer.SerializeToNode(new RoutingPolicy { Name = "" }, PolicyFieldsJson.Default.RoutingPolicy)!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(ref reader)!.AsObject())
        {
            defaults[name] = value?.DeepClone();
        }

        return defaults.Deserialize(PolicyFieldsJson.Default.RoutingPolicy)!;
    }

    public override void Write(Utf8JsonWriter writer, RoutingPolicy value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, PolicyFieldsJson.Default.RoutingPolicy);
}

/// <summary>How the events of policies are written.</summary>
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(PolicyJsonConverter), typeof(LocationIdJson), typeof(ChannelJson), typeof(RequestIdJson)])]
[JsonSerializable(typeof(PolicyEvent))]
[JsonSerializable(typeof(PolicyChoice))]
[JsonSerializable(typeof(RoutingPolicy))]
internal sealed partial class PolicyJson : JsonSerializerContext;

/// <summary>How the fields of a policy are written: all of them, for zero is a choice of its own.</summary>
[JsonSourceGenerationOptions(
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(LocationIdJson)])]
[JsonSerializable(typeof(RoutingPolicy))]
internal sealed partial class PolicyFieldsJson : JsonSerializerContext;
