using System.Buffers;
using System.Text;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>The encoding of <c>grpc-message</c>: UTF-8, with every byte outside of printable ASCII, and the percent sign, as %XX.</summary>
internal static class PercentEncoding
{
    private const string HexDigits = "0123456789ABCDEF";

    private static readonly SearchValues<char> Plain = SearchValues.Create(
        " !\"#$&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    /// <summary>The text itself if it needs no encoding.</summary>
    public static string Encode(string text)
    {
        var first = text.AsSpan().IndexOfAnyExcept(Plain);
        return first < 0 ? text : EncodeFrom(text, first);
    }

    private static string EncodeFrom(string text, int first)
    {
        var builder = new StringBuilder(text, 0, first, text.Length + 32);
        foreach (var octet in Encoding.UTF8.GetBytes(text[first..]))
        {
            if (octet is >= 0x20 and <= 0x7E and not (byte)'%')
            {
                builder.Append((char)octet);
            }
            else
            {
                builder.Append('%').Append(HexDigits[octet >> 4]).Append(HexDigits[octet & 0xF]);
            }
        }

        return builder.ToString();
    }
}
