using System.Net;
using System.Net.Sockets;
using Compat.Grpc.Tests.Malformed;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Http;

namespace Compat.Grpc.Tests.Client;

/// <summary>Servers that answer nonsense: every call still ends, with a status. A failure names its seed.</summary>
public sealed class RandomAnswerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Random_bodies_end_calls_with_a_status()
    {
        await using var server = await ScriptedServer.StartAsync(AnswerAsync);
        using var channel = server.Channel();
        for (var seed = 1; seed <= 2_000; seed++)
        {
            await EndsAsync(seed, channel);
        }

        channel.HasActiveCalls(0);
    }

    [Fact]
    public async Task Random_connections_end_calls_with_a_status()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        for (var seed = 1; seed <= 300; seed++)
        {
            using var channel = GrpcChannel.ForAddress($"http://{listener.LocalEndpoint}");
            using var over = new CancellationTokenSource();
            var peers = AnswerConnectionsAsync(listener, seed, over.Token);
            await EndsAsync(seed, channel);
            channel.HasActiveCalls(0);
            await over.CancelAsync();
            await peers;
        }
    }

    /// <summary>
    /// Gives every connection the seed's bytes and then the end of its stream. A call may need more than one: noise that reads as GOAWAY, or as a
    /// stream refused, makes the HTTP client try again on a new connection, as it should.
    /// </summary>
    private static async Task AnswerConnectionsAsync(TcpListener listener, int seed, CancellationToken over)
    {
        var peers = new List<Socket>();
        try
        {
            while (true)
            {
                var peer = await listener.AcceptSocketAsync(over);
                peers.Add(peer);
                await peer.SendAsync(Connection(new Random(seed)), over);
                peer.Shutdown(SocketShutdown.Send);
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            peers.ForEach(peer => peer.Dispose());
        }
    }

    private static async Task EndsAsync(int seed, GrpcChannel channel)
    {
        try
        {
            using var call = channel.Down(BitConverter.GetBytes(seed));
            while (await call.ResponseStream.MoveNext(default).WaitAsync(Patience))
            {
            }
        }
        catch (RpcException)
        {
        }
        catch (Exception e)
        {
            Assert.Fail($"seed {seed}: {e}");
        }
    }

    private static async Task AnswerAsync(HttpContext http)
    {
        var request = new byte[9];
        await http.Request.Body.ReadExactlyAsync(request);
        var random = new Random(BitConverter.ToInt32(request, 5));
        http.Response.ContentType = "application/grpc";
        if (random.Next(2) == 0)
        {
            http.Response.Headers["grpc-encoding"] = "gzip";
        }

        for (var i = random.Next(4); i > 0; i--)
        {
            var noise = Noise(random);
            await http.Response.Body.WriteAsync(random.Next(3) == 0 ? noise : ScriptedServer.Frame(noise, (byte)random.Next(3)));
        }

        if (random.Next(4) != 0)
        {
            http.Response.AppendTrailer("grpc-status", random.Next(-1, 18).ToString());
            http.Response.AppendTrailer("noise-bin", Convert.ToHexString(Noise(random)));
        }
    }

    private static byte[] Connection(Random random)
    {
        var bytes = new List<byte>();
        if (random.Next(4) != 0)
        {
            bytes.AddRange(RawHttp2.Frame(RawHttp2.Settings, 0, 0, []));
        }

        for (var i = random.Next(8); i > 0; i--)
        {
            bytes.AddRange(random.Next(4) == 0
                ? Noise(random)
                : RawHttp2.Frame((byte)random.Next(11), (byte)random.Next(256), random.Next(4), Noise(random)));
        }

        return [.. bytes];
    }

    private static byte[] Noise(Random random)
    {
        var bytes = new byte[random.Next(200)];
        random.NextBytes(bytes);
        return bytes;
    }
}
