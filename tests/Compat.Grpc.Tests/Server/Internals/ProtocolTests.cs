using System.Buffers;
using System.Text;
using Grpc.AspNetCore.Server.Internal;

namespace Compat.Grpc.Tests.Server.Internals;

public sealed class ProtocolTests
{
    [Theory]
    [InlineData("1H", 36_000_000_000)]
    [InlineData("2M", 1_200_000_000)]
    [InlineData("3S", 30_000_000)]
    [InlineData("4m", 40_000)]
    [InlineData("5u", 50)]
    [InlineData("699n", 6)]
    [InlineData("0S", 0)]
    [InlineData("00000007S", 70_000_000)]
    [InlineData("99999999S", 99_999_999 * TimeSpan.TicksPerSecond)]
    [InlineData("99999999H", 99_999_999 * TimeSpan.TicksPerSecond)]
    public void A_timeout_is_digits_and_a_unit(string text, long ticks)
    {
        Assert.True(GrpcTimeout.TryParse(text, out var timeout));
        Assert.Equal(ticks, timeout.Ticks);
    }

    [Theory]
    [InlineData("")]
    [InlineData("S")]
    [InlineData("5")]
    [InlineData("5s")]
    [InlineData("-5S")]
    [InlineData("+5S")]
    [InlineData(" 5S")]
    [InlineData("5 S")]
    [InlineData("1.5S")]
    [InlineData("123456789S")]
    [InlineData("\u0665S")]
    public void Anything_else_is_no_timeout(string text) => Assert.False(GrpcTimeout.TryParse(text, out _));

    [Theory]
    [InlineData("", "")]
    [InlineData("plain text ~!", "plain text ~!")]
    [InlineData("100%", "100%25")]
    [InlineData("a\tb\r\nc", "a%09b%0D%0Ac")]
    [InlineData("\u00fc\u20ac\ud83d\ude00", "%C3%BC%E2%82%AC%F0%9F%98%80")]
    [InlineData("\u007f", "%7F")]
    public void A_message_is_percent_encoded_utf8(string text, string encoded) => Assert.Equal(encoded, PercentEncoding.Encode(text));

    [Fact]
    public void Half_a_surrogate_pair_becomes_the_replacement_character() =>
        Assert.Equal("x%EF%BF%BDy", PercentEncoding.Encode("x" + (char)0xD800 + "y"));

    [Theory]
    [InlineData("")]
    [InlineData("AA", 0)]
    [InlineData("AA==", 0)]
    [InlineData("AAE", 0, 1)]
    [InlineData("AAE=", 0, 1)]
    [InlineData("AAEC", 0, 1, 2)]
    [InlineData(" AAEC ", 0, 1, 2)]
    [InlineData("AAECAw", 0, 1, 2, 3)]
    public void A_binary_header_is_read_with_and_without_padding(string text, params int[] bytes)
    {
        Assert.True(BinaryHeader.TryDecode(text, out var decoded));
        Assert.Equal(bytes.Select(value => (byte)value), decoded);
        Assert.Equal(text.Trim().TrimEnd('='), BinaryHeader.Encode(decoded));
    }

    [Theory]
    [InlineData("A")]
    [InlineData("AAAAA")]
    [InlineData("AA=")]
    [InlineData("AAE==")]
    [InlineData("A===")]
    [InlineData("====")]
    [InlineData("A=A=")]
    [InlineData("A A A")]
    [InlineData("AA-_")]
    [InlineData("\u00fcAA=")]
    public void What_is_not_base64_is_no_binary_header(string text) => Assert.False(BinaryHeader.TryDecode(text, out _));

    [Theory]
    [InlineData(20261)]
    public void Every_binary_value_survives_the_trip(int seed)
    {
        var random = new Random(seed);
        for (var length = 0; length < 200; length++)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            Assert.True(BinaryHeader.TryDecode(BinaryHeader.Encode(bytes), out var unpadded), $"seed {seed} length {length}");
            Assert.True(BinaryHeader.TryDecode(Convert.ToBase64String(bytes), out var padded), $"seed {seed} length {length}");
            Assert.Equal(bytes, unpadded);
            Assert.Equal(bytes, padded);
        }
    }

    [Fact]
    public void Frames_are_read_however_the_bytes_are_split()
    {
        var bytes = RawCall.Frame("first"u8).Concat(RawCall.Frame("second"u8, flag: 1)).Concat(RawCall.Frame(""u8)).ToArray();
        for (var split = 0; split <= bytes.Length; split++)
        {
            var buffer = Sequence(bytes[..split], bytes[split..]);
            Assert.Equal(("first", false), Read(ref buffer));
            Assert.Equal(("second", true), Read(ref buffer));
            Assert.Equal(("", false), Read(ref buffer));
            Assert.Equal(FrameResult.Incomplete, MessageFrame.TryRead(ref buffer, 100, out _, out _));
            Assert.True(buffer.IsEmpty);
        }
    }

    [Fact]
    public void A_frame_is_incomplete_until_its_last_byte()
    {
        var bytes = RawCall.Frame("message"u8);
        for (var length = 0; length < bytes.Length; length++)
        {
            var buffer = new ReadOnlySequence<byte>(bytes, 0, length);
            Assert.Equal(FrameResult.Incomplete, MessageFrame.TryRead(ref buffer, 100, out _, out _));
            Assert.Equal(length, buffer.Length);
        }
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 0, 0, 11 }, "TooLarge")]
    [InlineData(new byte[] { 0, 255, 255, 255, 255 }, "TooLarge")]
    [InlineData(new byte[] { 1, 128, 0, 0, 0 }, "TooLarge")]
    [InlineData(new byte[] { 2, 0, 0, 0, 0 }, "BadFlag")]
    [InlineData(new byte[] { 128, 0, 0, 0, 1, 7 }, "BadFlag")]
    public void A_frame_that_cannot_be_is_refused_at_its_header(byte[] bytes, string expected)
    {
        var buffer = new ReadOnlySequence<byte>(bytes);
        Assert.Equal(expected, MessageFrame.TryRead(ref buffer, 10, out _, out _).ToString());
    }

    [Theory]
    [InlineData("application/grpc", true)]
    [InlineData("application/grpc+proto", true)]
    [InlineData("Application/GRPC", true)]
    [InlineData("application/grpc; charset=utf-8", true)]
    [InlineData("application/grpc+proto;x=y", true)]
    [InlineData("application/grpc-web", false)]
    [InlineData("application/grpc+json", false)]
    [InlineData("application/grpc+protobuf", false)]
    [InlineData("application/grpcx", false)]
    [InlineData("application/json", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Only_grpc_with_protobuf_is_a_content_type(string? contentType, bool expected) =>
        Assert.Equal(expected, GrpcRequest.IsGrpcContentType(contentType));

    private static (string Text, bool IsCompressed) Read(ref ReadOnlySequence<byte> buffer)
    {
        Assert.Equal(FrameResult.Message, MessageFrame.TryRead(ref buffer, 100, out var payload, out var isCompressed));
        return (Encoding.UTF8.GetString(payload), isCompressed);
    }

    private static ReadOnlySequence<byte> Sequence(byte[] first, byte[] second)
    {
        var head = new Segment(first, 0);
        var tail = head.Append(second);
        return new ReadOnlySequence<byte>(head, 0, tail, second.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] bytes, long at)
        {
            Memory = bytes;
            RunningIndex = at;
        }

        public Segment Append(byte[] bytes)
        {
            var next = new Segment(bytes, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
