using System.Buffers;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Inventory.LoadTests.Operations;
using Inventory.V1;

namespace Inventory.LoadTests.Tests;

/// <summary>What the load client writes and reads by hand is what the generated classes would.</summary>
public sealed class BatchWireTests
{
    [Theory]
    [InlineData(1, 4)]
    [InlineData(1_000, 4)]
    [InlineData(7, 64)]
    public void A_message_is_what_the_generated_class_reads(int lines, int nameCharacters)
    {
        string Sku(int stock) => new string('S', nameCharacters - 1) + stock;
        string Location(int stock) => new string('l', nameCharacters - 1) + stock;
        var message = new BatchMessage(new BatchNames(3, Sku, Location), lines);
        for (var round = 0; round < 2; round++)
        {
            var expected = new ReserveStreamRequest { Ttl = ReserveOne.Ttl };
            message.Clear();
            for (var i = 0; i < lines; i++)
            {
                var id = new Guid(round, (short)i, 3, [1, 2, 3, 4, 5, 6, 7, 8]);
                message.Add(i % 3, id);
                expected.Reservations.Add(new StreamReservation { RequestId = id.ToString(), Sku = Sku(i % 3), LocationId = Location(i % 3), Units = 1 });
            }

            Assert.Equal(expected, ReserveStreamRequest.Parser.ParseFrom(message.Bytes));
        }
    }

    [Fact]
    public void An_answer_is_counted_line_by_line()
    {
        var answer = new ReserveStreamResponse { ExpireTime = new Timestamp { Seconds = 5 } };
        Assert.Equal(new BatchAnswer(0, 0, false), BatchWire.Read(new ReadOnlySequence<byte>(answer.ToByteArray())));
        answer.Results.Add(Enumerable.Range(1, 300).Select(version => new StreamResult { Accepted = true, Version = version * 100 }));
        answer.Results.Add(new StreamResult { Accepted = true, Repeated = true, Version = 9 });
        answer.Results.Add(new StreamResult { Problem = new string('p', 200) });
        Assert.Equal(new BatchAnswer(302, 300, false), BatchWire.Read(new ReadOnlySequence<byte>(answer.ToByteArray())));
        answer.Results.Add(new StreamResult { RefusalReason = RefusalReason.Insufficient });
        Assert.Equal(new BatchAnswer(303, 300, true), BatchWire.Read(new ReadOnlySequence<byte>(answer.ToByteArray())));
    }
}
