using Google.Protobuf;
using Inventory.LoadTests.Service;
using Inventory.V1;

namespace Inventory.LoadTests.Breaking.Hostile;

/// <summary>Conversations that are right, with some frames flipped, cut, doubled, swapped or left out. The same seed makes the same bytes.</summary>
internal sealed class Mutants
{
    private const int CallsMax = 6;
    private const int MutationsMax = 3;
    private const int FlipsMax = 4;

    private readonly (string Path, byte[] Message)[] _calls;

    /// <param name="plan">The stocks that the conversations are about.</param>
    public Mutants(StockPlan plan)
    {
        var reserve = new ReserveRequest { RequestId = "hostile" };
        reserve.Lines.Add(new ReservationLine { Key = plan.Key(0), Units = 1 });
        var batch = new ReserveStreamRequest();
        batch.Reservations.Add(new StreamReservation { RequestId = "hostile-2", Sku = plan.Sku(0), LocationId = plan.Location(0), Units = 1 });
        var import = new ImportStockRequest { RequestId = "hostile-3" };
        import.Rows.Add(new ImportRow { Key = plan.Key(0), OnHandUnits = 1_000 });
        _calls =
        [
            ("/inventory.v1.ReservationService/Reserve", reserve.ToByteArray()),
            ("/inventory.v1.ReservationService/ReserveStream", batch.ToByteArray()),
            ("/inventory.v1.StockService/ImportStock", import.ToByteArray()),
            ("/inventory.v1.StockService/GetStock", new GetStockRequest { Key = plan.Key(0) }.ToByteArray()),
            ("/inventory.v1.AvailabilityService/GetAvailability", new GetAvailabilityRequest { Sku = plan.Sku(0) }.ToByteArray()),
            ("/inventory.v1.AvailabilityService/WatchAvailability", new WatchAvailabilityRequest { Sku = plan.Sku(0) }.ToByteArray()),
            ("/grpc.health.v1.Health/Check", []),
            ("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", [0x3a, 0]),
        ];
    }

    /// <summary>One connection: its bytes, and of how many frames they are made.</summary>
    public (byte[] Bytes, int Frames) Make(int seed)
    {
        var random = new Random(seed);
        var frames = Frames(random);
        for (var i = random.Next(1, MutationsMax + 1); i > 0; i--)
        {
            Mutate(frames, random);
        }

        return ([.. frames.SelectMany(frame => frame)], frames.Count);
    }

    private List<byte[]> Frames(Random random)
    {
        var frames = new List<byte[]> { Http2.Hello() };
        for (var (call, stream) = (random.Next(1, CallsMax + 1), 1); call > 0; call--, stream += 2)
        {
            var (path, message) = _calls[random.Next(_calls.Length)];
            frames.Add(Http2.Open(stream, path, ("grpc-timeout", "2S")));
            frames.Add(Http2.Message(stream, message, isLast: random.Next(4) > 0));
            switch (random.Next(6))
            {
                case 0:
                    frames.Add(Http2.Frame(Http2.Ping, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8]));
                    break;
                case 1:
                    frames.Add(Http2.Frame(Http2.WindowUpdate, 0, random.Next(2) * stream, [0, 0, 16, 0]));
                    break;
                case 2:
                    frames.Add(Http2.ResetOf(stream));
                    break;
                case 3:
                    frames.Add(Http2.Frame(Http2.Priority, 0, stream, [0, 0, 0, 0, 16]));
                    break;
            }
        }

        frames.Insert(random.Next(1, frames.Count), Http2.Frame(Http2.Settings, Http2.Ack, 0, []));
        return frames;
    }

    private static void Mutate(List<byte[]> frames, Random random)
    {
        // The very first bytes are mostly left alone: without them there is no conversation.
        var at = random.Next(20) == 0 ? 0 : random.Next(1, frames.Count);
        switch (random.Next(6))
        {
            case 0 or 1:
                frames[at] = Flip(frames[at], random);
                break;
            case 2:
                frames[at] = frames[at][..random.Next(frames[at].Length)];
                break;
            case 3:
                frames.Insert(at, frames[at]);
                break;
            case 4:
                var other = random.Next(1, frames.Count);
                (frames[at], frames[other]) = (frames[other], frames[at]);
                break;
            default:
                frames[at] = Http2.Frame((byte)random.Next(12), (byte)random.Next(256), random.Next(12), frames[at].AsSpan(Math.Min(9, frames[at].Length)));
                break;
        }
    }

    private static byte[] Flip(byte[] frame, Random random)
    {
        var flipped = frame.ToArray();
        for (var i = random.Next(1, FlipsMax + 1); i > 0 && flipped.Length > 0; i--)
        {
            flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
        }

        return flipped;
    }
}
