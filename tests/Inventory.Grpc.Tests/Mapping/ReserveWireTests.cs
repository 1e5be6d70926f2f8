using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Grpc.Mapping;
using Inventory.Grpc.Streams;
using Inventory.Grpc.Tests.Doubles;
using Inventory.V1;
using StockKey = Inventory.V1.StockKey;

namespace Inventory.Grpc.Tests.Mapping;

/// <summary>The hand-written form of <c>Reserve</c> against the generated classes: the same bytes out, the same meaning in.</summary>
public sealed class ReserveWireTests : IAsyncLifetime
{
    private const long NowMs = 1_800_000_000_123;
    private static readonly Method<byte[], ReserveResponse> s_reserve = new(
        MethodType.Unary, ReservationService.Descriptor.FullName, "Reserve", Marshallers.Create(bytes => bytes, bytes => bytes),
        Marshallers.Create(message => message.ToByteArray(), ReserveResponse.Parser.ParseFrom));

    private TestServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.Start();
        await _server.Receive("A", "L-1", 1_000);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public void A_reply_has_the_bytes_of_the_generated_class()
    {
        var id = RequestId.Parse("0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9");
        Domain.StockKey[] keys = [Key("A", "L-1"), Key(new string('A', 64), new string('l', 64)), Key(new string('A', 64), new string('l', 35))];
        foreach (var outcome in System.Enum.GetValues<StockOutcome>().Where(outcome => outcome != StockOutcome.SkuIsKit))
        {
            foreach (var version in (long[])[0, 1, 127, 128, long.MaxValue])
            {
                foreach (var expiresAtMs in (long[])[0, 1, 1_000, NowMs, NowMs + 877])
                {
                    foreach (var key in keys)
                    {
                        var answer = new StockAnswer(outcome, version, 1, expiresAtMs);
                        var reply = new ReserveReply();
                        reply.Set(answer, key, id);
                        var generated = ReservationMapping.One(answer, key, id).ToByteArray();
                        Assert.Equal(Convert.ToHexString(generated), Convert.ToHexString(WrittenMessage.Of(reply.Write)));
                    }
                }
            }
        }
    }

    [Fact]
    public void A_name_written_as_bytes_is_the_one_written_as_text()
    {
        foreach (var id in (string[])["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"])
        {
            var token = "";
            for (var value = new UInt128(RequestId.Parse(id).High, RequestId.Parse(id).Low); token.Length < RequestId.TokenCharacters; value >>= 5)
            {
                token = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[(int)(uint)(value & 31)] + token;
            }

            foreach (var name in (ReservationId[])[new(RequestId.Parse(id), null), new(RequestId.Parse(id), Key("A", "L-1"))])
            {
                var bytes = new byte[name.Characters];
                name.WriteAscii(bytes);
                Assert.Equal((name.Stock is { } stock ? stock.ToString() : "MANY") + "~" + token, name.ToString());
                Assert.Equal(name.ToString(), Encoding.ASCII.GetString(bytes));
                Assert.True(ReservationId.TryParse(name.ToString(), out var read, out _));
                Assert.Equal(name, read);
            }
        }
    }

    [Fact]
    public async Task A_message_means_the_same_however_it_is_written()
    {
        byte[] key = [0x0A, 1, (byte)'A', 0x12, 3, (byte)'L', (byte)'-', (byte)'1'];
        byte[] line = [0x0A, (byte)key.Length, .. key, 0x10, 2];
        byte[] head = [0x0A, 3, (byte)'r', (byte)'-', (byte)'1', 0x1A, 3, (byte)'a', (byte)'p', (byte)'p'];
        byte[] ttl = [0x22, 5, 0x08, 60, 0x10, 0xC0, 0x3E]; // 60 s and 8,000 ns
        byte[] plain = [.. head, 0x12, (byte)line.Length, .. line, .. ttl];
        var expected = await Call(plain);
        Assert.Equal(
            (2, new Timestamp { Seconds = (_server.World.NowMs + 60_001) / 1_000, Nanos = 1_000_000 }), (expected.Decision.Version, expected.ExpireTime));
        Assert.False(expected.Decision.Repeated);
        expected.Decision.Repeated = true;
        byte[] lower = [0x0A, 2, (byte)' ', (byte)'a', .. key[3..]];
        byte[][] others =
        [
            plain,
            [.. head, .. ttl, 0x12, (byte)line.Length, .. line],
            [.. plain, 0x32, 1, 7], // an unknown field
            [.. plain, 0x28, 0], // partial, which is false
            [.. head, 0x12, (byte)(line.Length + 1), .. line[..^1], 0x82, 0x00, .. ttl], // units longer than they need to be
            [.. head, 0x12, (byte)(line.Length + 3), 0x0A, (byte)lower.Length, .. lower, 0x10, 9, 0x10, 2, .. ttl], // another spelling, the last units
            [.. head, 0x12, (byte)(key.Length + 6), 0x0A, 0, 0x0A, (byte)key.Length, .. key, 0x10, 2, .. ttl], // a key in two parts
            [.. head, 0x12, (byte)line.Length, .. line, 0x22, 2, 0x08, 60, 0x22, 3, 0x10, 0xC0, 0x3E], // a time in two parts
        ];
        for (var i = 0; i < others.Length; i++)
        {
            Assert.True(expected.Equals(await Call(others[i])), $"form {i}: {await Call(others[i])}");
        }
    }

    [Fact]
    public async Task What_is_wrong_is_said_in_the_same_words_whether_the_stock_is_known_or_not()
    {
        (ReserveRequest Request, string Field)[] wrong =
        [
            (Order("r 1", "A", "L-1", 1), "request_id"),
            (Order("", "A", "L-1", 1), "request_id"),
            (Order("r", "Ä", "L-1", 1), "lines[0].key.sku"),
            (Order("r", "A", "", 1), "lines[0].key.location_id"),
            (Order("r", "A", "L-1", 0), "lines[0].units"),
            (Order("r", "A", "L-1", -1), "lines[0].units"),
            (Order("r", "A", "L-1", Domain.Limits.UnitsMax + 1), "lines[0].units"),
            (Order("r", "A", "L-1", 1, channel: "App"), "channel"),
            (Order("r", "A", "L-1", 1, ttlMs: 999), "ttl"),
            (Order("r", "A", "L-1", 1, ttlMs: Domain.Limits.TtlMsMax + 1), "ttl"),
            (Order("r", "A", "L-1", 1, ttlMs: -1_000), "ttl"),
            (new ReserveRequest { RequestId = "r", Lines = { new ReservationLine { Units = 1 } } }, "lines[0].key"),
            (new ReserveRequest { RequestId = "r" }, "lines"),
        ];
        foreach (var known in (bool[])[false, true])
        {
            foreach (var (request, field) in wrong)
            {
                await Failed.Fields(() => Call(request.ToByteArray()), field);
            }

            Assert.True((await _server.Reserve("A", "L-1", 1)).Decision.Accepted, $"known before: {known}");
        }
    }

    [Theory]
    [InlineData("0A05")] // shorter than it says
    [InlineData("1208")]
    [InlineData("2202FFFF")]
    [InlineData("0F")]
    public async Task Bytes_that_are_no_message_are_refused(string hex) =>
        await Failed.With(StatusCode.Internal, () => Call(Convert.FromHexString(hex)));

    private static Domain.StockKey Key(string sku, string location) => new(Sku.Parse(sku), LocationId.Parse(location));

    private static ReserveRequest Order(string id, string sku, string location, long units, string channel = "", long ttlMs = 60_000) => new()
    {
        RequestId = id, Channel = channel, Ttl = Times.Duration(ttlMs),
        Lines = { new ReservationLine { Key = new StockKey { Sku = sku, LocationId = location }, Units = units } },
    };

    private async Task<ReserveResponse> Call(byte[] message) =>
        await _server.Channel.CreateCallInvoker().AsyncUnaryCall(s_reserve, null, default, message);
}
