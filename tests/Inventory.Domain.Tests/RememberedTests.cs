using Inventory.Domain.Codec;
using Inventory.Domain.Stocks;
using Inventory.Domain.Tests.Scripts;

namespace Inventory.Domain.Tests;

public sealed class RememberedTests
{
    private const long DayMs = 24L * 60 * 60 * 1000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_ring_and_its_index_know_what_a_plain_queue_knows(int seed)
    {
        var random = new Random(seed);
        var (ring, queue) = (new RememberedRing(), new Queue<RequestId>());
        RememberedIndex? index = null;
        var next = 0UL;
        for (var round = 0; round < 60; round++)
        {
            // Grows beyond several chunks, shrinks to nothing now and then.
            for (var adds = random.Next(400); adds > 0; adds--)
            {
                var id = new RequestId(++next, (ulong)seed).Derive(7);
                ring.Add(new RememberedEntry(new RememberedRequest(id, next, Script.StartMs, StockVerb.Receive, new StockAnswer(StockOutcome.Accepted, 1, 1))));
                queue.Enqueue(id);
                index ??= new RememberedIndex(in ring);
                if (ring.Count > 1)
                {
                    index.AddLast(id, in ring);
                }
            }

            var forgotten = new List<RequestId>();
            for (var removes = random.Next(4) == 0 ? queue.Count : random.Next(queue.Count + 1); removes > 0; removes--)
            {
                ring.RemoveFirst();
                forgotten.Add(queue.Dequeue());
            }

            index = ring.Count == 0 ? null : index;
            Assert.Equal(queue.Count, ring.Count);
            var number = ring.First;
            foreach (var id in queue)
            {
                Assert.Equal(id, ring[number].Id);
                Assert.True(index!.TryFind(id, in ring, out var found));
                Assert.Equal(number++, found);
            }

            Assert.All(forgotten.TakeLast(50), id => Assert.False(index?.TryFind(id, in ring, out _) ?? false));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Numbers_that_come_around_again_are_told_from_those_that_were_forgotten(int seed)
    {
        // A ring that is full has an entry for each number that a slot can have, so a slot that was left behind looks as if it were in use.
        var ring = new RememberedRing();
        RememberedIndex? index = null;
        var next = 0UL;
        RequestId At(ulong number) => new RequestId(number, (ulong)seed).Derive(7);
        while (next < 5 * (ulong)Limits.RememberedMax)
        {
            if (ring.Count == Limits.RememberedMax)
            {
                ring.RemoveFirst();
            }

            var id = At(++next);
            ring.Add(new RememberedEntry(new RememberedRequest(id, next, Script.StartMs, StockVerb.Receive, new StockAnswer(StockOutcome.Accepted, 1, 1))));
            if (index is null)
            {
                index = new RememberedIndex(in ring);
            }
            else
            {
                index.AddLast(id, in ring);
            }

            Assert.True(index.TryFind(id, in ring, out var last) && last == ring.Next - 1, $"{next} was lost at once");
        }

        for (var back = 0; back < ring.Count; back++)
        {
            Assert.True(index!.TryFind(At(next - (ulong)back), in ring, out var found), $"seed {seed}: {back} before the last is lost");
            Assert.Equal(ring.Next - 1 - (uint)back, found);
        }

        for (var gone = next - (ulong)ring.Count; gone > next - (ulong)ring.Count - 5_000; gone--)
        {
            Assert.False(index!.TryFind(At(gone), in ring, out _), $"seed {seed}: {gone} was forgotten and is found");
        }
    }

    [Fact]
    public void Holds_outlive_the_memory_of_their_reservations()
    {
        const int Reserved = Limits.RememberedMax + 5_000;
        var stock = new Stock();
        Do(stock, StockCommand.Receive(Id(0), Reserved), Script.StartMs);
        for (var i = 1; i <= Reserved; i++)
        {
            Do(stock, StockCommand.Reserve(Id(i), 1, Channel.Web, DayMs + (i / 1_000)), Script.StartMs);
        }

        Assert.Equal((Reserved, Reserved), (stock.HoldCount, stock.Held));
        Assert.False(stock.TryRecall(Id(1), out _));
        var again = StockRules.Decide(stock, StockCommand.Reserve(Id(1), 1, Channel.Web, DayMs), Script.StartMs, out _);
        Assert.Equal((StockOutcome.AlreadyAccepted, false), (again.Answer.Outcome, again.Changes));
        var bytes = new byte[StockSnapshotCodec.BytesMax(stock)];
        var copy = StockSnapshotCodec.Decode(bytes.AsSpan(0, StockSnapshotCodec.Encode(stock, bytes)));
        foreach (var each in (Stock[])[stock, copy])
        {
            Assert.Equal(Reserved, each.HoldCount);
            Do(each, StockCommand.Release(Id(Reserved + 1), new HoldId(Id(1), 0)), Script.StartMs);
            Do(each, StockCommand.Confirm(Id(Reserved + 2), new HoldId(Id(Reserved), 0)), Script.StartMs);
            Assert.Equal(Script.StartMs + DayMs, each.NextDueMs);

            // A day later the writes are forgotten too, at the next write; every hold still falls back at its own millisecond.
            for (var k = 0; k <= Reserved / 1_000; k++)
            {
                each.AdvanceTo(Script.StartMs + DayMs + k);
                Assert.Equal(Math.Max(Reserved - (((k + 1) * 1_000) - 1), 1), each.Held);
            }

            Assert.True(each.TryGetHold(new HoldId(Id(Reserved), 0), out var firm));
            Assert.True(firm.IsFirm);
            Do(each, StockCommand.Receive(Id(Reserved + 3), 1), Script.StartMs + DayMs + 1_000);
            Assert.Equal((1, 1, long.MaxValue), (each.Remembered.Count, each.HoldCount, each.NextDueMs));
        }
    }

    [Fact]
    public void Each_write_is_forgotten_by_the_first_one_that_comes_more_than_a_day_later()
    {
        const int Writes = 30;
        var stock = new Stock();
        for (var i = 0; i < Writes; i++)
        {
            Do(stock, StockCommand.Receive(Id(i), 1), Script.StartMs + (i * 1_000));
        }

        for (var k = 0; k < Writes; k++)
        {
            Do(stock, StockCommand.Receive(Id(Writes + (2 * k)), 1), Script.StartMs + Limits.RememberMs + (k * 1_000));
            Assert.True(stock.TryRecall(Id(k), out _));
            Do(stock, StockCommand.Receive(Id(Writes + (2 * k) + 1), 1), Script.StartMs + Limits.RememberMs + (k * 1_000) + 1);
            Assert.False(stock.TryRecall(Id(k), out _));
            Assert.True(stock.TryRecall(Id(k + 1), out _));
        }
    }

    [Fact]
    public void Holds_that_fall_due_before_older_ones_have_their_own_place_and_time()
    {
        var stock = new Stock();
        Do(stock, StockCommand.Receive(Id(0), 100), Script.StartMs);
        var times = Enumerable.Range(1, 100).Select(i => 1_000L + (i * 37 % 101 * 1_000)).ToArray();
        for (var i = 0; i < times.Length; i++)
        {
            Do(stock, StockCommand.Reserve(Id(i + 1), 1, Channel.Parse(i % 3 == 0 ? "pos" : "web"), times[i]), Script.StartMs);
        }

        for (var nowMs = 0L; nowMs <= times.Max(); nowMs += 500)
        {
            stock.AdvanceTo(Script.StartMs + nowMs);
            var left = times.Where(time => time > nowMs).ToList();
            Assert.Equal(left.Count, stock.Held);
            Assert.Equal(left.Count == 0 ? long.MaxValue : Script.StartMs + left.Min(), stock.NextDueMs);
        }
    }

    private static RequestId Id(int n) => new RequestId((ulong)n, 5).Derive(1);

    private static void Do(Stock stock, in StockCommand command, long nowMs)
    {
        var decision = StockRules.Decide(stock, command, nowMs, out var change);
        Assert.Equal(StockOutcome.Accepted, decision.Answer.Outcome);
        stock.Apply(change);
    }
}
