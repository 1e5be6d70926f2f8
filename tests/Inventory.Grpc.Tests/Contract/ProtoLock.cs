using Google.Protobuf.Reflection;
using Inventory.V1;

namespace Inventory.Grpc.Tests.Contract;

/// <summary>Draws the wire contract as lines, one for each thing that a peer depends on, each complete in itself.</summary>
internal static class ProtoLock
{
    public static readonly FileDescriptor[] Files =
    [
        CommonReflection.Descriptor, LocationServiceReflection.Descriptor, StockServiceReflection.Descriptor,
        AvailabilityServiceReflection.Descriptor, ReservationServiceReflection.Descriptor, OrderServiceReflection.Descriptor,
        PolicyServiceReflection.Descriptor, CatalogServiceReflection.Descriptor, TransferServiceReflection.Descriptor, SupplyServiceReflection.Descriptor,
    ];

    public static SortedSet<string> Draw()
    {
        var lines = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var file in Files)
        {
            foreach (var service in file.Services)
            {
                lines.UnionWith(service.Methods.Select(Method));
            }

            foreach (var message in file.MessageTypes)
            {
                Message(message, lines);
            }

            foreach (var kind in file.EnumTypes)
            {
                Enum(kind, lines);
            }
        }

        return lines;
    }

    private static string Method(MethodDescriptor method) =>
        $"rpc {method.FullName}({Streamed(method.IsClientStreaming)}{method.InputType.FullName})"
        + $" returns ({Streamed(method.IsServerStreaming)}{method.OutputType.FullName})";

    private static string Streamed(bool streamed) => streamed ? "stream " : "";

    private static void Message(MessageDescriptor message, SortedSet<string> lines)
    {
        lines.Add($"message {message.FullName}");
        foreach (var field in message.Fields.InDeclarationOrder())
        {
            var repeated = field.IsRepeated ? "repeated " : "";
            var oneof = field.RealContainingOneof is { } choice ? $" in oneof {choice.Name}" : "";
            lines.Add($"field {message.FullName} {field.FieldNumber}: {repeated}{TypeOf(field)} {field.Name}{oneof}");
        }

        foreach (var nested in message.NestedTypes)
        {
            Message(nested, lines);
        }

        foreach (var nested in message.EnumTypes)
        {
            Enum(nested, lines);
        }
    }

    private static void Enum(EnumDescriptor kind, SortedSet<string> lines)
    {
        lines.UnionWith(kind.Values.Select(value => $"value {kind.FullName} {value.Number}: {value.Name}"));
    }

    private static string TypeOf(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Message => field.MessageType.FullName,
        FieldType.Enum => field.EnumType.FullName,
        var scalar => scalar.ToString().ToLowerInvariant(),
    };
}
