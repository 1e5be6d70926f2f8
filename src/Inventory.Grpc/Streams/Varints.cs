using System.Numerics;

namespace Inventory.Grpc.Streams;

/// <summary>Whole numbers as protobuf writes them.</summary>
internal static class Varints
{
    /// <summary>Bytes of a number, 1 to 10.</summary>
    public static int LengthOf(ulong value) => (BitOperations.Log2(value | 1) / 7) + 1;

    /// <summary>Writes a number at a place, and moves the place behind it.</summary>
    public static void Write(Span<byte> span, ref int at, ulong value)
    {
        while (value >= 128)
        {
            span[at++] = (byte)(value | 128);
            value >>= 7;
        }

        span[at++] = (byte)value;
    }
}
