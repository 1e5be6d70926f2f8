using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Grains;

namespace Inventory.Grpc.Calls;

/// <summary>
/// Writes to many stocks at once: one call for each stock, whatever the number of its writes, and a bounded number of calls in flight.
/// </summary>
/// <remarks>Filled and run once by one caller. Writes to the same stock keep their order; different stocks have none.</remarks>
internal sealed class StockBatch(int capacity)
{
    private readonly Dictionary<StockKey, int> _groupOf = new(capacity);
    private readonly List<Group> _groups = new(capacity);
    private readonly List<(int Group, StockCommand Command)> _writes = new(capacity);

    /// <summary>Writes added so far.</summary>
    public int Count => _writes.Count;

    /// <summary>The stocks concerned, each once.</summary>
    public IReadOnlyList<StockKey> Keys => [.. _groupOf.Keys];

    /// <summary>Adds a write; its answer will be at the place returned.</summary>
    public int Add(in StockKey key, in StockCommand command)
    {
        if (!_groupOf.TryGetValue(key, out var group))
        {
            group = _groups.Count;
            _groupOf.Add(key, group);
            _groups.Add(new Group { Key = key });
        }

        _groups[group].Count++;
        _writes.Add((group, command));
        return _writes.Count - 1;
    }

    /// <summary>Does all of it; an answer for each write, at its place. Throws the first failure after all calls have ended.</summary>
    public async Task<StockAnswer[]> Run(IStocks stocks, int callsInFlightMax)
    {
        var answers = new StockAnswer[_writes.Count];
        Sort();
        var running = new Task[_groups.Count];
        for (var i = 0; i < running.Length; i++)
        {
            if (i >= callsInFlightMax)
            {
                await running[i - callsInFlightMax].ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            running[i] = Call(stocks, _groups[i], answers);
        }

        await Task.WhenAll(running);
        return answers;
    }

    private static async Task Call(IStocks stocks, Group group, StockAnswer[] answers)
    {
        if (group.Count == 1)
        {
            answers[group.Places[0]] = await stocks.Do(group.Key, group.Commands[0]);
            return;
        }

        var told = await stocks.DoMany(group.Key, group.Commands);
        for (var i = 0; i < told.Length; i++)
        {
            answers[group.Places[i]] = told[i];
        }
    }

    private void Sort()
    {
        foreach (var group in _groups)
        {
            group.Commands = new StockCommand[group.Count];
            group.Places = new int[group.Count];
            group.Count = 0;
        }

        for (var place = 0; place < _writes.Count; place++)
        {
            var group = _groups[_writes[place].Group];
            group.Commands[group.Count] = _writes[place].Command;
            group.Places[group.Count++] = place;
        }
    }

    private sealed class Group
    {
        public StockKey Key { get; init; }

        public int Count { get; set; }

        public StockCommand[] Commands { get; set; } = [];

        public int[] Places { get; set; } = [];
    }
}
