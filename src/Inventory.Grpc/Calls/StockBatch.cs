using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Grains;

namespace Inventory.Grpc.Calls;

/// <summary>
/// Writes to many stocks at once: one call for each stock, whatever the number of its writes, a bounded number of calls in flight, and one wait for
/// the journal. Stocks that are new are made known to their neighbours together.
/// </summary>
/// <remarks>
/// Filled and run by one caller, and after <see cref="Clear"/> again: its lists are large, and new ones for each message would bring the collection of
/// everything nearer. Writes to the same stock keep their order; different stocks have none.
/// </remarks>
internal sealed class StockBatch(int capacity)
{
    private const int None = -1;
    private readonly Dictionary<StockKey, int> _groupOf = new(capacity);
    private readonly List<Group> _groups = new(capacity);
    private readonly List<Write> _writes = new(capacity);

    // To be called again once their neighbours know of them.
    private readonly List<Group> _unknown = [];
    private StockAnswer[] _answers = [];
    private long _position;

    /// <summary>Writes added so far.</summary>
    public int Count => _writes.Count;

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

    /// <summary>Does all of it. Throws the first failure after all calls have ended.</summary>
    /// <param name="stocks">Through which.</param>
    /// <param name="callsInFlightMax">How many calls may wait for their stocks at once.</param>
    /// <returns>A durable answer for each write, at its place; valid until <see cref="Clear"/>.</returns>
    public async Task<ReadOnlyMemory<StockAnswer>> Run(IStocks stocks, int callsInFlightMax)
    {
        _answers = _answers.Length < _writes.Count ? new StockAnswer[_writes.Count] : _answers;
        await Call(stocks, _groups, callsInFlightMax, []);
        if (_unknown.Count > 0)
        {
            await Call(stocks, _unknown, callsInFlightMax, await stocks.Prepare([.. _unknown.Select(group => group.Key)]));
        }

        await stocks.WhenDurable(Volatile.Read(ref _position));
        return _answers.AsMemory(0, _writes.Count);
    }

    /// <summary>Forgets all writes and answers, to be filled anew.</summary>
    public void Clear()
    {
        _groupOf.Clear();
        _groups.Clear();
        _writes.Clear();
        _unknown.Clear();
        Array.Clear(_answers);
        _position = 0;
    }

    // Of each group who makes its stock known; nobody has yet if that is empty.
    private async Task Call(IStocks stocks, List<Group> groups, int callsInFlightMax, Registering[] registering)
    {
        var waiting = new List<Task>();
        for (var i = 0; i < groups.Count; i++)
        {
            if (Begin(stocks, groups[i], registering.Length == 0 ? Registering.Caller : registering[i]) is not { } task)
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
    }

    /// <summary>Calls one stock; null if its answer has come at once, or if its neighbours must be told of it first.</summary>
    private Task? Begin(IStocks stocks, in Group group, Registering registering)
    {
        if (group.Count > 1)
        {
            if (registering != Registering.Caller)
            {
                return CallMany(stocks, group);
            }

            Postpone(group);
            return null;
        }

        var begun = stocks.Begin(group.Key, _writes[group.First].Command, registering);
        if (!begun.IsCompletedSuccessfully)
        {
            return Wait(begun, group);
        }

        Take(begun.Result, group);
        return null;
    }

    private async Task Wait(ValueTask<BegunWrite> begun, Group group) => Take(await begun, group);

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

    private void Take(in BegunWrite write, in Group group)
    {
        if (write.IsUnknown)
        {
            Postpone(group);
            return;
        }

        _answers[group.First] = write.Answer;
        InterlockedMax(ref _position, write.Position);
    }

    // Those whose answers come later may do so on any thread.
    private void Postpone(in Group group)
    {
        lock (_unknown)
        {
            _unknown.Add(group);
        }
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
