namespace Inventory.Domain.Stocks;

/// <summary>The latest writes of a stock, oldest first: at most <see cref="Limits.RememberedMax"/>, none older than <see cref="Limits.RememberMs"/>.</summary>
/// <remarks>
/// While a few, they are looked through; beyond that an index stands beside them. The entry of a reservation also stands for the hold that it made, as long
/// as nothing but time can have changed that: most holds need no other place (<see cref="HoldTable"/>). Those holds fall due in the order of their
/// entries, so what is due next is a number that only grows. A part of its stock: never copied.
/// </remarks>
internal struct RememberedRequests()
{
    private const int IndexAbove = 12;
    private RememberedRing _ring = new();
    private More? _more;

    // Holds that stand here: none before the entry with this number, and none due before this time. The time may be too early, never too late.
    private uint _holdsFrom;
    private long _newestDueMs;
    private long _quietUntilMs = long.MaxValue;

    /// <summary>The channels of codes from 2: code 1 is the web's.</summary>
    public readonly IReadOnlyList<Channel> Channels => _more?.Channels ?? [];

    /// <summary>Entries whose units went more than one way.</summary>
    public readonly int SplitCount => _more?.Splits?.Count ?? 0;

    /// <summary>Entries with a figure too large for one.</summary>
    public readonly int WideCount => _more?.Wide?.Count ?? 0;

    public readonly int Count => _ring.Count;

    /// <summary>Holds that stand here.</summary>
    public int HoldCount { get; private set; }

    /// <summary>Units of the holds that stand here.</summary>
    public long HeldUnits { get; private set; }

    public readonly RememberedRequest this[int i] => At(_ring.First + (uint)i);

    public readonly bool TryFind(in RequestId id, out RememberedRequest found)
    {
        var isKnown = TryFind(id, out uint number);
        found = isKnown ? At(number) : default;
        return isKnown;
    }

    /// <summary>A code for a channel; 0 if there are too many.</summary>
    public byte CodeOf(in Channel channel)
    {
        if (channel == Channel.Web)
        {
            return 1; // nearly all: no list is kept for it
        }

        var channels = (_more ??= new More()).Channels ??= [];
        var place = channels.IndexOf(channel);
        if (place < 0 && channels.Count < byte.MaxValue - 1)
        {
            place = channels.Count;
            channels.Add(channel);
        }

        return place < 0 ? (byte)0 : (byte)(place + 2);
    }

    /// <summary>Notes how a reservation ended, if its request is remembered.</summary>
    public void MarkEnded(in RequestId reservation, in Hold hold, bool expired)
    {
        var released = hold.Reserved - hold.Left - hold.Collected - hold.Shipped;
        if (hold.Left == hold.Reserved || !TryFind(reservation, out uint number))
        {
            return; // time ended it before any step did: there is nothing to note
        }

        var end = expired ? HoldEnd.ExpiredInPart
            : hold.Collected == hold.Reserved ? HoldEnd.Collected
            : hold.Shipped == hold.Reserved ? HoldEnd.Shipped
            : released == hold.Reserved ? HoldEnd.Released
            : HoldEnd.Mixed;
        _ring[number].End = end;
        if (end is HoldEnd.Mixed or HoldEnd.ExpiredInPart)
        {
            RestoreSplit(reservation, hold.Collected, hold.Shipped, released);
        }
    }

    /// <summary>What is known of a reservation that is over.</summary>
    public readonly EndedHold Ended(in RememberedRequest made)
    {
        var units = made.Answer.Units;
        var (collected, shipped, released) = made.End switch
        {
            HoldEnd.Collected => (units, 0L, 0L),
            HoldEnd.Shipped => (0L, units, 0L),
            HoldEnd.Released => (0L, 0L, units),
            HoldEnd.Mixed or HoldEnd.ExpiredInPart => _more!.Splits![made.Id],
            _ => (0L, 0L, 0L),
        };
        return new EndedHold(ChannelOf(made.ChannelCode), units, collected, shipped, released, !made.Ended);
    }

    /// <summary>For a memory that is read back: the next channel in the order of codes.</summary>
    public void RestoreChannel(in Channel channel) => ((_more ??= new More()).Channels ??= []).Add(channel);

    /// <summary>For a memory that is read back: how the units of an entry were split.</summary>
    public void RestoreSplit(in RequestId reservation, long collected, long shipped, long released) =>
        ((_more ??= new More()).Splits ??= [])[reservation] = (collected, shipped, released);

    /// <summary>For a memory that is read back: the next entry, as <see cref="EntryAt"/> tells it, and all of it if it is wide.</summary>
    /// <exception cref="FormatException">It stands for a hold and cannot.</exception>
    public void Restore(RememberedEntry entry, in RememberedRequest wide)
    {
        var isHold = entry.IsHold;
        entry.IsHold = false;
        ref var added = ref Enter(entry, wide);
        if (isHold && !TryHold(ref added, _ring.Next - 1))
        {
            throw new FormatException("A hold in the memory of writes that falls due before an older one.");
        }
    }

    /// <summary>An entry by its place, as it stands.</summary>
    public readonly ref readonly RememberedEntry EntryAt(int i) => ref _ring[_ring.First + (uint)i];

    public void Add(in RememberedRequest request) => Enter(new RememberedEntry(request), request);

    /// <summary>Asks for memory that a write will need, one step farther each time: see <see cref="Stock.Fetch"/>.</summary>
    public readonly void Fetch(int step, in RequestId id)
    {
        switch (step)
        {
            case 0:
                Ahead.Fetch(_more, 56);
                _ring.FetchNext();
                break;
            case 1:
                Ahead.Fetch(_more?.Index, 32);
                break;
            default:
                _more?.Index?.Fetch(id);
                break;
        }
    }

    /// <summary>Adds a reservation and lets its entry stand for the hold that it made.</summary>
    /// <returns>False if it cannot, because it falls due before another one or has figures too large: the hold needs a place of its own.</returns>
    public bool AddWithHold(in RememberedRequest request)
    {
        ref var entry = ref Enter(new RememberedEntry(request), request);
        return TryHold(ref entry, _ring.Next - 1);
    }

    /// <summary>The hold of a reservation, if it stands here.</summary>
    public readonly bool TryGetHold(in RequestId reservation, out Hold hold)
    {
        var isHold = TryFindHold(reservation, out var number);
        hold = isHold ? HoldAt(number) : default;
        return isHold;
    }

    /// <summary>Takes the hold of a reservation away from here, if it stands here; its entry stays.</summary>
    public bool TryTakeHold(in RequestId reservation, out Hold hold)
    {
        var isHold = TryFindHold(reservation, out var number);
        hold = isHold ? HoldAt(number) : default;
        if (isHold)
        {
            Unhold(ref _ring[number]);
        }

        return isHold;
    }

    /// <summary>Takes away a hold whose time has passed, if there is one.</summary>
    public bool TryTakeExpired(long nowMs, out Hold hold)
    {
        hold = default;
        if (nowMs < _quietUntilMs || NextDueMs() > nowMs)
        {
            return false;
        }

        hold = HoldAt(_holdsFrom);
        Unhold(ref _ring[_holdsFrom]);
        return true;
    }

    /// <summary>Earliest time at which a hold that stands here falls due; <see cref="long.MaxValue"/> if none does.</summary>
    public long NextDueMs()
    {
        if (HoldCount == 0)
        {
            _quietUntilMs = long.MaxValue;
            return long.MaxValue;
        }

        while (!_ring[_holdsFrom].IsHold)
        {
            _holdsFrom++;
        }

        _quietUntilMs = _ring[_holdsFrom].ExpiresAtMs;
        return _quietUntilMs;
    }

    /// <summary>Before which entry no hold stands here.</summary>
    public readonly uint HoldsFrom => _holdsFrom;

    /// <summary>The next hold that stands here, from an entry on; there must be one.</summary>
    public readonly KeyValuePair<HoldId, Hold> NextHold(ref uint from)
    {
        while (!_ring[from].IsHold)
        {
            from++;
        }

        var number = from++;
        return new(new HoldId(_ring[number].Id, 0), HoldAt(number));
    }

    /// <summary>True if the oldest must go before another comes, because of its age or because of their number.</summary>
    public readonly bool IsFirstDue(long beforeMs)
    {
        if (_ring.Count == Limits.RememberedMax)
        {
            return true;
        }

        // Nearly every write asks, and the oldest entry is far from all that the write needs otherwise.
        if (_ring.Count == 0 || beforeMs <= _more?.FirstAtMs)
        {
            return false;
        }

        var firstAtMs = FirstAtMs;
        if (_more is not null)
        {
            _more.FirstAtMs = firstAtMs;
        }

        return firstAtMs < beforeMs;
    }

    /// <summary>True if the oldest is older than that.</summary>
    public readonly bool IsFirstBefore(long atMs) => _ring.Count > 0 && FirstAtMs < atMs;

    /// <summary>Forgets the oldest.</summary>
    /// <returns>The hold that it stood for, which needs another place now; null if it stood for none.</returns>
    public KeyValuePair<HoldId, Hold>? ForgetFirst()
    {
        ref var first = ref _ring[_ring.First];
        KeyValuePair<HoldId, Hold>? hold = null;
        if (first.IsHold)
        {
            hold = new(new HoldId(first.Id, 0), HoldAt(_ring.First));
            Unhold(ref first);
        }

        _more?.Splits?.Remove(first.Id);
        if (first.IsWide)
        {
            _more!.Wide!.Remove(first.Id);
        }

        _ring.RemoveFirst();
        _holdsFrom = (int)(_holdsFrom - _ring.First) < 0 ? _ring.First : _holdsFrom;
        if (_ring.Count == 0 && _more is not null)
        {
            _more.Index = null;
        }

        return hold;
    }

    /// <summary>After both were read back: takes in holds that can stand here from a table.</summary>
    public void TakeIn(HoldTable table)
    {
        var number = _ring.First;
        for (var left = _ring.Count; left > 0 && table.Count > 0; left--, number++)
        {
            if (_ring[number].CanBeHold && table.PlaceOf(new HoldId(_ring[number].Id, 0)) is >= 0 and var place && table.At(place) == HoldAt(number)
                && TryHold(ref _ring[number], number))
            {
                table.RemoveAt(place);
            }
        }
    }

    private readonly long FirstAtMs => _ring[_ring.First].IsWide ? At(_ring.First).AtMs : _ring[_ring.First].AtMs;

    private ref RememberedEntry Enter(in RememberedEntry added, in RememberedRequest request)
    {
        ref var entry = ref _ring.Add(added);
        if (entry.IsWide)
        {
            ((_more ??= new More()).Wide ??= [])[request.Id] = request;
        }

        Index(entry.Id);
        return ref entry;
    }

    private void Index(in RequestId id)
    {
        if (_more is { Index: { } index })
        {
            index.AddLast(id, in _ring);
        }
        else if (_ring.Count > IndexAbove)
        {
            (_more ??= new More()).Index = new RememberedIndex(in _ring);
        }
    }

    private bool TryHold(ref RememberedEntry entry, uint number)
    {
        var dueMs = entry.ExpiresAtMs;
        if (!entry.CanBeHold || (HoldCount > 0 && dueMs < _newestDueMs))
        {
            return false;
        }

        if (HoldCount == 0)
        {
            (_holdsFrom, _quietUntilMs) = (number, dueMs);
        }

        _newestDueMs = dueMs;
        HoldCount++;
        HeldUnits += entry.Units;
        entry.IsHold = true;
        return true;
    }

    private void Unhold(ref RememberedEntry entry)
    {
        entry.IsHold = false;
        HoldCount--;
        HeldUnits -= entry.Units;
    }

    private readonly Hold HoldAt(uint number)
    {
        ref readonly var entry = ref _ring[number];
        return new Hold(ChannelOf(entry.ChannelCode), entry.Units, entry.Units, 0, 0, entry.ExpiresAtMs, 0, false);
    }

    private readonly Channel ChannelOf(byte code) => code switch { 0 => default, 1 => Channel.Web, _ => _more!.Channels![code - 2] };

    private readonly RememberedRequest At(uint number)
    {
        ref readonly var entry = ref _ring[number];
        return entry.IsWide ? _more!.Wide![entry.Id] with { End = entry.End } : entry.Request;
    }

    private readonly bool TryFindHold(in RequestId reservation, out uint number)
    {
        number = 0;
        return HoldCount > 0 && TryFind(reservation, out number) && _ring[number].IsHold;
    }

    private readonly bool TryFind(in RequestId id, out uint number)
    {
        if (_more is { Index: { } index })
        {
            return index.TryFind(id, in _ring, out number);
        }

        number = _ring.Next;
        for (var left = _ring.Count; left > 0; left--)
        {
            number--;
            if (_ring[number].Id == id)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What few stocks need.</summary>
    private sealed class More
    {
        public RememberedIndex? Index;
        public List<Channel>? Channels;

        /// <summary>No entry is older than this: the oldest had this time, or one that was forgotten.</summary>
        public long FirstAtMs = long.MinValue;
        public Dictionary<RequestId, (long Collected, long Shipped, long Released)>? Splits;

        /// <summary>Requests with a figure too large for an entry.</summary>
        public Dictionary<RequestId, RememberedRequest>? Wide;
    }
}
