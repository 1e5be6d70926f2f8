using System.Buffers.Binary;
using System.Buffers.Text;
using System.Numerics;
using System.Text;
using Inventory.Grpc.Errors;

namespace Inventory.Grpc.Calls;

/// <summary>
/// The opaque token of a page: the last key shown, with a check that ties it to the list it came from. It holds no state of the server and
/// never expires. The check finds mistakes, not malice: a forged token shows nothing that the caller may not list anyway.
/// </summary>
internal static class PageToken
{
    private const byte FormatVersion = 1;
    private const int HeadBytes = 5;

    /// <summary>
    /// The token that continues after <paramref name="lastKey"/>; <paramref name="scope"/> names the list and what it was asked for.
    /// </summary>
    public static string Make(string scope, string lastKey)
    {
        var bytes = new byte[HeadBytes + Encoding.UTF8.GetByteCount(lastKey)];
        bytes[0] = FormatVersion;
        Encoding.UTF8.GetBytes(lastKey, bytes.AsSpan(HeadBytes));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(1), Check(scope, bytes.AsSpan(HeadBytes)));
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>The key after which the page starts; null for the first page or, with a violation, for a wrong token.</summary>
    public static string? Read(string scope, string token, ref Violations violations)
    {
        if (token.Length == 0)
        {
            return null;
        }

        if (token.Length <= Limits.PageTokenCharsMax && TryDecode(token, out var bytes) && bytes.Length > HeadBytes
            && bytes[0] == FormatVersion
            && BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(1)) == Check(scope, bytes.AsSpan(HeadBytes)))
        {
            return Encoding.UTF8.GetString(bytes, HeadBytes, bytes.Length - HeadBytes);
        }

        violations.Add("page_token", "must be empty or the next_page_token of a response to the same request.");
        return null;
    }

    /// <summary>The size of a page.</summary>
    public static int Size(int asked, ref Violations violations, int max = Limits.PageSizeMax, int usual = Limits.PageSizeDefault)
    {
        if (asked >= 0 && asked <= max)
        {
            return asked == 0 ? usual : asked;
        }

        violations.Add("page_size", $"must be 0 to {max}; 0 means {usual}.");
        return 0;
    }

    private static bool TryDecode(string token, out byte[] bytes)
    {
        bytes = [];
        if (!Base64Url.IsValid(token))
        {
            return false;
        }

        bytes = Base64Url.DecodeFromChars(token);
        return true;
    }

    private static uint Check(string scope, ReadOnlySpan<byte> key)
    {
        var check = uint.MaxValue;
        foreach (var character in scope)
        {
            check = BitOperations.Crc32C(check, character);
        }

        foreach (var octet in key)
        {
            check = BitOperations.Crc32C(check, octet);
        }

        return ~check;
    }
}
