using System.IO.Compression;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Compat.Grpc.Tests.Client;

/// <summary>What a client makes of answers that are not as they should be.</summary>
public sealed class BadAnswerTests
{
    private const StatusCode NoAnswer = Upstream.IsUnderTest ? StatusCode.Cancelled : StatusCode.Unknown;

    [Theory]
    [InlineData(400, StatusCode.Internal)]
    [InlineData(401, StatusCode.Unauthenticated)]
    [InlineData(403, StatusCode.PermissionDenied)]
    [InlineData(404, StatusCode.Unimplemented)]
    [InlineData(418, StatusCode.Unknown)]
    [InlineData(429, StatusCode.Unavailable)]
    [InlineData(500, StatusCode.Unknown)]
    [InlineData(502, StatusCode.Unavailable)]
    [InlineData(503, StatusCode.Unavailable)]
    [InlineData(504, StatusCode.Unavailable)]
    public Task An_HTTP_status_stands_for_a_gRPC_status(int http, StatusCode expected) =>
        UnaryFailsAsync(expected, context => context.Response.StatusCode = http);

    [Theory]
    [InlineData(0x0, Upstream.IsUnderTest ? StatusCode.Internal : StatusCode.Unavailable)]
    [InlineData(0x1, StatusCode.Internal)]
    [InlineData(0x2, StatusCode.Internal)]
    [InlineData(0x3, StatusCode.Internal)]
    [InlineData(0x6, StatusCode.Internal)]
    [InlineData(0x7, StatusCode.Unavailable)]
    [InlineData(0x8, StatusCode.Cancelled)]
    [InlineData(0xa, StatusCode.Internal)]
    [InlineData(0xb, StatusCode.ResourceExhausted)]
    [InlineData(0xc, StatusCode.PermissionDenied)]
    public async Task A_reset_stream_stands_for_a_gRPC_status(int code, StatusCode expected)
    {
        await using var server = await ScriptedServer.StartAsync(async http =>
        {
            // After the headers, because the transport sends a refused stream again when it has seen nothing of an answer.
            http.Response.ContentType = "application/grpc";
            await http.Response.StartAsync();
            await http.Response.Body.FlushAsync();
            http.Features.GetRequiredFeature<IHttpResetFeature>().Reset(code);
        });
        using var channel = server.Channel();
        await channel.Call([1]).ResponseAsync.FailsAsync(expected);
        channel.HasActiveCalls(0);
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("application/grpc-web")]
    [InlineData("application/json")]
    [InlineData(null)]
    public Task Another_content_type_is_no_gRPC_answer(string? type) =>
        UnaryFailsAsync(NoAnswer, http => http.Response.ContentType = type);

    [Fact]
    public async Task An_answer_without_a_status_is_unknown()
    {
        await using var server = await ScriptedServer.StartAsync(async http =>
        {
            http.Response.ContentType = "application/grpc";
            await http.Response.Body.WriteAsync(ScriptedServer.Frame([1]));
        });
        using var channel = server.Channel();
        await channel.Call([1]).ResponseAsync.FailsAsync(NoAnswer);
    }

    [Theory]
    [InlineData("17", Upstream.IsUnderTest ? (StatusCode)17 : StatusCode.Unknown)]
    [InlineData("-1", Upstream.IsUnderTest ? (StatusCode)(-1) : StatusCode.Unknown)]
    [InlineData("many", Upstream.IsUnderTest ? StatusCode.Internal : StatusCode.Unknown)]
    [InlineData("", Upstream.IsUnderTest ? StatusCode.Internal : StatusCode.Unknown)]
    public Task A_status_that_does_not_exist_fails_the_call(string status, StatusCode expected) => UnaryFailsAsync(expected, http =>
    {
        http.Response.ContentType = "application/grpc";
        http.Response.Headers["grpc-status"] = status;
    });

    [Fact]
    public async Task A_status_in_the_headers_ends_the_call_with_its_message_and_metadata()
    {
        await using var server = await ScriptedServer.StartAsync(http =>
        {
            http.Response.ContentType = "application/grpc";
            http.Response.Headers["grpc-status"] = "5";
            http.Response.Headers["grpc-message"] = "not%20here %e2%98%ba 100%";
            http.Response.Headers["why"] = "because";
        });
        using var channel = server.Channel();
        using var call = channel.Call([1]);
        var error = await call.ResponseAsync.FailsAsync(StatusCode.NotFound);
        Assert.Equal("not here \u263a 100%", error.Status.Detail);
        Assert.Equal("because", error.Trailers.GetValue("why"));
        Assert.Equal("because", call.GetTrailers().GetValue("why"));
    }

    [Theory]
    [InlineData(StatusCode.Internal, 2, null, 1, false)]
    [InlineData(Upstream.IsUnderTest ? StatusCode.Internal : StatusCode.ResourceExhausted, 0, uint.MaxValue, 1, false)]
    [InlineData(StatusCode.ResourceExhausted, 0, 0x7fffffffu, 1, false)]
    [InlineData(StatusCode.Internal, 0, 100u, 1, false)]
    [InlineData(StatusCode.Internal, 1, null, 1, false)]
    [InlineData(StatusCode.Internal, 0, null, 2, false)]
    [InlineData(StatusCode.Internal, 0, null, 0, false)]
    [InlineData(StatusCode.Internal, 0, null, 1, true)]
    public async Task A_frame_that_is_wrong_fails_the_call(StatusCode expected, byte flag, uint? length, int times, bool cutPrefix)
    {
        await using var server = await ScriptedServer.StartAsync(async http =>
        {
            http.Response.ContentType = "application/grpc";
            for (var i = 0; i < times; i++)
            {
                await http.Response.Body.WriteAsync(ScriptedServer.Frame([1, 2, 3], flag, length).AsMemory(0, cutPrefix ? 3 : 8));
            }

            ScriptedServer.End(http, StatusCode.OK);
        });
        using var channel = server.Channel();
        await channel.Call([1]).ResponseAsync.FailsAsync(expected);
        channel.HasActiveCalls(0);
    }

    [Theory]
    [InlineData("gzip", StatusCode.Internal)]
    [InlineData("identity", StatusCode.Internal)]
    [InlineData("br", Upstream.IsUnderTest ? StatusCode.Unimplemented : StatusCode.Internal)]
    public async Task Bytes_that_are_not_in_the_named_encoding_fail_the_call(string encoding, StatusCode expected)
    {
        await using var server = await ScriptedServer.StartAsync(http => CompressedAsync(http, [0x1f, 0x8b, 1, 2, 3], encoding));
        using var channel = server.Channel();
        await channel.Call([1]).ResponseAsync.FailsAsync(expected);
    }

    [StandInFact("the limit holds for the packed bytes alone")]
    public async Task A_small_frame_that_unpacks_beyond_the_limit_fails_the_call()
    {
        await using var server = await ScriptedServer.StartAsync(http => CompressedAsync(http, Gzip(new byte[50_000_000]), "gzip"));
        using var channel = server.Channel();
        await channel.Call([1]).ResponseAsync.FailsAsync(StatusCode.ResourceExhausted);
    }

    [Fact]
    public async Task A_compressed_answer_is_unpacked()
    {
        var message = new byte[300_000];
        new Random(5).NextBytes(message);
        await using var server = await ScriptedServer.StartAsync(http => CompressedAsync(http, Gzip(message), "gzip"));
        using var channel = server.Channel();
        Assert.Equal(message, await channel.Call([1]));
    }

    [Fact]
    public async Task A_message_at_the_limit_passes_and_one_byte_more_does_not()
    {
        await using var server = await ScriptedServer.StartAsync(http => ScriptedServer.AnswerAsync(http, new byte[1000]));
        using var passes = server.Channel(new GrpcChannelOptions { MaxReceiveMessageSize = 1000 });
        using var fails = server.Channel(new GrpcChannelOptions { MaxReceiveMessageSize = 999 });
        Assert.Equal(1000, (await passes.Call([1])).Length);
        await fails.Call([1]).ResponseAsync.FailsAsync(StatusCode.ResourceExhausted);
    }

    [Fact]
    public async Task Nobody_listening_is_unavailable()
    {
        var server = await ScriptedServer.StartAsync(_ => { });
        using var channel = server.Channel();
        await server.DisposeAsync();
        await channel.Call([1]).ResponseAsync.FailsAsync(StatusCode.Unavailable);
    }

    private static Task CompressedAsync(HttpContext http, byte[] payload, string encoding)
    {
        http.Response.ContentType = "application/grpc";
        http.Response.Headers["grpc-encoding"] = encoding;
        ScriptedServer.End(http, StatusCode.OK);
        return http.Response.Body.WriteAsync(ScriptedServer.Frame(payload, flag: 1)).AsTask();
    }

    private static byte[] Gzip(byte[] plain)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(plain);
        }

        return packed.ToArray();
    }

    private static async Task UnaryFailsAsync(StatusCode expected, Action<HttpContext> answer)
    {
        await using var server = await ScriptedServer.StartAsync(answer);
        using var channel = server.Channel();
        await channel.Call([1]).ResponseAsync.FailsAsync(expected);
        channel.HasActiveCalls(0);
    }
}
