using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>HTTP headers to metadata and back.</summary>
internal static class CallMetadata
{
    /// <summary>All headers of the caller, without those that belong to HTTP or to gRPC itself.</summary>
    /// <exception cref="RpcException">A binary header is not base64.</exception>
    public static Metadata FromHeaders(IHeaderDictionary headers)
    {
        var metadata = new Metadata(headers.Count);
        foreach (var (name, values) in headers)
        {
            if (name.StartsWith(':') || IsProtocolHeader(name))
            {
                continue;
            }

            var key = name.ToLowerInvariant();
            foreach (var value in values)
            {
                if (Metadata.Entry.IsBinaryKey(key))
                {
                    AddBinary(metadata, key, value);
                }
                else
                {
                    metadata.Add(Metadata.Entry.FromWire(key, value ?? ""));
                }
            }
        }

        return metadata;
    }

    /// <exception cref="InvalidOperationException">The value has characters that HTTP does not allow.</exception>
    public static void Append(IHeaderDictionary headers, Metadata.Entry entry) =>
        headers.Append(entry.Key, entry.IsBinary ? BinaryHeader.Encode(entry.BytesUnsafe) : entry.Value);

    /// <summary>True if a list such as <c>identity, gzip</c> names the encoding.</summary>
    public static bool Accepts(StringValues acceptEncoding, string encoding)
    {
        foreach (var value in acceptEncoding)
        {
            var rest = value.AsSpan();
            foreach (var part in rest.Split(','))
            {
                if (rest[part].Trim(' ').SequenceEqual(encoding))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool IsProtocolHeader(string name) => name.Length switch
    {
        2 => Is(name, "te"),
        4 => Is(name, "host"),
        12 => Is(name, "content-type") || Is(name, "grpc-timeout"),
        13 => Is(name, "grpc-encoding"),
        15 => Is(name, "accept-encoding"),
        16 => Is(name, "content-encoding"),
        20 => Is(name, "grpc-accept-encoding"),
        _ => false,
    };

    private static bool Is(string name, string other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);

    /// <summary>HTTP may join several values of one header with commas, which base64 does not use.</summary>
    private static void AddBinary(Metadata metadata, string key, string? value)
    {
        var text = value.AsSpan();
        foreach (var part in text.Split(','))
        {
            if (!BinaryHeader.TryDecode(text[part], out var bytes))
            {
                throw new RpcException(new Status(StatusCode.Internal, $"Request header '{key}' is not base64."));
            }

            metadata.Add(Metadata.Entry.FromWire(key, bytes));
        }
    }
}
