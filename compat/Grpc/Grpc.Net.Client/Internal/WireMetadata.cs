using System.Net.Http.Headers;
using Grpc.Core;

namespace Grpc.Net.Client.Internal;

/// <summary>Metadata as HTTP headers and back.</summary>
internal static class WireMetadata
{
    public const string Status = "grpc-status";
    public const string Message = "grpc-message";
    public const string Timeout = "grpc-timeout";
    public const string Encoding = "grpc-encoding";
    public const string AcceptEncoding = "grpc-accept-encoding";

    /// <summary>A caller's header that asks for compressed requests; it does not travel itself.</summary>
    public const string RequestEncoding = "grpc-internal-encoding-request";

    /// <summary>Adds a caller's entries; those that the protocol owns are left out.</summary>
    public static void Write(Metadata metadata, HttpRequestHeaders headers)
    {
        for (var i = 0; i < metadata.Count; i++)
        {
            var entry = metadata[i];
            if (IsReserved(entry.Key) || entry.Key == RequestEncoding)
            {
                continue;
            }

            if (entry.Key == "user-agent")
            {
                headers.Remove("user-agent");
            }

            headers.TryAddWithoutValidation(entry.Key, entry.IsBinary ? Convert.ToBase64String(entry.BytesUnsafe) : entry.Value);
        }
    }

    public static Metadata Read(HttpResponseHeaders headers)
    {
        var metadata = new Metadata();
        foreach (var (name, values) in headers.NonValidated)
        {
            var key = name.ToLowerInvariant();
            if (IsReserved(key))
            {
                continue;
            }

            foreach (var value in values)
            {
                if (key.EndsWith(Metadata.BinaryHeaderSuffix, StringComparison.Ordinal))
                {
                    AddBinary(metadata, key, value);
                }
                else
                {
                    metadata.Add(Metadata.Entry.FromWire(key, value));
                }
            }
        }

        return metadata;
    }

    public static string? Find(HttpHeaders headers, string name)
    {
        if (headers.NonValidated.TryGetValues(name, out var values))
        {
            foreach (var value in values)
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>Undoes the percent encoding of grpc-message; what is not valid stays as it is, as the protocol wants.</summary>
    public static string DecodeMessage(string text)
    {
        if (!text.Contains('%'))
        {
            return text;
        }

        var bytes = new byte[System.Text.Encoding.UTF8.GetMaxByteCount(text.Length)];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                bytes[length++] = Convert.FromHexString(text.AsSpan(i + 1, 2))[0];
                i += 2;
            }
            else
            {
                length += System.Text.Encoding.UTF8.GetBytes(text.AsSpan(i, 1), bytes.AsSpan(length));
            }
        }

        return System.Text.Encoding.UTF8.GetString(bytes, 0, length);
    }

    /// <summary>Time left as grpc-timeout: at most eight digits and a unit; rounded up, so that a live deadline is never zero.</summary>
    public static string FormatTimeout(TimeSpan left)
    {
        const long largest = 99_999_999;
        var milliseconds = Math.Max(1, (left.Ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond);
        if (milliseconds <= largest)
        {
            return $"{milliseconds}m";
        }

        var seconds = (milliseconds + 999) / 1000;
        return seconds <= largest ? $"{seconds}S" : $"{Math.Min(largest, (seconds + 3599) / 3600)}H";
    }

    private static void AddBinary(Metadata metadata, string key, string value)
    {
        // Several values of one key may travel in one header line, joined by commas.
        foreach (var range in value.AsSpan().Split(','))
        {
            var text = value.AsSpan()[range].Trim();
            if (TryDecodeBase64(text, out var bytes))
            {
                metadata.Add(Metadata.Entry.FromWire(key, bytes));
            }
        }
    }

    /// <summary>Base64 with or without padding: senders may leave it out.</summary>
    private static bool TryDecodeBase64(ReadOnlySpan<char> text, out byte[] bytes)
    {
        text = text.TrimEnd('=');
        var padded = new char[(text.Length + 3) / 4 * 4];
        text.CopyTo(padded);
        padded.AsSpan(text.Length).Fill('=');
        bytes = new byte[padded.Length / 4 * 3];
        if (!Convert.TryFromBase64Chars(padded, bytes, out var length))
        {
            bytes = [];
            return false;
        }

        Array.Resize(ref bytes, length);
        return true;
    }

    private static bool IsReserved(string key) => key switch
    {
        Status or Message or Timeout or Encoding or AcceptEncoding or "grpc-message-type" or "te" or "content-type" or "host" => true,
        _ => key.Length > 0 && key[0] == ':',
    };
}
