using System.Buffers;
using System.Buffers.Text;

namespace Inventory.Rivals.Redis;

/// <summary>An answer of a server that speaks RESP2: a number, or text, or an error. Lists are not read; nothing here asks for one.</summary>
/// <param name="Number">Of an integer.</param>
/// <param name="Text">Of a status or a bulk string; null of the null bulk string.</param>
/// <param name="Error">Of an error; else null.</param>
internal readonly record struct RespReply(long Number, string? Text, string? Error);

/// <summary>Reads answers from bytes that come in pieces of any size.</summary>
internal static class RespReader
{
    /// <summary>Takes one answer off the buffer, if it is there as a whole.</summary>
    /// <exception cref="FormatException">The bytes are no RESP2 that is known here.</exception>
    public static bool TryRead(ref ReadOnlySequence<byte> buffer, out RespReply reply)
    {
        reply = default;
        var reader = new SequenceReader<byte>(buffer);
        if (!reader.TryReadTo(out ReadOnlySequence<byte> head, "\r\n"u8))
        {
            return false;
        }

        ReadOnlySpan<byte> line = head.ToArray();
        if (line.IsEmpty)
        {
            throw new FormatException("An empty line where an answer should begin.");
        }

        var rest = line[1..];
        switch (line[0])
        {
            case (byte)':':
                reply = new RespReply(Number(rest), null, null);
                break;
            case (byte)'+':
                reply = new RespReply(0, Ascii(rest), null);
                break;
            case (byte)'-':
                reply = new RespReply(0, null, Ascii(rest));
                break;
            case (byte)'$':
                var length = Number(rest);
                if (length < 0)
                {
                    break;
                }

                if (reader.Remaining < length + 2)
                {
                    return false;
                }

                reply = new RespReply(0, Ascii(buffer.Slice(reader.Position, length).ToArray()), null);
                reader.Advance(length + 2);
                break;
            default:
                throw new FormatException($"An answer that begins with byte {line[0]} is not known here.");
        }

        buffer = buffer.Slice(reader.Position);
        return true;
    }

    private static long Number(ReadOnlySpan<byte> digits) => Utf8Parser.TryParse(digits, out long number, out var used) && used == digits.Length
        ? number
        : throw new FormatException($"'{Ascii(digits)}' is no number.");

    private static string Ascii(ReadOnlySpan<byte> bytes) => System.Text.Encoding.ASCII.GetString(bytes);
}
