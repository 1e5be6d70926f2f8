using System.Diagnostics.CodeAnalysis;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Values of headers that end in <c>-bin</c>: base64, read with or without padding, written without.</summary>
internal static class BinaryHeader
{
    public static bool TryDecode(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        text = text.Trim(' ');
        var unpadded = text.TrimEnd('=');
        var padding = text.Length - unpadded.Length;
        if (unpadded.Length % 4 == 1 || padding > 2 || (padding > 0 && text.Length % 4 != 0) || unpadded.ContainsAny(" \t\r\n"))
        {
            return false;
        }

        Span<char> last = stackalloc char[4];
        last.Fill('=');
        var whole = unpadded.Length & ~3;
        unpadded[whole..].CopyTo(last);
        var decoded = new byte[(whole / 4 * 3) + (unpadded.Length == whole ? 0 : (unpadded.Length % 4) - 1)];
        if (!Convert.TryFromBase64Chars(unpadded[..whole], decoded, out var written)
            || (unpadded.Length > whole && !Convert.TryFromBase64Chars(last, decoded.AsSpan(written), out _)))
        {
            return false;
        }

        bytes = decoded;
        return true;
    }

    public static string Encode(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(bytes).TrimEnd('=');
}
