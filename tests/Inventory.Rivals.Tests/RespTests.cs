using System.Buffers;
using System.Text;
using Inventory.Rivals.Redis;

namespace Inventory.Rivals.Tests;

public sealed class RespTests
{
    private const string Answers = ":42\r\n+OK\r\n$5\r\nhe\r\no\r\n$-1\r\n-ERR no such\r\n$0\r\n\r\n:-1\r\n";

    [Fact]
    public void A_request_is_a_list_of_bulk_strings_measured_in_bytes() =>
        Assert.Equal("*2\r\n$3\r\nGET\r\n$3\r\n€\r\n", Encoding.UTF8.GetString(RespConnection.Encode(["GET", "€"])));

    [Fact]
    public void Answers_are_read_wherever_the_bytes_are_split()
    {
        var bytes = Encoding.UTF8.GetBytes(Answers);
        RespReply[] expected =
        [
            new(42, null, null), new(0, "OK", null), new(0, "he\r\no", null), new(0, null, null), new(0, null, "ERR no such"), new(0, "", null),
            new(-1, null, null),
        ];
        for (var split = 0; split <= bytes.Length; split++)
        {
            Assert.Equal(expected, Read(bytes[..split], bytes[split..]));
        }

        Assert.Equal(expected, Read([.. bytes.Select(each => new[] { each })]));
    }

    [Fact]
    public void An_answer_that_has_not_come_as_a_whole_is_left_where_it_is()
    {
        var bytes = Encoding.UTF8.GetBytes("$5\r\nhello\r\n");
        for (var length = 0; length < bytes.Length; length++)
        {
            var buffer = new ReadOnlySequence<byte>(bytes, 0, length);
            Assert.False(RespReader.TryRead(ref buffer, out _));
            Assert.Equal(length, buffer.Length);
        }
    }

    [Theory]
    [InlineData("*1\r\n:1\r\n", "byte 42")]
    [InlineData(":4x\r\n", "'4x' is no number")]
    [InlineData("\r\n", "An empty line")]
    public void What_is_not_known_is_refused_with_what_it_was(string answer, string words)
    {
        var e = Assert.Throws<FormatException>(() => Read(Encoding.UTF8.GetBytes(answer)));
        Assert.Contains(words, e.Message, StringComparison.Ordinal);
    }

    // As a connection does: what is left over of one read is there again at the next, with more behind it.
    private static List<RespReply> Read(params byte[][] pieces)
    {
        var replies = new List<RespReply>();
        byte[] rest = [];
        foreach (var piece in pieces)
        {
            var buffer = Joined(rest, piece);
            while (RespReader.TryRead(ref buffer, out var reply))
            {
                replies.Add(reply);
            }

            rest = buffer.ToArray();
        }

        Assert.Empty(rest);
        return replies;
    }

    private static ReadOnlySequence<byte> Joined(byte[] first, byte[] second)
    {
        var head = new Segment(first, 0);
        var tail = new Segment(second, first.Length);
        head.Append(tail);
        return new ReadOnlySequence<byte>(head, 0, tail, second.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] bytes, long before) => (Memory, RunningIndex) = (bytes, before);

        public void Append(Segment next) => Next = next;
    }
}
