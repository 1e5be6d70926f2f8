using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Compat.Grpc.Tests.Server.Probe;
using Google.Protobuf;
using Grpc.Core;

namespace Compat.Grpc.Tests.Server;

public sealed class MalformedRequestTests
{
    /// <summary>To upstream these are errors of the handler.</summary>
    private static readonly StatusCode? Thrown = Upstream.IsUnderTest ? StatusCode.Unknown : null;

    public static TheoryData<string, byte[], StatusCode, string> Bodies() => new()
    {
        { "nothing", [], StatusCode.Internal, "Incomplete message." },
        { "half a header", [0, 0, 0], StatusCode.Internal, "Incomplete message." },
        { "half a message", [0, 0, 0, 0, 9, 1, 2], StatusCode.Internal, "Incomplete message." },
        { "a second message", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0], StatusCode.Internal, "Additional data after the message received." },
        { "bytes after the message", [0, 0, 0, 0, 0, 1], StatusCode.Internal, "Additional data after the message received." },
        { "a flag of 2", [2, 0, 0, 0, 0], Thrown ?? StatusCode.Internal, Text("Unexpected compressed flag value in message header.") },
        { "no protobuf", [0, 0, 0, 0, 1, 0x0A], Thrown ?? StatusCode.Internal, Text("Request message could not be parsed.") },
        {
            "a length of 4 GiB", [0, 255, 255, 255, 255],
            Thrown ?? StatusCode.ResourceExhausted, Text("Received message exceeds the maximum configured message size.")
        },
        {
            "compressed without saying how", [1, 0, 0, 0, 0],
            StatusCode.Internal, "Request did not include grpc-encoding value with compressed message."
        },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_broken_body_fails_the_call_and_not_the_server(string what, byte[] body, StatusCode status, string message)
    {
        await using var host = await ProbeHost.StartAsync();
        host.Service.OnOne = (_, _) => throw new InvalidOperationException("not reached");
        var reply = await host.CallAsync(RawCall.One, body);
        Assert.True((status, message) == (reply.Status, reply.Message), $"{what}: {reply.Status} {reply.Message}");
        Assert.Equal(HttpStatusCode.OK, reply.Http);
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_broken_body_fails_a_stream_of_responses_too(string what, byte[] body, StatusCode status, string message)
    {
        await using var host = await ProbeHost.StartAsync();
        var reply = await host.CallAsync(RawCall.Down, body);
        Assert.True((status, message) == (reply.Status, reply.Message), $"{what}: {reply.Status} {reply.Message}");
    }

    [Fact]
    public async Task A_stream_that_breaks_off_does_not_look_like_its_end()
    {
        await using var host = await ProbeHost.StartAsync();
        var body = RawCall.Frame(new ProbeRequest { What = "whole" }).Concat(new byte[] { 0, 0, 0, 0, 9, 1 }).ToArray();
        var reply = await host.CallAsync(RawCall.Up, body);
        Assert.Equal((StatusCode.Internal, "Incomplete message."), (reply.Status, reply.Message));
    }

    [Fact]
    public async Task A_message_above_the_limit_is_refused_and_one_at_the_limit_is_not()
    {
        await using var host = await ProbeHost.StartAsync(options => options.MaxReceiveMessageSize = 100);
        var fits = await host.CallAsync(RawCall.One, new ProbeRequest { Payload = ByteString.CopyFrom(new byte[98]) });
        var above = await host.CallAsync(RawCall.One, new ProbeRequest { Payload = ByteString.CopyFrom(new byte[99]) });
        Assert.Equal(StatusCode.OK, fits.Status);
        Assert.Equal(StatusCode.ResourceExhausted, above.Status);
    }

    [Fact]
    public async Task The_limit_is_4_MiB_unless_set()
    {
        await using var host = await ProbeHost.StartAsync();
        var reply = await host.CallAsync(RawCall.One, [0, 0, 0x40, 0, 1]);
        Assert.Equal(StatusCode.ResourceExhausted, reply.Status);
    }

    [Fact]
    public async Task A_response_above_the_limit_is_refused()
    {
        await using var host = await ProbeHost.StartAsync(options => options.MaxSendMessageSize = 10);
        var reply = await host.CallAsync(RawCall.One, new ProbeRequest { What = "more than ten bytes" });
        Assert.Equal(
            (StatusCode.ResourceExhausted, "Sending message exceeds the maximum configured message size."), (reply.Status, reply.Message));
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/grpc-web")]
    public async Task Another_content_type_is_refused_with_415(string contentType)
    {
        await using var host = await ProbeHost.StartAsync();
        using var content = new ByteArrayContent(RawCall.Frame(new ProbeRequest()));
        content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        using var request = RawCall.Request(RawCall.One, content);
        var reply = await host.SendAsync(request);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, reply.Http);
        Assert.Equal($"Content-Type '{contentType}' is not supported.", reply.Message);
    }

    [Fact]
    public async Task Http_1_is_told_to_upgrade()
    {
        await using var host = await ProbeHost.StartAsync();
        using var content = new ByteArrayContent(RawCall.Frame(new ProbeRequest()));
        using var request = RawCall.Request(new Uri(host.Http1, RawCall.One).ToString(), content);
        request.Version = HttpVersion.Version11;
        var reply = await host.SendAsync(request);
        Assert.Equal(HttpStatusCode.UpgradeRequired, reply.Http);
        Assert.Equal("HTTP/2", reply.Header("Upgrade"));
        Assert.Equal("Request protocol 'HTTP/1.1' is not supported.", reply.Message);
    }

    [Fact]
    public async Task Compressed_requests_are_understood()
    {
        await using var host = await ProbeHost.StartAsync();
        var body = RawCall.Frame(Gzip(new ProbeRequest { What = "squeezed" }.ToByteArray()), flag: 1);
        var reply = await host.CallAsync(RawCall.One, body, ("grpc-encoding", "gzip"));
        Assert.Equal("squeezed", reply.Single(ProbeResponse.Parser).Text);
    }

    [Fact]
    public async Task An_unknown_encoding_is_unimplemented_and_the_known_ones_are_named()
    {
        await using var host = await ProbeHost.StartAsync();
        var reply = await host.CallAsync(RawCall.One, RawCall.Frame([1, 2, 3], flag: 1), ("grpc-encoding", "snappy"));
        Assert.Equal(StatusCode.Unimplemented, reply.Status);
        Assert.StartsWith("identity,gzip", reply.Header("grpc-accept-encoding"), StringComparison.Ordinal);
        Assert.Contains("snappy", reply.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_encoding_does_not_matter_to_a_message_that_is_not_compressed()
    {
        await using var host = await ProbeHost.StartAsync();
        var reply = await host.CallAsync(RawCall.One, new ProbeRequest { What = "plain" }, ("grpc-encoding", "snappy"));
        Assert.Equal("plain", reply.Single(ProbeResponse.Parser).Text);
    }

    [Fact]
    public async Task A_small_message_that_unpacks_beyond_the_limit_is_refused()
    {
        await using var host = await ProbeHost.StartAsync();
        var bomb = Gzip(new byte[64 * 1024 * 1024]);
        Assert.True(bomb.Length < 100_000);
        var reply = await host.CallAsync(RawCall.One, RawCall.Frame(bomb, flag: 1), ("grpc-encoding", "gzip"));
        Assert.Equal(StatusCode.ResourceExhausted, reply.Status);
    }

    [Fact]
    public async Task What_is_not_gzip_is_refused()
    {
        await using var host = await ProbeHost.StartAsync();
        var reply = await host.CallAsync(RawCall.One, RawCall.Frame([9, 9, 9, 9], flag: 1), ("grpc-encoding", "gzip"));
        Assert.Equal((Thrown ?? StatusCode.Internal, Text("Request message could not be decompressed.")), (reply.Status, reply.Message));
    }

    [Fact]
    public async Task Responses_are_compressed_for_those_who_accept_it()
    {
        await using var host = await ProbeHost.StartAsync(options => options.ResponseCompressionAlgorithm = "gzip");
        var request = new ProbeRequest { What = new string('x', 10_000) };
        var packed = await host.CallAsync(RawCall.One, request, ("grpc-accept-encoding", "identity, gzip"));
        var plain = await host.CallAsync(RawCall.One, request);
        var (flag, payload) = Assert.Single(packed.Frames());
        Assert.Equal(1, flag);
        Assert.Equal("gzip", packed.Header("grpc-encoding"));
        Assert.Equal(request.What, ProbeResponse.Parser.ParseFrom(Gunzip(payload)).Text);
        Assert.Equal(0, Assert.Single(plain.Frames()).Flag);
        Assert.Null(plain.Header("grpc-encoding"));
    }

    [Fact]
    public async Task A_handler_can_leave_one_response_uncompressed()
    {
        await using var host = await ProbeHost.StartAsync(options => options.ResponseCompressionAlgorithm = "gzip");
        host.Service.OnOne = (_, context) =>
        {
            context.WriteOptions = new WriteOptions(WriteFlags.NoCompress);
            return Task.FromResult(new ProbeResponse { Text = "as is" });
        };
        var reply = await host.CallAsync(RawCall.One, new ProbeRequest(), ("grpc-accept-encoding", "gzip"));
        Assert.Equal(0, Assert.Single(reply.Frames()).Flag);
        Assert.Equal("as is", reply.Single(ProbeResponse.Parser).Text);
    }

    private static string Text(string message) => Upstream.IsUnderTest ? "Exception was thrown by handler." : message;

    private static byte[] Gzip(byte[] plain)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            gzip.Write(plain);
        }

        return packed.ToArray();
    }

    private static byte[] Gunzip(byte[] packed)
    {
        using var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        gzip.CopyTo(plain);
        return plain.ToArray();
    }
}
