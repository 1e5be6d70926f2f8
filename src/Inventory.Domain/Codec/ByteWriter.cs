using System.Buffers.Binary;
using System.Text;
using Inventory.Domain.Stocks;

namespace Inventory.Domain.Codec;

/// <summary>Writes little-endian figures and short texts into a span. The caller provides room enough.</summary>
internal ref struct ByteWriter(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;

    public int Written { get; private set; }

    public void Byte(byte value) => _destination[Written++] = value;

    public void Int16(short value)
    {
        BinaryPrimitives.WriteInt16LittleEndian(_destination[Written..], value);
        Written += sizeof(short);
    }

    public void Int32(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_destination[Written..], value);
        Written += sizeof(int);
    }

    public void Int64(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_destination[Written..], value);
        Written += sizeof(long);
    }

    public void Request(RequestId id)
    {
        Int64((long)id.High);
        Int64((long)id.Low);
    }

    public void Hold(HoldId id)
    {
        Request(id.Reservation);
        Int32(id.Line);
    }

    /// <summary>Four bytes of length, then what another codec writes.</summary>
    public void Block<T>(T value, BlockEncoder<T> encode)
    {
        var length = encode(value, _destination[(Written + sizeof(int))..]);
        Int32(length);
        Written += length;
    }

    /// <summary>One byte of length, then UTF-8; at most 255 bytes.</summary>
    public void ShortText(string? text)
    {
        var length = Encoding.UTF8.GetBytes(text ?? "", _destination[(Written + 1)..]);
        Invariant.Holds(length <= byte.MaxValue);
        _destination[Written] = (byte)length;
        Written += 1 + length;
    }

    /// <summary>Two bytes of length, then UTF-8; at most 32,767 bytes.</summary>
    public void LongText(string text)
    {
        var length = Encoding.UTF8.GetBytes(text, _destination[(Written + sizeof(short))..]);
        Invariant.Holds(length <= short.MaxValue);
        Int16((short)length);
        Written += length;
    }
}

/// <summary>Writes a value into a span and tells how many bytes that took.</summary>
internal delegate int BlockEncoder<in T>(T value, Span<byte> destination);

/// <summary>Reads what <see cref="ByteWriter"/> wrote.</summary>
/// <remarks>Throws <see cref="FormatException"/> past the end: bytes come from a checked journal, so that means a bug or another version.</remarks>
internal ref struct ByteReader(ReadOnlySpan<byte> source)
{
    private ReadOnlySpan<byte> _rest = source;

    public readonly bool AtEnd => _rest.IsEmpty;

    public byte Byte() => Take(1)[0];

    /// <summary>A number of a list that ends at <paramref name="last"/>.</summary>
    public byte ByteUpTo(byte last, string what)
    {
        var value = Byte();
        return value <= last ? value : throw new FormatException($"A record with the unknown {what} {value}.");
    }

    /// <summary>How many items of at least <paramref name="itemBytes"/> bytes follow; two bytes.</summary>
    public int Count16(int itemBytes) => Count(Int16(), itemBytes);

    /// <summary>How many items of at least <paramref name="itemBytes"/> bytes follow; four bytes.</summary>
    public int Count32(int itemBytes) => Count(Int32(), itemBytes);

    public Condition Condition() => (Condition)ByteUpTo((byte)Stocks.Condition.Display, "condition");

    public short Int16() => BinaryPrimitives.ReadInt16LittleEndian(Take(sizeof(short)));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));

    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));

    public RequestId Request() => new((ulong)Int64(), (ulong)Int64());

    public HoldId Hold() => new(Request(), Int32());

    public ReadOnlySpan<byte> Block() => Take(Int32());

    public string ShortText() => Encoding.UTF8.GetString(Take(Byte()));

    public string LongText() => Encoding.UTF8.GetString(Take(Int16()));

    public Channel Channel()
    {
        var bytes = Take(Byte());
        return bytes.IsEmpty ? default
            : bytes.SequenceEqual("web"u8) ? Domain.Channel.Web
            : Domain.Channel.Parse(Encoding.UTF8.GetString(bytes));
    }

    // Checked before room is made for the items, so that a wrong count costs an exception and no memory.
    private readonly int Count(int count, int itemBytes) => count >= 0 && (long)count * itemBytes <= _rest.Length
        ? count
        : throw new FormatException($"A list of {count} items in the {_rest.Length} bytes that are left.");

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0)
        {
            throw new FormatException("A text of negative length.");
        }

        if (count > _rest.Length)
        {
            throw new FormatException($"The record ends {count - _rest.Length} bytes early.");
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
