using Compat.Grpc.Tests.Client;
using Compat.Grpc.Tests.Interop;

namespace Compat.Grpc.Tests.Malformed;

/// <summary>
/// Peers that send too much. Calls are counted afterwards, connections are not: Kestrel gives up a flooding connection, and with or without
/// gRPC on top it now and then never reports that one as closed. For the same reason these tests have a server of their own.
/// </summary>
public sealed class FloodTests(InteropHost host) : IClassFixture<InteropHost>
{
    private const string Empty = "/grpc.testing.TestService/EmptyCall";
    private const string Both = "/grpc.testing.TestService/FullDuplexCall";

    private static readonly byte[] Good = ScriptedServer.Frame([]);

    [Fact]
    public async Task Headers_without_end_cost_the_connection()
    {
        await using (var connection = await RawHttp2.ConnectAsync(host.Port))
        {
            await connection.SendAsync(RawHttp2.Frame(RawHttp2.Headers, 0, 1, Hpack.Encode(RawHttp2.GrpcHeaders(Empty))));
            var more = RawHttp2.Frame(RawHttp2.Continuation, 0, 1, Hpack.Encode([("x-more", new string('a', 8000))]));
            for (var i = 0; i < 5_000 && !connection.IsClosed; i++)
            {
                await connection.SendAsync(more);
            }

            await connection.WhenClosedAsync();
        }

        await AssertServesAsync();
    }

    [Fact]
    public async Task Thousands_of_streams_opened_and_reset_at_once_free_everything()
    {
        await using (var connection = await RawHttp2.ConnectAsync(host.Port))
        {
            for (var i = 0; i < 3_000 && !connection.IsClosed; i++)
            {
                var stream = await connection.OpenAsync(RawHttp2.GrpcHeaders(Both));
                await connection.ResetAsync(stream);
            }

            await host.NoActiveCallsAsync();
        }

        await AssertServesAsync();
    }

    [Fact]
    public async Task More_streams_than_are_allowed_wait_or_are_refused()
    {
        await using (var connection = await RawHttp2.ConnectAsync(host.Port))
        {
            var answers = new List<RawAnswer>();
            for (var i = 0; i < 300; i++)
            {
                answers.Add(await connection.OpenAsync(RawHttp2.GrpcHeaders(Both)));
            }

            foreach (var answer in answers.Where(answer => answer.ResetCode is null))
            {
                await connection.DataAsync(answer, Good, endStream: true);
            }

            foreach (var answer in answers)
            {
                Assert.Contains((await answer.WaitAsync()).ToString(), new[] { "grpc 0", "reset 7", "closed" });
            }
        }

        await AssertServesAsync();
    }

    /// <summary>Others are served, and no call is left behind.</summary>
    private async Task AssertServesAsync()
    {
        await host.NoActiveCallsAsync();
        await using var connection = await RawHttp2.ConnectAsync(host.Port);
        Assert.Equal("grpc 0", (await connection.CallAsync(Empty, Good)).ToString());
    }
}
