using Google.Protobuf;
using Inventory.LoadTests.Service;
using Inventory.V1;

namespace Inventory.LoadTests.Breaking.Hostile;

/// <summary>What peers do who mean harm, or whose program is broken. Each attack ends with all its connections closed.</summary>
/// <param name="address">The service.</param>
/// <param name="plan">Stocks that belong to the attackers.</param>
/// <param name="sizes">How much of everything.</param>
/// <param name="seed">Starts all choices.</param>
internal sealed class Attacks(Uri address, StockPlan plan, BreakSizes sizes, int seed)
{
    private const string Watch = "/inventory.v1.AvailabilityService/WatchAvailability";
    private const string Reserve = "/inventory.v1.ReservationService/Reserve";
    private const int StreamsPerConnection = 1_000;
    private const int Writers = 200;
    private const int Flooders = 8;
    private const int ContinuationsMax = 5_000;
    private const int ResetsPerWrite = 100;
    private const int HugeBytes = 1_000_000;
    private const int FrameMax = 16_384;
    private const int MutantsAtOnce = 16;

    private long _open;

    /// <summary>Connections that the service did not close after their peer had.</summary>
    public long NotClosed => Interlocked.Read(ref _open);

    /// <summary>Watches that are opened and never read, while their stock changes.</summary>
    public async Task<long> SlowReadersAsync(Func<CancellationToken, Task> changeAsync, CancellationToken ct)
    {
        var peers = new List<Peer>();
        try
        {
            var message = new WatchAvailabilityRequest { Sku = plan.Sku(0) }.ToByteArray();
            for (var left = sizes.SlowReaders; left > 0; left -= StreamsPerConnection)
            {
                var peer = await Peer.ConnectAsync(address, ct);
                peers.Add(peer);
                await peer.SendAsync(Http2.Hello(window: 100), ct);
                for (var stream = 0; stream < Math.Min(left, StreamsPerConnection); stream++)
                {
                    await peer.SendAsync((byte[])[.. Http2.Open((2 * stream) + 1, Watch), .. Http2.Message((2 * stream) + 1, message, isLast: true)], ct);
                }
            }

            await changeAsync(ct);
            return sizes.SlowReaders;
        }
        finally
        {
            peers.ForEach(peer => peer.Dispose());
        }
    }

    /// <summary>Calls whose message comes one byte a second.</summary>
    public Task<long> SlowWritersAsync(CancellationToken ct) => ManyAsync(Writers, async peer =>
    {
        var message = new ReserveRequest { RequestId = "slow" }.ToByteArray();
        await peer.SendAsync((byte[])[.. Http2.Hello(), .. Http2.Open(1, Reserve)], ct);
        for (var second = 0; second < sizes.SlowSeconds; second++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, ct);
            await peer.SendAsync(Http2.Frame(Http2.Data, 0, 1, [message[second % message.Length]]), ct);
        }

        return 1;
    });

    /// <summary>Connections on which nothing is said, or nothing after the first bytes.</summary>
    public async Task<long> IdleAsync(Func<CancellationToken, Task> meanwhileAsync, CancellationToken ct)
    {
        var peers = new List<Peer>();
        try
        {
            for (var i = 0; i < sizes.IdleConnections; i++)
            {
                peers.Add(await Peer.ConnectAsync(address, ct));
                if (i % 2 == 0)
                {
                    await peers[^1].SendAsync(Http2.Hello(), ct);
                }
            }

            await meanwhileAsync(ct);
            return peers.Count;
        }
        finally
        {
            peers.ForEach(peer => peer.Dispose());
        }
    }

    /// <summary>Headers without end.</summary>
    public Task<long> HeaderFloodAsync(CancellationToken ct) => ManyAsync(Flooders, async peer =>
    {
        await peer.SendAsync(Http2.Hello(), ct);
        await peer.SendAsync(Http2.Frame(Http2.Headers, 0, 1, Http2.Block([(":method", "POST"), (":path", Reserve)])), ct);
        var more = Http2.Frame(Http2.Continuation, 0, 1, Http2.Block([("x-more", new string('a', 8_000))]));
        long sent = 1;
        while (sent < ContinuationsMax && await peer.SendAsync(more, ct))
        {
            sent++;
        }

        return sent;
    });

    /// <summary>Calls with far more metadata than the service takes.</summary>
    public Task<long> HugeMetadataAsync(CancellationToken ct) => ManyAsync(Flooders, async peer =>
    {
        await peer.SendAsync(Http2.Hello(), ct);
        var block = Http2.Block([
            (":method", "POST"), (":scheme", "http"), (":path", Reserve), ("content-type", "application/grpc"), ("te", "trailers"),
            ("x-huge", new string('h', HugeBytes)),
        ]);
        for (var from = 0; from < block.Length; from += FrameMax)
        {
            var part = block.AsSpan(from, Math.Min(FrameMax, block.Length - from));
            var flags = from + FrameMax >= block.Length ? Http2.EndHeaders : (byte)0;
            if (!await peer.SendAsync(Http2.Frame(from == 0 ? Http2.Headers : Http2.Continuation, flags, 1, part), ct))
            {
                break;
            }
        }

        return 1;
    });

    /// <summary>Calls that are opened and reset as fast as they can be written.</summary>
    public async Task<long> RapidResetsAsync(CancellationToken ct)
    {
        long sent = 0;
        while (sent < sizes.Resets)
        {
            sent += await ManyAsync(Flooders, async peer =>
            {
                await peer.SendAsync(Http2.Hello(), ct);
                var stream = 1;
                long here = 0;
                while (here < sizes.Resets / Flooders)
                {
                    var bytes = new List<byte>();
                    for (var i = 0; i < ResetsPerWrite; i++, stream += 2)
                    {
                        bytes.AddRange(Http2.Open(stream, Reserve));
                        bytes.AddRange(Http2.ResetOf(stream));
                    }

                    here += ResetsPerWrite;
                    if (!await peer.SendAsync(bytes.ToArray(), ct))
                    {
                        break;
                    }
                }

                return here;
            });
        }

        return sent;
    }

    /// <summary>Conversations with mistakes.</summary>
    public async Task<long> MutantsAsync(CancellationToken ct)
    {
        var mutants = new Mutants(plan);
        var next = unchecked(seed * 1_000_003);
        long frames = 0;
        await Task.WhenAll(Enumerable.Range(0, MutantsAtOnce).Select(_ => Task.Run(
            async () =>
            {
                while (Interlocked.Read(ref frames) < sizes.Frames)
                {
                    var (bytes, count) = mutants.Make(Interlocked.Increment(ref next));
                    Interlocked.Add(ref frames, count);
                    using var peer = await Peer.ConnectAsync(address, ct);
                    await peer.SendAsync(bytes, ct);
                    Interlocked.Add(ref _open, await peer.FinishAsync(ct) ? 0 : 1);
                }
            },
            ct)));
        return frames;
    }

    private async Task<long> ManyAsync(int peers, Func<Peer, Task<long>> attack)
    {
        var counts = await Task.WhenAll(Enumerable.Range(0, peers).Select(_ => Task.Run(async () =>
        {
            using var peer = await Peer.ConnectAsync(address, CancellationToken.None);
            var count = await attack(peer);
            Interlocked.Add(ref _open, await peer.FinishAsync(CancellationToken.None) ? 0 : 1);
            return count;
        })));
        return counts.Sum();
    }
}
