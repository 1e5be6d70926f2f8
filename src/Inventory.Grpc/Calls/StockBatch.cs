using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Grains;

namespace Inventory.Grpc.Calls;

/// <summary>
/// Writes to many stocks at once: one call for each stock, whatever the number of its writes, a bounded number of calls in flight, and one wait for
/// the journal.
/// </summary>
/// <remarks>Filled and run once by one caller. Writes to the same stock keep their order; different stocks have none.</remarks>
internal sealed class StockBatch(int capacity)
{
    private const int None = -1;
    private readonly Dictionary<StockKey, int> _groupOf = new(capacity);
    private readonly List<Group> _groups = new(capacity);
    private readonly List<Write> _writes = new(capacity);
    private StockAnswer[] _answers = [];
    private long _position;

    /// <summary>Writes added so far.</summary>
    public int Count => _writes.Count;

    /// <summary>The stocks concerned, each once.</summary>
    public IReadOnlyList<StockKey> Keys => [.. _groupOf.Keys];

    /// <summary>Adds a write; its answer will be at the place returned.</summary>
    public int Add(in StockKey key, in StockCommand command)
    {
        var place = _writes.Count;
        _writes.Add(new Write(command, None));
        if (_groupOf.TryAdd(key, _groups.Count))
        {
            _groups.Add(new Group(key, place, place, 1));
            return place;
        }

        var number = _groupOf[key];
        var group = _groups[number];
        _writes[group.Last] = _writes[group.Last] with { Next = place };
        _groups[number] = group with { Last = place, Count = group.Count + 1 };
        return place;
    }

    /// <summary>Does all of it; a durable answer for each write, at its place. Throws the first failure after all calls have ended.</summary>
    /// <param name="stocks">Through which.</param>
    /// <param name="callsInFlightMax">How many calls may wait for their stocks at once.</param>
    /// <param name="isPrepared">Whether all <see cref="Keys"/> have been prepared.</param>
    public async Task<StockAnswer[]> Run(IStocks stocks, int callsInFlightMax, bool isPrepared = false)
    {
        _answers = new StockAnswer[_writes.Count];
        var waiting = new List<Task>();
        foreach (var group in _groups)
        {
            if (Begin(stocks, group, isPrepared) is not { } task)
            {
                continue;
            }

            if (waiting.Count >= callsInFlightMax)
            {
                await waiting[^callsInFlightMax].ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            waiting.Add(task);
        }

        await Task.WhenAll(waiting);
        await stocks.WhenDurable(Volatile.Read(ref _position));
        return _answers;
    }

    /// <summary>Calls one stock; null if its answer has come at once.</summary>
    private Task? Begin(IStocks stocks, in Group group, bool isPrepared)
    {
        if (group.Count > 1)
        {
            return CallMany(stocks, group);
        }

        var begun = stocks.Begin(group.Key, _writes[group.First].Command, isPrepared);
        if (!begun.IsCompletedSuccessfully)
        {
            return Wait(begun, group.First);
        }

        Take(begun.Result, group.First);
        return null;
    }

    private async Task Wait(ValueTask<BegunWrite> begun, int place) => Take(await begun, place);

    private async Task CallMany(IStocks stocks, Group group)
    {
        var commands = new StockCommand[group.Count];
        var place = group.First;
        for (var i = 0; i < commands.Length; i++, place = _writes[place].Next)
        {
            commands[i] = _writes[place].Command;
        }

        var told = await stocks.DoMany(group.Key, commands);
        place = group.First;
        for (var i = 0; i < told.Length; i++, place = _writes[place].Next)
        {
            _answers[place] = told[i];
        }
    }

    private void Take(in BegunWrite write, int place)
    {
        _answers[place] = write.Answer;
        InterlockedMax(ref _position, write.Position);
    }

    private static void InterlockedMax(ref long most, long value)
    {
        var seen = Volatile.Read(ref most);
        while (value > seen)
        {
            var before = Interlocked.CompareExchange(ref most, value, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }

    private readonly record struct Group(StockKey Key, int First, int Last, int Count);

    private readonly record struct Write(StockCommand Command, int Next);
}
