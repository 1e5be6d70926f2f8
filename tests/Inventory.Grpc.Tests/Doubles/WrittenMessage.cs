using System.Buffers;
using Grpc.Core;

namespace Inventory.Grpc.Tests.Doubles;

/// <summary>What a serializer of its own writes, which must be as long as it announces.</summary>
internal sealed class WrittenMessage : SerializationContext
{
    private readonly ArrayBufferWriter<byte> _writer = new();
    private int _announced;
    private bool _isComplete;

    /// <summary>The bytes of a message.</summary>
    public static byte[] Of(Action<SerializationContext> write)
    {
        var message = new WrittenMessage();
        write(message);
        Assert.True(message._isComplete);
        Assert.Equal(message._announced, message._writer.WrittenCount);
        return message._writer.WrittenSpan.ToArray();
    }

    public override void SetPayloadLength(int payloadLength) => _announced = payloadLength;

    public override IBufferWriter<byte> GetBufferWriter() => _writer;

    public override void Complete() => _isComplete = true;
}
