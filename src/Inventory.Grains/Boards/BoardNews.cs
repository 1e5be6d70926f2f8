using Inventory.Domain;
using Inventory.Journal;
using Orleans.Runtime;

namespace Inventory.Grains;

/// <summary>Carries the newest figures of this silo's stocks to their boards, once they are durable. Safe for any thread.</summary>
/// <remarks>
/// One carrier for all stocks: many of them wait for the journal once, and no stock keeps a task for its board. It goes in rounds: 1 what was told so far is
/// taken, 2 the journal is waited for, 3 each board is told, 4 after a long round it rests. Of a stock that changes while its round is open only the last
/// figure goes; what changes afterwards goes with the next round, so news is late under load, never held up by it.
/// </remarks>
/// <param name="grains">Where boards and stocks are.</param>
/// <param name="journal">Makes figures durable.</param>
/// <param name="time">The clock.</param>
/// <param name="background">Where it runs: the thread pool unless a simulation registers its own.</param>
internal sealed class BoardNews(IGrainFactory grains, IJournal journal, TimeProvider time, TaskScheduler? background = null)
{
    /// <summary>It works for a twentieth of the time: under load writes come first, and more changes of one stock go as one.</summary>
    private const int RestFactor = 19;

    /// <summary>A list that grew beyond this, in an import for instance, is not kept: it would take as much memory as a tenth of its stocks.</summary>
    private const int SpareMax = 16_384;

    /// <summary>So with stocks whose boards were slow.</summary>
    private const int LateKeptMax = 1_024;

    private static readonly TimeSpan s_restMin = TimeSpan.FromMilliseconds(1);

    // However long it took: what made a round of a few changes long was something else, and they are not to be late for it.
    private static readonly TimeSpan s_restOfFew = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan s_restPerItem = TimeSpan.FromMilliseconds(0.1);
    private static readonly TimeSpan s_restMax = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_retryPause = TimeSpan.FromSeconds(1);
    private readonly Lock _gate = new();

    // Stocks whose board has not answered yet, with what is to be said next: a board that is slow holds up no other, and has one call of each stock.
    private readonly Dictionary<StockKey, Late> _late = [];
    private List<Item> _open = [];
    private List<Item> _spare = [];
    private long _openPosition;
    private uint _round = 1;
    private bool _carrying;

    /// <summary>Where the news of a stock is in the open round; kept by the stock, 0 before its first. A hint: rounds begin anew at 0 some day.</summary>
    internal record struct Place(uint Round, int Index);

    private readonly record struct Item(StockKey Key, BoardFigure Figure);

    // What is under way, and what comes after it: something newer, if anything. Said again after a failure it may meet what was told since, and a board that
    // has forgotten what it knew would show the old figure after the new one.
    private readonly record struct Late(long Version, long AtMs, Item? Next)
    {
        public Late With(in Item item)
        {
            var last = Next is { } next ? (next.Figure.Version, next.Figure.AtMs) : (Version, AtMs);
            return (item.Figure.Version, item.Figure.AtMs).CompareTo(last) > 0 ? this with { Next = item } : this;
        }
    }

    /// <summary>Takes a figure that is true once a position is durable; if it is already, the board gets it now. Called within the turn of the stock.</summary>
    public void Tell(ref Place place, in StockKey key, in BoardFigure figure, JournalPosition position)
    {
        var item = new Item(key, figure);
        if (position.Value <= journal.DurablePosition)
        {
            TellBoard(item);
            return;
        }

        lock (_gate)
        {
            _openPosition = Math.Max(_openPosition, position.Value);
            if (place.Round == _round && place.Index < _open.Count && _open[place.Index].Key == key)
            {
                _open[place.Index] = item;
                return;
            }

            place = new Place(_round, _open.Count);
            Add_UnderLock(item);
        }
    }

    private void Add_UnderLock(in Item item)
    {
        _open.Add(item);
        if (!_carrying)
        {
            _carrying = true;
            _ = Task.Factory.StartNew(
                Carry, CancellationToken.None, TaskCreationOptions.DenyChildAttach, background ?? TaskScheduler.Default);
        }
    }

    private async Task Carry()
    {
        while (true)
        {
            List<Item> round;
            JournalPosition position;
            lock (_gate)
            {
                if (_open.Count == 0)
                {
                    _carrying = false;
                    return;
                }

                (round, _open) = (_open, _spare);
                position = new JournalPosition(_openPosition);
                _round = unchecked(_round + 1);
            }

            if (await IsDurable(position))
            {
                await Rest(TellBoards(round), round.Count);
            }
            else
            {
                round.ForEach(Lose);
            }

            round.Clear();
            _spare = round.Capacity <= SpareMax ? round : [];
        }
    }

    private async ValueTask<bool> IsDurable(JournalPosition position)
    {
        try
        {
            await journal.WhenDurable(position);
            return true;
        }
        catch (Exception)
        {
            return false; // lost: it will never be durable
        }
    }

    private TimeSpan TellBoards(List<Item> round)
    {
        var begun = time.GetTimestamp(); // a clock that is set must not make it rest
        foreach (var item in round)
        {
            TellBoard(item);
        }

        return time.GetElapsedTime(begun);
    }

    private void TellBoard(in Item item)
    {
        if (_late.Count > 0 && IsLate(item))
        {
            return;
        }

        var told = grains.GetGrain<IBoardGrain>(item.Key.Sku.Value).Update(item.Figure);
        if (told.IsCompletedSuccessfully)
        {
            return;
        }

        lock (_gate)
        {
            // What another thread has put there for the same stock has more to say than this.
            _late.TryAdd(item.Key, new Late(item.Figure.Version, item.Figure.AtMs, null));
        }

        _ = Finish(told, item);
    }

    private Task Rest(TimeSpan worked, int items)
    {
        var most = s_restOfFew + (s_restPerItem * items);
        most = most < s_restMax ? most : s_restMax;
        var rest = worked * RestFactor < most ? worked * RestFactor : most;
        return rest < s_restMin ? Task.CompletedTask : Task.Delay(rest, time);
    }

    private bool IsLate(in Item item)
    {
        lock (_gate)
        {
            var isLate = _late.TryGetValue(item.Key, out var late);
            if (isLate)
            {
                _late[item.Key] = late.With(item);
            }

            return isLate;
        }
    }

    private async Task Finish(ValueTask told, Item item)
    {
        Item? next = null;
        try
        {
            await told;
        }
        catch (SiloUnavailableException)
        {
            // It stops. Boards ask their stocks when they begin again.
        }
        catch (Exception)
        {
            next = item;
            await Task.Delay(s_retryPause, time);
        }

        lock (_gate)
        {
            _late.Remove(item.Key, out var late);
            if (_late is { Count: 0, Capacity: > LateKeptMax })
            {
                _late.TrimExcess();
            }

            next = late.Next ?? next;
            if (next is { } again)
            {
                Add_UnderLock(again); // durable already
            }
        }
    }

    // Nobody else may be waiting for what this stock wrote last: it must not go on from there.
    private void Lose(Item item) => _ = Lose(grains.GetGrain<IStockGrain>(item.Key.ToString()));

    private static async Task Lose(IStockGrain stock)
    {
        try
        {
            await stock.Lost();
        }
        catch (Exception)
        {
            // It cannot be reached, or cannot be read back: then it has lost what it knew.
        }
    }
}
