using System.Runtime.CompilerServices;
using Inventory.Domain.Stocks;
using Inventory.Domain.Tests.Scripts;

namespace Inventory.Domain.Tests;

public sealed class ChunkStoreTests
{
    [Fact]
    public void Nobody_is_given_what_another_has_and_what_came_back_serves_again()
    {
        var store = new ChunkStore();
        var rented = Enumerable.Range(0, 3 * ChunkStore.ChunksPerArray).Select(_ => store.Rent()).ToList();
        Assert.Equal(rented.Count, rented.Distinct().Count());
        Assert.Equal(3, rented.Select(chunk => chunk.Array).Distinct().Count());
        store.Return([rented[5], default, rented[200]]);
        Assert.Equal([rented[200], rented[5]], [store.Rent(), store.Rent()]);
        Assert.DoesNotContain(store.Rent(), rented);
        Assert.Equal(rented.Count + 1, store.Made);
    }

    [Fact]
    public void An_array_is_one_that_the_collector_leaves_where_it_is()
    {
        // That an object is large shows in its generation: it is made in the oldest.
        Assert.Equal(GC.MaxGeneration, GC.GetGeneration(new ChunkStore().Rent().Array!));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Rings_that_take_turns_never_see_each_others_entries(int seed)
    {
        var random = new Random(seed);
        var rings = Enumerable.Range(0, 8).Select(_ => (Ring: new Box(), Known: new Queue<ulong>())).ToArray();
        var next = 0UL;
        for (var round = 0; round < 4_000; round++)
        {
            var (box, known) = rings[random.Next(rings.Length)];
            for (var adds = random.Next(40); adds > 0; adds--)
            {
                known.Enqueue(++next);
                Assert.Equal(IdOf(next), box.Ring.Add(Entry(next)).Id);
            }

            for (var removes = random.Next(8) == 0 ? known.Count : random.Next(Math.Min(known.Count, 39) + 1); removes > 0; removes--)
            {
                Assert.True(box.Ring[box.Ring.First].Id == IdOf(known.Dequeue()), $"seed {seed}, round {round}");
                box.Ring.RemoveFirst();
            }

            if (random.Next(50) == 0)
            {
                foreach (var (each, all) in rings)
                {
                    var number = each.Ring.First;
                    Assert.True(all.All(one => each.Ring[number++].Id == IdOf(one)), $"seed {seed}, round {round}");
                }
            }
        }
    }

    [Fact]
    public void The_chunks_of_a_stock_that_is_dropped_come_back()
    {
        const int Rounds = 40;
        const int Chunks = 1_000;
        var before = ChunkStore.Shared.Made;
        for (var round = 0; round < Rounds; round++)
        {
            Drop(Chunks);
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        // Other tests take some meanwhile; all together far less than what was dropped.
        Assert.InRange(ChunkStore.Shared.Made - before, 0, Rounds * Chunks / 2);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Drop(int chunks)
    {
        var box = new Box();
        for (var i = 0; i < chunks * EntryChunk.Length; i++)
        {
            box.Ring.Add(Entry((ulong)i));
        }
    }

    private static RequestId IdOf(ulong number) => new RequestId(number, 3).Derive(7);

    private static RememberedEntry Entry(ulong number) =>
        new(new RememberedRequest(IdOf(number), number, Script.StartMs, StockVerb.Receive, new StockAnswer(StockOutcome.Accepted, 1, 1)));

    private sealed class Box
    {
        public RememberedRing Ring = new();
    }
}
