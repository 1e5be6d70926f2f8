using Compat.Grpc.Tests.Client;
using Compat.Grpc.Tests.Interop;
using Compat.Grpc.Tests.Interop.Wire;
using Google.Protobuf;

namespace Compat.Grpc.Tests.Malformed;

/// <summary>Thousands of random inputs, each from a seed that a failure names. Alone in the process, because it weighs memory.</summary>
[CollectionDefinition(nameof(RandomBytesTests), DisableParallelization = true)]
[Collection(nameof(RandomBytesTests))]
public sealed class RandomBytesTests(InteropHost host) : IClassFixture<InteropHost>
{
    private const int WarmUps = 300;
    private const int Connections = 2_000;
    private const int Bodies = 4_000;
    private const int BodiesPerConnection = 100;

    /// <summary>Room for what pools keep: 500 to 1,000 bytes for each input; a call or a connection that leaked would keep more.</summary>
    private const long ToleratedGrowth = 2 * 1024 * 1024;

    private static readonly string[] Methods =
        ["EmptyCall", "UnaryCall", "StreamingOutputCall", "StreamingInputCall", "FullDuplexCall", "HalfDuplexCall", "UnimplementedCall"];

    private static readonly byte[] Request = ScriptedServer.Frame(new SimpleRequest
    {
        ResponseSize = 100,
        Payload = new Payload { Body = ByteString.CopyFrom(1, 2, 3, 4, 5, 6, 7, 8, 9) },
        ResponseStatus = new EchoStatus { Message = "fine" },
    }.ToByteArray());

    [Fact]
    public async Task Random_connections_neither_crash_nor_hang_nor_leak()
    {
        await SendConnectionsAsync(1, WarmUps);
        var before = Memory();
        await SendConnectionsAsync(1 + WarmUps, Connections);
        await AssertNothingLeftAsync(before);
    }

    [Fact]
    public async Task Random_bodies_neither_crash_nor_hang_nor_leak()
    {
        await SendBodiesAsync(1, WarmUps);
        var before = Memory();
        await SendBodiesAsync(1 + WarmUps, Bodies);
        await AssertNothingLeftAsync(before);
    }

    private async Task SendConnectionsAsync(int firstSeed, int count)
    {
        for (var seed = firstSeed; seed < firstSeed + count; seed++)
        {
            try
            {
                await using var connection = await RawHttp2.DialAsync(host.Port);
                await connection.SendAsync(RandomConnection(new Random(seed)));
                await connection.FinishAsync();
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}: {e}");
            }
        }
    }

    private async Task SendBodiesAsync(int firstSeed, int count)
    {
        for (var seed = firstSeed; seed < firstSeed + count; seed += BodiesPerConnection)
        {
            await using var connection = await RawHttp2.ConnectAsync(host.Port);
            for (var i = seed; i < seed + BodiesPerConnection; i++)
            {
                await SendBodyAsync(connection, i);
            }
        }
    }

    private static async Task SendBodyAsync(RawHttp2 connection, int seed)
    {
        var random = new Random(seed);
        var path = "/grpc.testing.TestService/" + Methods[random.Next(Methods.Length)];
        var body = RandomBody(random);
        (string, string)[] headers = random.Next(2) == 0
            ? [("grpc-timeout", "300m"), ("grpc-encoding", "gzip")]
            : [("grpc-timeout", "300m")];
        try
        {
            var answer = await connection.CallAsync(path, body, headers);
            Assert.StartsWith("grpc ", answer.ToString(), StringComparison.Ordinal);
        }
        catch (Exception e)
        {
            Assert.Fail($"seed {seed}: {path} {Convert.ToHexString(body)}: {e}");
        }
    }

    private static byte[] RandomConnection(Random random) => random.Next(4) switch
    {
        0 => Noise(random, 600),
        1 => [.. RawHttp2.Preface, .. Noise(random, 600)],
        2 => [.. RawHttp2.Preface, .. RawHttp2.Frame(RawHttp2.Settings, 0, 0, []), .. RandomFrames(random)],
        _ => Mutate(random, GoodConnection()),
    };

    private static byte[] RandomFrames(Random random)
    {
        var bytes = new List<byte>();
        for (var i = random.Next(1, 12); i > 0; i--)
        {
            bytes.AddRange(RawHttp2.Frame((byte)random.Next(11), (byte)random.Next(256), random.Next(8), Noise(random, 200)));
        }

        return [.. bytes];
    }

    private static byte[] GoodConnection() =>
    [
        .. RawHttp2.Preface,
        .. RawHttp2.Frame(RawHttp2.Settings, 0, 0, []),
        .. RawHttp2.Frame(
            RawHttp2.Headers, RawHttp2.EndHeaders, 1, Hpack.Encode(RawHttp2.GrpcHeaders("/grpc.testing.TestService/UnaryCall"))),
        .. RawHttp2.Frame(RawHttp2.Data, RawHttp2.EndStream, 1, Request),
    ];

    private static byte[] RandomBody(Random random) => random.Next(5) switch
    {
        0 => Noise(random, 300),
        1 => ScriptedServer.Frame(Noise(random, 300)),
        2 => ScriptedServer.Frame(Noise(random, 300), flag: 1),
        3 => [.. Request, .. Mutate(random, Request)],
        _ => Mutate(random, Request),
    };

    private static byte[] Mutate(Random random, byte[] bytes)
    {
        var mutant = bytes.ToArray();
        for (var i = random.Next(1, 6); i > 0; i--)
        {
            mutant[random.Next(mutant.Length)] = (byte)random.Next(256);
        }

        return mutant[..random.Next(mutant.Length / 2, mutant.Length + 1)];
    }

    private static byte[] Noise(Random random, int lengthMax)
    {
        var bytes = new byte[random.Next(lengthMax)];
        random.NextBytes(bytes);
        return bytes;
    }

    private async Task AssertNothingLeftAsync(long before)
    {
        await host.NoActiveCallsAsync();
        await host.NoConnectionsAsync();
        await using (var connection = await RawHttp2.ConnectAsync(host.Port))
        {
            var answer = await connection.CallAsync("/grpc.testing.TestService/UnaryCall", Request);
            Assert.Equal("grpc 0", answer.ToString());
        }

        await host.NoConnectionsAsync();
        Assert.Empty(host.Errors);
        var growth = Memory() - before;
        Assert.True(growth < ToleratedGrowth, $"{growth:N0} bytes more than before");
    }

    private static long Memory()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
