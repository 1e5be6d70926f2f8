using System.IO.Compression;
using Compat.Grpc.Tests.Client;
using Compat.Grpc.Tests.Interop;
using Compat.Grpc.Tests.Interop.Wire;
using Google.Protobuf;

namespace Compat.Grpc.Tests.Malformed;

/// <summary>
/// Calls that break the rules of gRPC on a connection that keeps those of HTTP/2. Each gets its status; the connection, the other calls
/// and the server live on.
/// </summary>
public sealed class MalformedCallTests(InteropHost host) : IClassFixture<InteropHost>
{
    private const string Empty = "/grpc.testing.TestService/EmptyCall";
    private const string Unary = "/grpc.testing.TestService/UnaryCall";
    private const string Up = "/grpc.testing.TestService/StreamingInputCall";
    private const string Both = "/grpc.testing.TestService/FullDuplexCall";

    private static readonly byte[] Good = ScriptedServer.Frame([]);
    private static readonly (string, string) Gzip = ("grpc-encoding", "gzip");

    private static readonly Dictionary<string, (string Expected, string Path, byte[] Body, (string, string)[] Headers)> Bodies = new()
    {
        ["a prefix cut short"] = ("grpc 13", Unary, [0, 0, 0], []),
        ["a message cut short"] = ("grpc 13", Unary, ScriptedServer.Frame([1, 2, 3], length: 10), []),
        ["no message at all"] = ("grpc 13", Unary, [], []),
        ["a length of 4 GiB"] = ("grpc 8", Unary, ScriptedServer.Frame([1, 2, 3], length: uint.MaxValue), []),
        ["a length of 2 GiB"] = ("grpc 8", Unary, ScriptedServer.Frame([1, 2, 3], length: int.MaxValue), []),
        ["a length just above the limit"] = ("grpc 8", Unary, ScriptedServer.Frame([1], length: 4 * 1024 * 1024 + 1), []),
        ["a compressed message without an encoding"] = ("grpc 13", Unary, ScriptedServer.Frame(Pack([1]), flag: 1), []),
        ["a compressed message in identity"] =
            ("grpc 13", Unary, ScriptedServer.Frame(Pack([1]), flag: 1), [("grpc-encoding", "identity")]),
        ["a compressed message in an unknown encoding"] =
            ("grpc 12", Unary, ScriptedServer.Frame([1], flag: 1), [("grpc-encoding", "zstd")]),
        ["a plain message beside an unknown encoding"] = ("grpc 0", Empty, Good, [("grpc-encoding", "zstd")]),
        ["a flag that does not exist"] = ("grpc 13", Unary, ScriptedServer.Frame([], flag: 2), []),
        ["bytes that are not gzip"] = ("grpc 13", Unary, ScriptedServer.Frame([1, 2, 3, 4], flag: 1), [Gzip]),
        ["gzip with a damaged end"] = ("grpc 13", Unary, ScriptedServer.Frame(Damage(Pack(new byte[100])), flag: 1), [Gzip]),
        ["a small message that unpacks to 100 MB"] = ("grpc 8", Unary, ScriptedServer.Frame(Pack(new byte[100_000_000]), flag: 1), [Gzip]),
        ["two messages where one is due"] = ("grpc 13", Unary, [.. Good, .. Good], []),
        ["a byte after the message"] = ("grpc 13", Unary, [.. Good, 0], []),
        ["a message that is not protobuf"] = ("grpc 13", Unary, ScriptedServer.Frame([0xff, 0xff, 0xff]), []),
        ["a stream with a message cut short"] = ("grpc 13", Up, [.. Good, .. ScriptedServer.Frame([1, 2, 3], length: 10)], []),
        ["a stream with a length of 4 GiB"] = ("grpc 8", Both, [.. Good, .. ScriptedServer.Frame([1], length: uint.MaxValue)], []),
        ["a stream with a message that is not protobuf"] = ("grpc 13", Both, ScriptedServer.Frame([0xff, 0xff]), []),
        ["a negative size in a good message"] =
            ("grpc 2", Unary, ScriptedServer.Frame(new SimpleRequest { ResponseSize = -1 }.ToByteArray()), []),
        ["a timeout without a unit"] = ("grpc 0", Empty, Good, [("grpc-timeout", "100")]),
        ["a timeout with too many digits"] = ("grpc 0", Empty, Good, [("grpc-timeout", "1234567890S")]),
        ["a negative timeout"] = ("grpc 0", Empty, Good, [("grpc-timeout", "-1S")]),
        ["a timeout that is a word"] = ("grpc 0", Empty, Good, [("grpc-timeout", "soon")]),
        ["an empty timeout"] = ("grpc 0", Empty, Good, [("grpc-timeout", "")]),
        ["binary metadata that is not base64"] = ("grpc 13", Empty, Good, [("x-any-bin", "!!!"), ("x-any-bin", "====")]),
        ["a path without a method"] = ("http 404", "/grpc.testing.TestService/", Good, []),
        ["a path of slashes"] = ("http 404", "/////", Good, []),
        ["a path with an escaped zero"] = ("reset 1", "/%00/%ff%fe/..%2f", Good, []),
        ["a path of 4,000 characters"] = ("grpc 12", "/some.Service/" + new string('a', 4000), Good, []),
    };

    private static readonly Dictionary<string, (string Expected, (string, string)[] Headers)> Requests = new()
    {
        ["GET"] = ("http 405", Replace(":method", "GET")),
        ["a method that does not exist"] = ("http 405", Replace(":method", "BREW")),
        ["text"] = ("http 415", Replace("content-type", "text/plain")),
        ["json"] = ("http 415", Replace("content-type", "application/json")),
        ["grpc-web"] = ("http 415", Replace("content-type", "application/grpc-web")),
        ["grpc with json"] = ("http 415", Replace("content-type", "application/grpc+json")),
        ["an empty content type"] = ("http 415", Replace("content-type", "")),
        ["no content type"] = ("http 415", Replace("content-type", null)),
        ["no te header"] = ("grpc 0", Replace("te", null)),
    };

    /// <summary>Where upstream answers otherwise: what its reading throws is to it an error of the handler, and it leaves other methods to routing.</summary>
    private static readonly Dictionary<string, string> OfUpstream = new()
    {
        ["a length of 4 GiB"] = "grpc 2",
        ["a flag that does not exist"] = "grpc 2",
        ["bytes that are not gzip"] = "grpc 2",
        ["gzip with a damaged end"] = "grpc 2",
        ["a message that is not protobuf"] = "grpc 2",
        ["a stream with a length of 4 GiB"] = "grpc 2",
        ["a stream with a message that is not protobuf"] = "grpc 2",
        ["binary metadata that is not base64"] = "grpc 2",
        ["GET"] = "http 404",
        ["a method that does not exist"] = "http 404",
        ["grpc with json"] = "grpc 0",
    };

    public static TheoryData<string> BodyNames => [.. Bodies.Keys];

    public static TheoryData<string> RequestNames => [.. Requests.Keys];

    [Theory, MemberData(nameof(BodyNames))]
    public async Task A_call_with(string name)
    {
        var (expected, path, body, headers) = Bodies[name];
        await using var connection = await RawHttp2.ConnectAsync(host.Port);
        Assert.Equal(Expected(name, expected), (await connection.CallAsync(path, body, headers)).ToString());
        await AssertHealthyAsync(connection);
    }

    [Theory, MemberData(nameof(RequestNames))]
    public async Task A_request_with(string name)
    {
        var (expected, headers) = Requests[name];
        await using var connection = await RawHttp2.ConnectAsync(host.Port);
        var answer = await connection.OpenAsync(headers);
        await connection.DataAsync(answer, Good, endStream: true);
        Assert.Equal(Expected(name, expected), (await answer.WaitAsync()).ToString());
        await AssertHealthyAsync(connection);
    }

    [Fact]
    public async Task The_answer_to_an_unknown_encoding_names_those_that_are_known()
    {
        await using var connection = await RawHttp2.ConnectAsync(host.Port);
        var answer = await connection.CallAsync(Unary, ScriptedServer.Frame([1], flag: 1), ("grpc-encoding", "zstd"));
        Assert.StartsWith("identity,gzip", answer.Headers["grpc-accept-encoding"], StringComparison.Ordinal);
    }

    [StandInFact("UNKNOWN, as for every error of its reading")]
    public async Task A_length_of_4_GiB_is_refused_before_its_bytes_come()
    {
        await using var connection = await RawHttp2.ConnectAsync(host.Port);
        var answer = await connection.OpenAsync(RawHttp2.GrpcHeaders(Unary));
        await connection.DataAsync(answer, ScriptedServer.Frame([1], length: uint.MaxValue));
        Assert.Equal("grpc 8", (await answer.WaitAsync()).ToString());
        await AssertHealthyAsync(connection);
    }

    [StandInFact("a timeout of nothing is none")]
    public async Task A_timeout_of_nothing_ends_a_call_that_waits()
    {
        await using var connection = await RawHttp2.ConnectAsync(host.Port);
        var answer = await connection.OpenAsync(RawHttp2.GrpcHeaders(Both, ("grpc-timeout", "0n")));
        Assert.Equal("grpc 4", (await answer.WaitAsync()).ToString());
        await AssertHealthyAsync(connection);
    }

    [Theory]
    [InlineData(Unary)]
    [InlineData(Up)]
    [InlineData(Both)]
    public async Task A_reset_in_the_middle_of_a_message_frees_the_call(string path)
    {
        await using var connection = await RawHttp2.ConnectAsync(host.Port);
        for (var i = 0; i < 50; i++)
        {
            var stream = await connection.OpenAsync(RawHttp2.GrpcHeaders(path));
            await connection.DataAsync(stream, ScriptedServer.Frame([1, 2, 3], length: 10));
            await connection.ResetAsync(stream);
        }

        await host.NoActiveCallsAsync();
    }

    [Theory]
    [InlineData(Unary)]
    [InlineData(Up)]
    [InlineData(Both)]
    public async Task A_connection_that_breaks_in_the_middle_of_a_message_frees_the_call(string path)
    {
        var connection = await RawHttp2.ConnectAsync(host.Port);
        for (var i = 0; i < 20; i++)
        {
            await connection.DataAsync(await connection.OpenAsync(RawHttp2.GrpcHeaders(path)), (byte[])[.. Good, 0, 0]);
        }

        await connection.DisposeAsync();
        await host.NoActiveCallsAsync();
    }

    [Fact]
    public async Task A_reset_while_the_server_waits_for_room_to_write_frees_the_call()
    {
        // Without a window update the answer of 1 MB fits in neither the stream's nor the connection's window.
        await using var connection = await RawHttp2.DialAsync(host.Port);
        var request = ScriptedServer.Frame(new SimpleRequest { ResponseSize = 1_000_000 }.ToByteArray());
        await connection.SendAsync([
            .. RawHttp2.Preface,
            .. RawHttp2.Frame(RawHttp2.Settings, 0, 0, []),
            .. RawHttp2.Frame(RawHttp2.Headers, RawHttp2.EndHeaders, 1, Hpack.Encode(RawHttp2.GrpcHeaders(Unary))),
            .. RawHttp2.Frame(RawHttp2.Data, RawHttp2.EndStream, 1, request),
            .. RawHttp2.Frame(RawHttp2.Reset, 0, 1, [0, 0, 0, 8]),
        ]);
        await host.NoActiveCallsAsync();
    }

    private static string Expected(string name, string expected) =>
        Upstream.IsUnderTest ? OfUpstream.GetValueOrDefault(name, expected) : expected;

    private async Task AssertHealthyAsync(RawHttp2 connection)
    {
        Assert.Equal("grpc 0", (await connection.CallAsync(Empty, Good)).ToString());
        await host.NoActiveCallsAsync();
        Assert.Empty(host.Errors);
    }

    private static (string, string)[] Replace(string name, string? value) =>
        [.. RawHttp2.GrpcHeaders(Empty).Where(header => header.Name != name || value is not null)
            .Select(header => header.Name == name ? (name, value!) : header)];

    private static byte[] Pack(byte[] plain)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            gzip.Write(plain);
        }

        return packed.ToArray();
    }

    private static byte[] Damage(byte[] packed)
    {
        packed[^5] ^= 0x55;
        return packed;
    }
}
