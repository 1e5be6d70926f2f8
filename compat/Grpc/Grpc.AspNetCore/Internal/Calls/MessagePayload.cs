using System.Buffers;
using Grpc.Core;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Where marshallers read requests from. One per thread is kept, since a message is deserialized without a pause.</summary>
internal sealed class MessagePayload : DeserializationContext
{
    [ThreadStatic]
    private static MessagePayload? _idle;

    private ReadOnlySequence<byte> _payload;

    public override int PayloadLength => (int)_payload.Length;

    public static T Deserialize<T>(in ReadOnlySequence<byte> payload, Func<DeserializationContext, T> deserializer)
    {
        var context = _idle ?? new MessagePayload();
        _idle = null;
        try
        {
            context._payload = payload;
            return deserializer(context);
        }
        finally
        {
            context._payload = default;
            _idle = context;
        }
    }

    public override byte[] PayloadAsNewBuffer() => _payload.ToArray();

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => _payload;
}
