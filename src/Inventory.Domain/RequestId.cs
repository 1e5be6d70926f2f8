using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using System.Text;
using Orleans;

namespace Inventory.Domain;

/// <summary>A 128-bit fingerprint of the id that a caller gave to a write.</summary>
/// <remarks>
/// The text of a UUID is its own 16 bytes; any other text is the first 16 bytes of its SHA-256, marked as version 8 of RFC 9562. Two texts that
/// are no UUIDs collide with a probability of about n²/2¹²³ for n ids.
/// </remarks>
[GenerateSerializer, Immutable, Alias("request-id")]
public readonly record struct RequestId([property: Id(0)] ulong High, [property: Id(1)] ulong Low)
{
    private const int UuidCharacters = 36;
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <summary>Characters of <see cref="ToString"/>.</summary>
    public const int TokenCharacters = 26;

    /// <summary>Makes the fingerprint of a caller's text: 1 to 64 printable ASCII characters.</summary>
    public static bool TryParse(string? text, out RequestId id, [NotNullWhen(false)] out string? problem)
    {
        id = default;
        problem = text is { Length: > 0 and <= Limits.RequestIdCharactersMax }
            ? null
            : $"has {text?.Length ?? 0} characters; it must have 1 to {Limits.RequestIdCharactersMax}, a UUID for instance";
        if (problem is not null)
        {
            return false;
        }

        if (text.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            problem = "has a character that is not printable ASCII, or a space";
            return false;
        }

        id = Guid.TryParseExact(text, "D", out var guid) ? FromGuid(guid) : Hash(text!);
        return true;
    }

    /// <summary>The same of a text in ASCII, without a word on what is wrong; false also for UUIDs in unusual spelling.</summary>
    public static bool TryParse(ReadOnlySpan<byte> ascii, out RequestId id)
    {
        id = default;
        if (ascii.Length == UuidCharacters && ascii[8] == '-' && ascii[13] == '-' && ascii[18] == '-' && ascii[23] == '-')
        {
            return TryParseUuid(ascii, out id);
        }

        if (ascii.Length is 0 or > Limits.RequestIdCharactersMax || ascii.ContainsAnyExceptInRange((byte)'!', (byte)'~'))
        {
            return false;
        }

        id = Hash(ascii);
        return true;
    }

    /// <summary>As <see cref="TryParse(string, out RequestId, out string)"/>, but throws.</summary>
    /// <exception cref="FormatException">The text is no request id.</exception>
    public static RequestId Parse(string text) =>
        TryParse(text, out var id, out var problem) ? id : throw new FormatException($"request id {problem}");

    /// <summary>As <see cref="TryParseToken"/>, but throws.</summary>
    /// <exception cref="FormatException">The text is no token of an id.</exception>
    public static RequestId ParseToken(string token) =>
        TryParseToken(token, out var id) ? id : throw new FormatException($"'{token}' is no token of an id.");

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParseToken(ReadOnlySpan<char> token, out RequestId id)
    {
        id = default;
        if (token.Length != TokenCharacters || token[0] > '7')
        {
            return false;
        }

        UInt128 value = 0;
        foreach (var character in token)
        {
            var digit = Alphabet.IndexOf(character, StringComparison.Ordinal);
            if (digit < 0)
            {
                return false;
            }

            value = (value << 5) | (uint)digit;
        }

        id = new RequestId((ulong)(value >> 64), (ulong)value);
        return true;
    }

    /// <summary>The id of a further write that belongs to this one, such as a line of it. A pure function; different salts give different ids.</summary>
    public RequestId Derive(uint salt) => new(Mix(High ^ (0x9E3779B97F4A7C15UL * (salt + 1UL))), Mix(Low + (0xD1B54A32D192ED03UL * (salt + 1UL))));

    /// <summary>The token: 26 characters of Crockford's base 32.</summary>
    public override string ToString() => string.Create(TokenCharacters, this, static (span, id) => id.Write(span));

    /// <summary>Writes the token into <see cref="TokenCharacters"/> characters.</summary>
    internal void Write(Span<char> token)
    {
        Span<byte> ascii = stackalloc byte[TokenCharacters];
        WriteAscii(ascii);
        Encoding.ASCII.GetChars(ascii, token);
    }

    /// <summary>Writes the token into <see cref="TokenCharacters"/> bytes.</summary>
    internal void WriteAscii(Span<byte> token)
    {
        // The low 60 bits are its last twelve characters, the next 60 the twelve before, and the first two have what is left.
        WriteDigits(token[14..26], Low);
        WriteDigits(token[2..14], (Low >> 60) | (High << 4));
        WriteDigits(token[..2], High >> 56);
    }

    private static void WriteDigits(Span<byte> digits, ulong value)
    {
        for (var i = digits.Length - 1; i >= 0; i--)
        {
            digits[i] = (byte)Alphabet[(int)(value & 31)];
            value >>= 5;
        }
    }

    // Callers choose ids. The process's own random seed in HashCode keeps them from choosing ids that all fall into one bucket; nothing is stored by it.
    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(High, Low);

    // Nearly every id is one, and each line of a stream has an id: 32 digits at once, from between the dashes.
    private static bool TryParseUuid(ReadOnlySpan<byte> ascii, out RequestId id)
    {
        var characters = Vector256.Create(
            MemoryMarshal.Read<ulong>(ascii),
            MemoryMarshal.Read<uint>(ascii[9..]) | ((ulong)MemoryMarshal.Read<uint>(ascii[14..]) << 32),
            MemoryMarshal.Read<uint>(ascii[19..]) | ((ulong)MemoryMarshal.Read<uint>(ascii[24..]) << 32),
            MemoryMarshal.Read<ulong>(ascii[28..])).AsByte();
        var digits = characters - Vector256.Create((byte)'0');
        var letters = (characters | Vector256.Create((byte)0x20)) - Vector256.Create((byte)'a');
        var areDigits = Vector256.LessThan(digits, Vector256.Create((byte)10));
        var areLetters = Vector256.LessThan(letters, Vector256.Create((byte)6));
        if ((areDigits | areLetters) != Vector256<byte>.AllBitsSet)
        {
            id = default;
            return false;
        }

        var values = Vector256.ConditionalSelect(areDigits, digits, letters + Vector256.Create((byte)10)).AsUInt64();
        id = new RequestId(((ulong)Pack(values[0]) << 32) | Pack(values[1]), ((ulong)Pack(values[2]) << 32) | Pack(values[3]));
        return true;
    }

    // Eight digits of a byte each, the highest first in memory, as a number.
    private static uint Pack(ulong digits)
    {
        var pairs = ((digits << 4) | (digits >> 8)) & 0x00FF_00FF_00FF_00FF;
        var fours = (pairs | (pairs >> 8)) & 0x0000_FFFF_0000_FFFF;
        return BinaryPrimitives.ReverseEndianness((uint)(fours | (fours >> 16)));
    }

    private static RequestId FromGuid(Guid guid)
    {
        Span<byte> bytes = stackalloc byte[16];
        guid.TryWriteBytes(bytes, bigEndian: true, out _);
        return new RequestId(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));
    }

    private static RequestId Hash(string text)
    {
        Span<byte> ascii = stackalloc byte[Limits.RequestIdCharactersMax];
        return Hash(ascii[..Encoding.ASCII.GetBytes(text, ascii)]);
    }

    private static RequestId Hash(ReadOnlySpan<byte> ascii)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(ascii, hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new RequestId(BinaryPrimitives.ReadUInt64BigEndian(hash), BinaryPrimitives.ReadUInt64BigEndian(hash[8..]));
    }

    // The finaliser of SplitMix64 (Steele, Lea, Flood 2014): a bijection that spreads every bit.
    private static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9UL;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EBUL;
        return x ^ (x >> 31);
    }
}

/// <summary>A hold within a stock: which line of which reservation.</summary>
/// <param name="Reservation">Fingerprint of the request that reserved.</param>
/// <param name="Line">Place of the line, from 0.</param>
[GenerateSerializer, Immutable, Alias("hold-id")]
public readonly record struct HoldId([property: Id(0)] RequestId Reservation, [property: Id(1)] int Line)
{
    /// <inheritdoc/>
    public override int GetHashCode() => Reservation.GetHashCode() + (Line * 486187739);
}

/// <summary>Name of a reservation for callers. From the name alone one knows its owner: the stock if it has one line, else a coordinator.</summary>
/// <param name="Request">Fingerprint of the request that reserved.</param>
/// <param name="Stock">The stock of a reservation with one line; null if a coordinator owns it.</param>
public readonly record struct ReservationId(RequestId Request, StockKey? Stock)
{
    private const string Many = "MANY";

    /// <summary>Reads <c>SKU@LOCATION~TOKEN</c> or <c>MANY~TOKEN</c>.</summary>
    public static bool TryParse(string? text, out ReservationId id, [NotNullWhen(false)] out string? problem)
    {
        id = default;
        problem = "must be the reservation_id of a Reserve answer, such as SKU@LOCATION~TOKEN";
        var tilde = text?.LastIndexOf('~') ?? -1;
        if (tilde < 0 || !RequestId.TryParseToken(text.AsSpan(tilde + 1), out var request))
        {
            return false;
        }

        var owner = text![..tilde];
        if (owner == Many)
        {
            id = new ReservationId(request, null);
        }
        else if (StockKey.TryParse(owner, out var key, out _))
        {
            id = new ReservationId(request, key);
        }
        else
        {
            return false;
        }

        problem = null;
        return true;
    }

    /// <summary>Characters of its text.</summary>
    public int Characters => (Stock is { } key ? key.Sku.Value.Length + 1 + key.Location.Value.Length : Many.Length) + 1 + RequestId.TokenCharacters;

    /// <summary>Writes its text, which is ASCII, into <see cref="Characters"/> bytes.</summary>
    public void WriteAscii(Span<byte> text)
    {
        if (Stock is { } key)
        {
            Encoding.ASCII.GetBytes(key.Sku.Value, text);
            text[key.Sku.Value.Length] = (byte)'@';
            Encoding.ASCII.GetBytes(key.Location.Value, text[(key.Sku.Value.Length + 1)..]);
        }
        else
        {
            Encoding.ASCII.GetBytes(Many, text);
        }

        text[^(RequestId.TokenCharacters + 1)] = (byte)'~';
        Request.WriteAscii(text[^RequestId.TokenCharacters..]);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(Characters, this, static (text, id) =>
    {
        Span<byte> ascii = stackalloc byte[text.Length];
        id.WriteAscii(ascii);
        Encoding.ASCII.GetChars(ascii, text);
    });
}
