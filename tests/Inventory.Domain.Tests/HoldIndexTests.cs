using Inventory.Domain.Stocks;

namespace Inventory.Domain.Tests;

/// <summary>The parts of a table of many holds, each against a plain one of the base library.</summary>
public sealed class HoldIndexTests
{
    [Theory]
    [InlineData(1, 512)]
    [InlineData(2, 512)]
    [InlineData(3, 8_192)]
    public void An_index_finds_what_a_dictionary_finds(int seed, int places)
    {
        var random = new Random(seed);
        var index = new HoldIndex(4);
        var table = new HoldSlots();
        while (table.Length < places)
        {
            table.Grow();
        }

        var model = new Dictionary<HoldId, int>();
        for (var step = 0; step < 40 * places; step++)
        {
            // First mostly new ones, so that it grows as far as there are places; then as many go as come.
            var id = new HoldId(new RequestId(0, (ulong)random.Next(step < 10 * places ? 20 * places : places * 3 / 2)), 0);
            Assert.Equal(model.GetValueOrDefault(id, -1), index.PlaceOf(id, in table));
            if (!model.TryGetValue(id, out var place) && model.Count < places)
            {
                table[model.Count] = new(id, default);
                index.Add(id, model.Count);
                model.Add(id, model.Count);
            }
            else if (model.ContainsKey(id))
            {
                // As the table does: the last one moves into the gap.
                var last = model.Count - 1;
                index.Remove(id, place);
                model.Remove(id);
                if (place < last)
                {
                    table[place] = table[last];
                    index.Move(table[place].Key, last, place);
                    model[table[place].Key] = place;
                }
            }
        }
    }

    [Fact]
    public void Places_keep_what_stands_in_them_while_more_are_made()
    {
        var table = new HoldSlots();
        for (var place = 0; place < 5_000; place++)
        {
            if (place == table.Length)
            {
                table.Grow();
                Assert.Equal(default, table[place]);
            }

            table[place] = new(new HoldId(new RequestId(1, (ulong)place), place), default);
        }

        Assert.Equal(Enumerable.Range(0, 5_000), Enumerable.Range(0, 5_000).Select(place => table[place].Key.Line));
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 50)]
    [InlineData(3, 5_000)]
    public void A_queue_gives_times_in_the_order_of_a_heap(int seed, int spread)
    {
        var random = new Random(seed);
        var queue = new DueQueue();
        var model = new PriorityQueue<int, long>();
        for (var step = 0; step < 20_000; step++)
        {
            Assert.Equal(model.Count, queue.Count);
            var found = queue.TryPeek(out _, out var atMs);
            Assert.Equal((model.TryPeek(out _, out var modelMs), modelMs), (found, atMs));
            if (found && random.Next(2) == 0)
            {
                queue.Dequeue();
                model.Dequeue();
                continue;
            }

            var dueMs = step + random.Next(spread);
            queue.Enqueue(new HoldId(new RequestId(1, (ulong)step), 0), dueMs);
            model.Enqueue(step, dueMs);
        }
    }
}
