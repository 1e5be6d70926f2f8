using System.Text;
using Compat.Grpc.Tests.Client;
using Compat.Grpc.Tests.Interop;

namespace Compat.Grpc.Tests.Malformed;

/// <summary>Peers that break the rules of HTTP/2, or speak something else. They lose their connection, and nobody else does.</summary>
public sealed class MalformedConnectionTests(InteropHost host) : IClassFixture<InteropHost>
{
    private const string Empty = "/grpc.testing.TestService/EmptyCall";
    private const int ProtocolError = 1;
    private const int FrameSizeError = 6;

    private static readonly byte[] Good = ScriptedServer.Frame([]);
    private static readonly byte[] GoodHeaders = Hpack.Encode(RawHttp2.GrpcHeaders(Empty));

    private static readonly Dictionary<string, byte[]> Strangers = new()
    {
        ["HTTP/1.1 GET"] = Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        ["HTTP/1.1 POST of a call"] = Encoding.ASCII.GetBytes(
            $"POST {Empty} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/grpc\r\nContent-Length: 5\r\n\r\n\0\0\0\0\0"),
        ["HTTP/1.1 upgrade to h2c"] = Encoding.ASCII.GetBytes(
            "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n"),
        ["HTTP/0.9"] = Encoding.ASCII.GetBytes("GET /\r\n"),
        ["TLS"] = [0x16, 3, 1, 0, 0xa5, 1, 0, 0, 0xa1, 3, 3, .. new byte[160]],
        ["a mail server's client"] = Encoding.ASCII.GetBytes("EHLO example.org\r\nMAIL FROM:<a@example.org>\r\n"),
        ["half a preface"] = RawHttp2.Preface[..10],
        ["a preface with one letter wrong"] = [.. RawHttp2.Preface[..20], (byte)'X', .. RawHttp2.Preface[21..]],
        ["a preface and no settings"] = [.. RawHttp2.Preface, .. RawHttp2.Frame(RawHttp2.Ping, 0, 0, new byte[8])],
        ["nothing"] = [],
        ["zeros"] = new byte[4096],
    };

    private static readonly Dictionary<string, (int? GoAway, byte[] Bytes)> Breaches = new()
    {
        ["data on a stream that was never opened"] = (ProtocolError, RawHttp2.Frame(RawHttp2.Data, 0, 1, Good)),
        ["data on stream zero"] = (ProtocolError, RawHttp2.Frame(RawHttp2.Data, 0, 0, Good)),
        ["headers on an even stream"] = (ProtocolError, RawHttp2.Frame(RawHttp2.Headers, RawHttp2.EndHeaders, 2, GoodHeaders)),
        ["a reset of a stream that was never opened"] = (ProtocolError, RawHttp2.Frame(RawHttp2.Reset, 0, 1, [0, 0, 0, 8])),
        ["settings of a wrong length"] = (FrameSizeError, RawHttp2.Frame(RawHttp2.Settings, 0, 0, [1, 2, 3])),
        ["a window update of zero"] = (ProtocolError, RawHttp2.Frame(RawHttp2.WindowUpdate, 0, 0, new byte[4])),
        ["a frame above the largest size"] = (FrameSizeError, RawHttp2.Frame(RawHttp2.Ping, 0, 0, new byte[20_000])),
        ["continuation out of nowhere"] = (ProtocolError, RawHttp2.Frame(RawHttp2.Continuation, RawHttp2.EndHeaders, 1, GoodHeaders)),
        ["another frame amid headers"] = (ProtocolError, [
            .. RawHttp2.Frame(RawHttp2.Headers, 0, 1, GoodHeaders.AsSpan(0, 10)), .. RawHttp2.Frame(RawHttp2.Ping, 0, 0, new byte[8])]),
        ["header compression that makes no sense"] =
            (9, RawHttp2.Frame(RawHttp2.Headers, RawHttp2.EndHeaders, 1, [0xff, 0xff, 0xff, 0xff, 0xff, 0x0f])),
        ["a header name in upper case"] = (ProtocolError, RequestWith(("X-Upper", "1"))),
        ["a pseudo header after the others"] = (ProtocolError, RequestWith((":path", "/again"))),
        ["a connection header"] = (ProtocolError, RequestWith(("connection", "close"))),
    };

    public static TheoryData<string> StrangerNames => [.. Strangers.Keys];

    public static TheoryData<string> BreachNames => [.. Breaches.Keys];

    [Theory, MemberData(nameof(StrangerNames))]
    public async Task A_stranger_that_sends(string name)
    {
        await using (var stranger = await RawHttp2.DialAsync(host.Port))
        {
            await stranger.SendAsync(Strangers[name]);
            var answer = Encoding.Latin1.GetString(await stranger.FinishAsync());
            Assert.DoesNotContain("200 OK", answer, StringComparison.Ordinal);
        }

        await AssertServesAsync();
    }

    [Theory, MemberData(nameof(BreachNames))]
    public async Task A_connection_with(string name)
    {
        await using (var connection = await RawHttp2.ConnectAsync(host.Port))
        {
            await connection.SendAsync(Breaches[name].Bytes);
            await connection.WhenClosedAsync();
            Assert.Equal(Breaches[name].GoAway, connection.GoAwayCode);
        }

        await AssertServesAsync();
    }

    [Fact]
    public async Task Too_many_headers_are_refused()
    {
        await using (var connection = await RawHttp2.ConnectAsync(host.Port))
        {
            var many = Enumerable.Range(0, 500).Select(i => ($"x-{i}", "value")).ToArray();
            var answer = await connection.OpenAsync(RawHttp2.GrpcHeaders(Empty, many));
            Assert.Contains((await answer.WaitAsync()).ToString(), new[] { "http 431", "reset 1", "closed" });
        }

        await AssertServesAsync();
    }

    /// <summary>Others are served, and what the peer left behind is gone.</summary>
    private async Task AssertServesAsync()
    {
        await host.NoActiveCallsAsync();
        await using (var connection = await RawHttp2.ConnectAsync(host.Port))
        {
            Assert.Equal("grpc 0", (await connection.CallAsync(Empty, Good)).ToString());
        }

        await host.NoConnectionsAsync();
    }

    private static byte[] RequestWith((string, string) extra) => RawHttp2.Frame(
        RawHttp2.Headers, RawHttp2.EndHeaders, 1, Hpack.Encode(RawHttp2.GrpcHeaders(Empty, extra)));
}
