using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Inventory.Cli;

/// <summary>JSON as people write it, read as messages of the API, and the form of all JSON that is not such a message.</summary>
/// <remarks>
/// What the API's own JSON takes is taken. Beside it values of an enum may be told in short (<c>store</c> for <c>LOCATION_KIND_STORE</c>) and comments may
/// stand, and what is wrong is told by the place where it stands, with what would be right.
/// </remarks>
internal static class JsonText
{
    private const string Unspecified = "UNSPECIFIED";
    private static readonly JsonParser s_parser = new(JsonParser.Settings.Default);
    private static readonly JsonDocumentOptions s_reading = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>How what is not a message of the API is written: names in camel case, and quotes and letters of all languages as they are.</summary>
    public static JsonSerializerOptions Written { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // for terminals and files, not for pages
    };

    /// <summary>Reads one message from a file.</summary>
    /// <param name="path">The file; <c>-</c> for standard input.</param>
    /// <exception cref="BadInputException">It cannot be read, or is no such message; each thing that is wrong stands on a line.</exception>
    public static T Read<T>(string path)
        where T : class, IMessage<T>, new()
    {
        try
        {
            var problems = new List<string>();
            var node = JsonNode.Parse(path == "-" ? Console.In.ReadToEnd() : File.ReadAllText(path), null, s_reading);
            if (node is not JsonObject message)
            {
                throw new BadInputException($"{path}: must be a JSON object, such as {{ \"name\": \"...\" }}.");
            }

            Spell(message, new T().Descriptor, "", problems);
            return problems.Count == 0
                ? s_parser.Parse<T>(message.ToJsonString())
                : throw new BadInputException(string.Join('\n', problems.Select(problem => $"{path}: {problem}")));
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidJsonException or JsonException or ArgumentException or IOException
            or UnauthorizedAccessException)
        {
            throw new BadInputException($"{path}: {e.Message}");
        }
    }

    // Puts the whole names of values into the places of short ones.
    private static void Spell(JsonObject message, MessageDescriptor type, string under, List<string> problems)
    {
        foreach (var (name, value) in message.ToArray())
        {
            var field = type.Fields.InDeclarationOrder().FirstOrDefault(each => each.Name == name || each.JsonName == name);
            if (field is null)
            {
                var known = string.Join(", ", type.Fields.InDeclarationOrder().Select(each => each.Name));
                problems.Add($"{under}{name}: there is no such field; it may be one of {known}.");
            }
            else if (value is JsonArray many && field.IsRepeated)
            {
                for (var i = 0; i < many.Count; i++)
                {
                    many[i] = Spelled(many[i], field, $"{under}{name}[{i}]", problems);
                }
            }
            else
            {
                message[name] = Spelled(value, field, under + name, problems);
            }
        }
    }

    private static JsonNode? Spelled(JsonNode? value, FieldDescriptor field, string place, List<string> problems)
    {
        switch (field.FieldType, value)
        {
            case (FieldType.Message, JsonObject inner) when !IsWellKnown(field.MessageType):
                Spell(inner, field.MessageType, place + ".", problems);
                break;
            case (FieldType.Enum, JsonValue text) when text.GetValueKind() == JsonValueKind.String:
                if (Value(field.EnumType, text.GetValue<string>()) is { } found)
                {
                    return JsonValue.Create(found.Name);
                }

                var known = string.Join(", ", field.EnumType.Values.Skip(1).Select(each => Short(field.EnumType, each)));
                problems.Add($"{place}: is '{text}'; it must be one of {known}.");
                break;
        }

        return value?.DeepClone();
    }

    private static EnumValueDescriptor? Value(EnumDescriptor type, string text) =>
        type.Values.FirstOrDefault(each => each.Name == text || Short(type, each).Equals(text.Replace('_', '-'), StringComparison.OrdinalIgnoreCase));

    private static string Short(EnumDescriptor type, EnumValueDescriptor value)
    {
        var prefix = type.Values[0].Name[..^Unspecified.Length];
        return value.Name[prefix.Length..].ToLowerInvariant().Replace('_', '-');
    }

    // Their JSON is text, not an object of their fields.
    private static bool IsWellKnown(MessageDescriptor type) => type.File.Package == "google.protobuf";
}
