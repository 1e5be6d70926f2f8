using System.Runtime.CompilerServices;
using Inventory.Domain.Stocks;
using Inventory.Domain.Tests.Scripts;

namespace Inventory.Domain.Tests;

public sealed class PartStoreTests
{
    private const int Length = 96;

    [Fact]
    public void Nobody_is_given_what_another_has_and_what_came_back_serves_again()
    {
        var store = new PartStore<ulong>(Length);
        var rented = Enumerable.Range(0, 3 * store.PartsPerArray).Select(_ => store.Rent()).ToList();
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
        Assert.Equal(GC.MaxGeneration, GC.GetGeneration(new PartStore<ulong>(Length).Rent().Array!));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Rings_and_indexes_that_take_turns_never_see_each_others_entries(int seed)
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
                box.Index();
            }

            for (var removes = random.Next(8) == 0 ? known.Count : random.Next(Math.Min(known.Count, 39) + 1); removes > 0; removes--)
            {
                Assert.True(box.Ring[box.Ring.First].Id == IdOf(known.Dequeue()), $"seed {seed}, round {round}");
                box.Ring.RemoveFirst();
            }

            box.Forget();
            if (random.Next(50) == 0)
            {
                GC.Collect(); // indexes that were dropped give back what they had
                GC.WaitForPendingFinalizers();
                foreach (var (each, all) in rings)
                {
                    var number = each.Ring.First;
                    Assert.True(all.All(one => each.Ring[number].Id == IdOf(one) && each.Finds(IdOf(one), number++)), $"seed {seed}, round {round}");
                }
            }
        }
    }

    [Fact]
    public void The_chunks_of_a_stock_that_is_dropped_come_back()
    {
        const int Rounds = 40;
        const int Chunks = 1_000;
        var before = RememberedRing.Store.Made;
        for (var round = 0; round < Rounds; round++)
        {
            Drop(Chunks);
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        // Other tests take some meanwhile; all together far less than what was dropped.
        Assert.InRange(RememberedRing.Store.Made - before, 0, Rounds * Chunks / 2);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Drop(int chunks)
    {
        var box = new Box();
        for (var i = 0; i < chunks * RememberedRing.Store.Length; i++)
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
        private RememberedIndex? _index;

        public void Index()
        {
            if (_index is null)
            {
                _index = new RememberedIndex(in Ring);
            }
            else
            {
                _index.AddLast(Ring[Ring.Next - 1].Id, in Ring);
            }
        }

        public void Forget() => _index = Ring.Count == 0 ? null : _index;

        public bool Finds(in RequestId id, uint number) => _index!.TryFind(id, in Ring, out var found) && found == number;
    }
}
