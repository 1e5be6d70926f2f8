using System.Buffers;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Grpc.Errors;
using Inventory.Grpc.Mapping;
using Inventory.Grpc.Streams;
using Inventory.Grpc.Tests.Doubles;
using Inventory.V1;

namespace Inventory.Grpc.Tests.Mapping;

/// <summary>The hand-written form of <c>ReserveStream</c> against the generated classes: the same bytes out, the same meaning in.</summary>
public sealed class StreamWireTests
{
    private const long NowMs = 1_800_000_000_123;

    [Fact]
    public void A_reply_has_the_bytes_of_the_generated_class()
    {
        var outcomes = Enum.GetValues<StockOutcome>();
        long[] versions = [0, 1, 127, 128, 16_383, 16_384, long.MaxValue];
        string[] problems = ["", "sku: is empty", "ü: what is right", new string('x', 512)];
        var count = (outcomes.Length * versions.Length) + problems.Length;
        var reply = new StreamReply(count);
        var generated = new ReserveStreamResponse { ExpireTime = Times.Timestamp(NowMs) };
        var line = 0;
        foreach (var outcome in outcomes)
        {
            foreach (var version in versions)
            {
                reply.Set(line++, new StockAnswer(outcome, version, 1, NowMs + line));
                generated.Results.Add(new StreamResult
                {
                    Accepted = outcome.IsAccepted(), Repeated = outcome == StockOutcome.AlreadyAccepted, RefusalReason = Refusals.ReasonOf(outcome),
                    Version = version,
                });
            }
        }

        var held = new ReservationId(RequestId.Parse("kit"), null);
        reply.SetReservation(1, held);
        generated.Results[1].ReservationId = held.ToString();
        foreach (var problem in problems)
        {
            reply.SetProblem(line++, problem);
            generated.Results.Add(new StreamResult { Problem = problem });
        }

        generated.ExpireTime = Times.Timestamp(NowMs + 1);
        Assert.Equal(Convert.ToHexString(generated.ToByteArray()), Convert.ToHexString(WrittenMessage.Of(reply.Write)));
        var none = new StreamReply(1);
        none.Set(0, new StockAnswer(StockOutcome.Insufficient, 3));
        Assert.Null(ReserveStreamResponse.Parser.ParseFrom(WrittenMessage.Of(none.Write)).ExpireTime);
    }

    [Fact]
    public async Task A_message_means_the_same_however_it_is_written()
    {
        var plain = new StreamReservation { RequestId = "r-1", Sku = "A", LocationId = "L-1", Units = 2 }.ToByteArray();
        var expected = await Answer(plain);
        Assert.Equal(new StreamResult { Accepted = true, Version = 2 }, expected);
        byte[] unknown = [0x2A, 1, 7, 0x30, 5, 0x3B, 0x3C]; // fields 5 and 6, and an empty group 7
        byte[] longLength = [0x0A, 0x83, 0x00, (byte)'r', (byte)'-', (byte)'1', .. plain[5..]];
        byte[] longUnits = [.. plain[..^1], 0x82, 0x80, 0x00];
        byte[] twice = [0x12, 1, (byte)'B', 0x20, 9, .. plain];
        byte[] backwards = [0x20, 2, 0x1A, 3, (byte)'L', (byte)'-', (byte)'1', 0x12, 1, (byte)'A', 0x0A, 3, (byte)'r', (byte)'-', (byte)'1'];
        var lower = new StreamReservation { RequestId = "r-1", Sku = " a", LocationId = "L-1", Units = 2 }.ToByteArray();
        foreach (var bytes in (byte[][])[[.. plain, .. unknown], [.. unknown, .. plain], longLength, longUnits, twice, backwards, lower])
        {
            Assert.Equal(expected, await Answer(bytes));
        }
    }

    [Fact]
    public async Task What_is_wrong_with_an_entry_is_said_in_the_same_words_whether_its_stock_is_known_or_not()
    {
        StreamReservation[] entries =
        [
            new() { RequestId = "r 1", Sku = "A", LocationId = "L-1", Units = 1 },
            new() { RequestId = new string('r', 65), Sku = "A", LocationId = "L-1", Units = 1 },
            new() { RequestId = "ü", Sku = "A", LocationId = "L-1", Units = 1 },
            new() { Sku = "A", LocationId = "L-1", Units = 1 },
            new() { RequestId = "r", Sku = "Ä", LocationId = "L-1", Units = 1 },
            new() { RequestId = "r", Sku = "A", Units = 1 },
            new() { RequestId = "r", Sku = "A", LocationId = "L-1" },
            new() { RequestId = "r", Sku = "A", LocationId = "L-1", Units = -1 },
            new() { RequestId = "r", Sku = "A", LocationId = "L-1", Units = Domain.Limits.UnitsMax + 1 },
        ];
        foreach (var entry in entries)
        {
            var violations = default(Violations);
            Fields.RequestId(entry.RequestId, ref violations);
            Fields.Sku(entry.Sku, "sku", ref violations);
            Fields.Location(entry.LocationId, "location_id", ref violations);
            Fields.Units(entry.Units, "units", 1, ref violations);
            Assert.Equal(violations.Line(), (await Answer(entry.ToByteArray())).Problem);
        }
    }

    [Theory]
    [InlineData("0A05")] // shorter than it says
    [InlineData("0A0B0A0372")]
    [InlineData("0A080A0172120141FFFF")] // a tag without end
    [InlineData("1A02FFFF")]
    [InlineData("0F")]
    public async Task Bytes_that_are_no_message_end_the_stream(string hex)
    {
        var refused = await Assert.ThrowsAsync<CallRefusedException>(() => Run(Convert.FromHexString(hex)));
        Assert.Equal(StatusCode.Internal, refused.Status.Status.StatusCode);
    }

    [Fact]
    public void An_id_read_from_bytes_is_the_one_read_from_text()
    {
        string[] texts =
        [
            "r", "order-7", new('x', 64), "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9", "0A1B2C3D-4E5F-6071-8293-A4B5C6D7E8F9", "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
            "{0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f}", "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9-1", "!~", new('y', 55), new('z', 56),
        ];
        foreach (var text in texts)
        {
            Assert.True(RequestId.TryParse(Encoding.ASCII.GetBytes(text), out var id), text);
            Assert.Equal(RequestId.Parse(text), id);
        }

        foreach (var text in (string[])["", "a b", "a\n", new('x', 65), "gggggggg-4e5f-6071-8293-a4b5c6d7e8f9"])
        {
            Assert.False(RequestId.TryParse(Encoding.ASCII.GetBytes(text), out _), text);
        }
    }

    // Twice, each in a world of its own: by a stock that is found for the first time, and by one that is known.
    private static async Task<StreamResult> Answer(byte[] entry)
    {
        var (first, again) = (await One(false), await One(true));
        Assert.Equal(first, again);
        return again;

        async Task<StreamResult> One(bool isKnown) =>
            (await Run([0x0A, .. Length(entry), .. entry], isKnown)).Results.Single();
    }

    private static byte[] Length(byte[] entry) => entry.Length < 128 ? [(byte)entry.Length] : [(byte)(entry.Length | 128), (byte)(entry.Length >> 7)];

    private static async Task<ReserveStreamResponse> Run(byte[] message, bool isKnown = false)
    {
        var world = new World();
        var key = new Domain.StockKey(Sku.Parse("A"), LocationId.Parse("L-1"));
        await world.Do(key, StockCommand.Receive(RequestId.Parse("fill"), 5));
        if (isKnown)
        {
            world.Find(key);
        }

        var answer = await new ReserveStreamCall(world, world, 4).Answer(MessageBytes.Copy(new ReadOnlySequence<byte>(message)));
        return ReserveStreamResponse.Parser.ParseFrom(WrittenMessage.Of(answer.Write));
    }
}
