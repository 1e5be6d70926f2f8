using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Grpc.Core;

namespace Compat.Grpc.Tests.Server;

/// <summary>A gRPC call as bytes over HttpClient, so that no client library can hide what the server does.</summary>
internal static class RawCall
{
    public const string One = "/compat.probe.v1.Probe/One";
    public const string Up = "/compat.probe.v1.Probe/Up";
    public const string Down = "/compat.probe.v1.Probe/Down";
    public const string Both = "/compat.probe.v1.Probe/Both";

    public static byte[] Frame(IMessage message) => Frame(message.ToByteArray());

    public static byte[] Frame(ReadOnlySpan<byte> payload, byte flag = 0)
    {
        var frame = new byte[5 + payload.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), payload.Length);
        payload.CopyTo(frame.AsSpan(5));
        return frame;
    }

    public static HttpRequestMessage Request(string path, HttpContent content, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        content.Headers.ContentType ??= new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        foreach (var (name, value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        return request;
    }

    public static Task<RawReply> CallAsync(this ProbeHost host, string path, IMessage message, params (string Name, string Value)[] headers) =>
        host.CallAsync(path, Frame(message), headers);

    public static async Task<RawReply> CallAsync(
        this ProbeHost host, string path, byte[] body, params (string Name, string Value)[] headers)
    {
        using var request = Request(path, new ByteArrayContent(body), headers);
        return await host.SendAsync(request);
    }

    public static async Task<RawReply> SendAsync(this ProbeHost host, HttpRequestMessage request)
    {
        using var response = await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return await ReadAsync(response);
    }

    public static async Task<RawReply> ReadAsync(HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsByteArrayAsync();
        return new RawReply(response.StatusCode, response.Headers, response.TrailingHeaders, body);
    }
}

/// <summary>What came back: the status from the trailers, or from the headers if there was no body.</summary>
internal sealed record RawReply(HttpStatusCode Http, HttpResponseHeaders Headers, HttpResponseHeaders Trailers, byte[] Body)
{
    public bool IsTrailersOnly => Headers.Contains("grpc-status");

    public StatusCode Status => (StatusCode)int.Parse(Value("grpc-status")!, System.Globalization.CultureInfo.InvariantCulture);

    public string? RawMessage => Value("grpc-message");

    public string Message => Uri.UnescapeDataString(RawMessage ?? "");

    public string? Value(string name)
    {
        var from = IsTrailersOnly ? Headers : Trailers;
        return from.TryGetValues(name, out var values) ? string.Join(",", values) : null;
    }

    public string? Header(string name) => Headers.TryGetValues(name, out var values) ? string.Join(",", values) : null;

    public IReadOnlyList<(byte Flag, byte[] Payload)> Frames()
    {
        var frames = new List<(byte, byte[])>();
        for (var at = 0; at < Body.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(Body.AsSpan(at + 1));
            frames.Add((Body[at], Body.AsSpan(at + 5, length).ToArray()));
            at += 5 + length;
        }

        return frames;
    }

    public T Single<T>(MessageParser<T> parser)
        where T : IMessage<T> => parser.ParseFrom(Assert.Single(Frames()).Payload);
}
