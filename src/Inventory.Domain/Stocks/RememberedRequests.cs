namespace Inventory.Domain.Stocks;

/// <summary>One write that took effect, and what was answered.</summary>
/// <param name="Id">Id of the write.</param>
/// <param name="ContentHash">Hash of the request's content.</param>
/// <param name="AtMs">When, in Unix milliseconds.</param>
/// <param name="Verb">What.</param>
/// <param name="Answer">What was answered.</param>
/// <param name="End">Of a reservation: how it ended.</param>
/// <param name="ChannelCode">Of a reservation: for whom, as its stock counts channels from 1; 0 if that is not known.</param>
public readonly record struct RememberedRequest(
    RequestId Id, ulong ContentHash, long AtMs, StockVerb Verb, StockAnswer Answer, HoldEnd End = HoldEnd.None, byte ChannelCode = 0)
{
    /// <summary>True once a step took the last of its units, false if time did.</summary>
    public bool Ended => End is not (HoldEnd.None or HoldEnd.ExpiredInPart);
}

/// <summary>How a hold ended. Numbers are on disk. It costs a byte where an entry has room to spare; only what ended in several ways costs more.</summary>
public enum HoldEnd : byte
{
    /// <summary>It lives, or its time passed before any step.</summary>
    None = 0,

    /// <summary>All of it was collected.</summary>
    Collected = 1,

    /// <summary>All of it was shipped.</summary>
    Shipped = 2,

    /// <summary>All of it was given back.</summary>
    Released = 3,

    /// <summary>Some of it went one way and some another.</summary>
    Mixed = 4,

    /// <summary>Some of it went its way before its time passed.</summary>
    ExpiredInPart = 5,
}

/// <summary>What is still known of a hold that is over.</summary>
/// <param name="Channel">For whom; <c>default</c> if that is not known.</param>
/// <param name="Reserved">Units promised at first.</param>
/// <param name="Collected">Units collected of it.</param>
/// <param name="Shipped">Units shipped of it.</param>
/// <param name="Released">Units given back by a step.</param>
/// <param name="Expired">True if time ended it.</param>
public readonly record struct EndedHold(Channel Channel, long Reserved, long Collected, long Shipped, long Released, bool Expired);

/// <summary>The latest writes of a stock, oldest first: at most <see cref="Limits.RememberedMax"/>, none older than <see cref="Limits.RememberMs"/>.</summary>
/// <remarks>A ring that grows in small steps while it is small, then by doubling; beyond a few entries an index is kept beside it. A part of its stock:
/// never copied.</remarks>
internal struct RememberedRequests()
{
    private const int IndexAbove = 12;
    private const int IndexedFrom = 16;
    private const int PlaceBits = 16;
    private const byte APlaceFitsASlotOfTheIndex = Limits.RememberedMax <= 1 << PlaceBits ? 0 : -1;
    private RememberedEntry[] _ring = [];
    private int _first;
    private More? _more;

    /// <summary>The channels of codes from 2: code 1 is the web's.</summary>
    public readonly IReadOnlyList<Channel> Channels => _more?.Channels ?? [];

    /// <summary>Entries whose units went more than one way.</summary>
    public readonly int SplitCount => _more?.Splits?.Count ?? 0;

    public int Count { get; private set; }

    public readonly RememberedRequest this[int i] => At(PlaceOf(i));

    public readonly bool TryFind(in RequestId id, out RememberedRequest found)
    {
        var place = Place(id);
        found = place < 0 ? default : At(place);
        return place >= 0;
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
        if (hold.Left == hold.Reserved || Place(reservation) is not (>= 0 and var place))
        {
            return; // time ended it before any step did: there is nothing to note
        }

        var end = expired ? HoldEnd.ExpiredInPart
            : hold.Collected == hold.Reserved ? HoldEnd.Collected
            : hold.Shipped == hold.Reserved ? HoldEnd.Shipped
            : released == hold.Reserved ? HoldEnd.Released
            : HoldEnd.Mixed;
        _ring[place].End = end;
        if (end is HoldEnd.Mixed or HoldEnd.ExpiredInPart)
        {
            RestoreSplit(reservation, hold.Collected, hold.Shipped, released);
        }
    }

    /// <summary>What is known of a reservation that is over.</summary>
    public readonly EndedHold Ended(in RememberedRequest made)
    {
        var channel = made.ChannelCode switch { 0 => default, 1 => Channel.Web, var code => _more!.Channels![code - 2] };
        var units = made.Answer.Units;
        var (collected, shipped, released) = made.End switch
        {
            HoldEnd.Collected => (units, 0L, 0L),
            HoldEnd.Shipped => (0L, units, 0L),
            HoldEnd.Released => (0L, 0L, units),
            HoldEnd.Mixed or HoldEnd.ExpiredInPart => _more!.Splits![made.Id],
            _ => (0L, 0L, 0L),
        };
        return new EndedHold(channel, units, collected, shipped, released, !made.Ended);
    }

    /// <summary>For a memory that is read back: the next channel in the order of codes.</summary>
    public void RestoreChannel(in Channel channel) => ((_more ??= new More()).Channels ??= []).Add(channel);

    /// <summary>For a memory that is read back: how the units of an entry were split.</summary>
    public void RestoreSplit(in RequestId reservation, long collected, long shipped, long released) =>
        ((_more ??= new More()).Splits ??= [])[reservation] = (collected, shipped, released);

    public void Add(in RememberedRequest request)
    {
        if (Count == Limits.RememberedMax)
        {
            ForgetFirst();
        }

        if (Count == _ring.Length)
        {
            Grow();
        }

        var place = PlaceOf(Count);
        _ring[place] = new RememberedEntry(request);
        if (_ring[place].IsWide)
        {
            ((_more ??= new More()).Wide ??= [])[request.Id] = request;
        }

        Count++;
        if (_more is { Index: { } index } && _more.UsedSlots * 4L < index.Length * 3L)
        {
            AddToIndex(index, request.Id, place);
        }
        else if (Count > IndexAbove)
        {
            MakeIndex();
        }
        else
        {
            DropIndex();
        }
    }

    /// <summary>Forgets what is older than the time for which ids are remembered.</summary>
    public void ForgetBefore(long atMs)
    {
        while (Count > 0 && AtMs(_first) < atMs)
        {
            ForgetFirst();
        }

        if (Count == 0 && _ring.Length > 0)
        {
            _ring = [];
            _first = 0;
            DropIndex();
        }
    }

    private readonly RememberedRequest At(int place)
    {
        ref readonly var entry = ref _ring[place];
        return entry.IsWide ? _more!.Wide![entry.Id] with { End = entry.End } : entry.Request;
    }

    private readonly long AtMs(int place) => _ring[place].IsWide ? At(place).AtMs : _ring[place].AtMs;

    private readonly int PlaceOf(int i)
    {
        var place = _first + i;
        return place < _ring.Length ? place : place - _ring.Length;
    }

    private readonly int Place(in RequestId id)
    {
        if (_more is { Index: { } index })
        {
            return PlaceByIndex(id, index);
        }

        for (var i = Count - 1; i >= 0; i--)
        {
            if (_ring[PlaceOf(i)].Id == id)
            {
                return PlaceOf(i);
            }
        }

        return -1;
    }

    private readonly int PlaceByIndex(in RequestId id, uint[] index)
    {
        var hash = (uint)id.GetHashCode();
        for (var at = hash; ; at++)
        {
            var slot = index[at & (uint)(index.Length - 1)];
            if (slot == 0)
            {
                return -1;
            }

            var place = (int)(slot & ((1 << PlaceBits) - 1));
            if ((slot >> PlaceBits) == Half(hash) && IsInUse(place) && _ring[place].Id == id)
            {
                return place;
            }
        }
    }

    private readonly bool IsInUse(int place)
    {
        var i = place - _first;
        return (i < 0 ? i + _ring.Length : i) < Count;
    }

    private readonly void AddToIndex(uint[] index, in RequestId id, int place)
    {
        var hash = (uint)id.GetHashCode();
        var at = hash & (uint)(index.Length - 1);
        while (index[at] != 0)
        {
            at = (at + 1) & (uint)(index.Length - 1);
        }

        index[at] = (Half(hash) << PlaceBits) | (uint)place;
        _more!.UsedSlots++;
    }

    // Never 0, so that no slot in use looks empty.
    private static uint Half(uint hash) => (hash >> PlaceBits) | 1;

    private void MakeIndex()
    {
        var more = _more ??= new More();
        if (more.Index?.Length == 2 * _ring.Length)
        {
            Array.Clear(more.Index);
        }
        else
        {
            more.Index = new uint[2 * _ring.Length]; // there are more than a few entries, so this is a power of two
        }

        more.UsedSlots = 0;
        for (var i = 0; i < Count; i++)
        {
            AddToIndex(more.Index, _ring[PlaceOf(i)].Id, PlaceOf(i));
        }
    }

    private readonly void DropIndex()
    {
        if (_more is not null)
        {
            _more.Index = null;
        }
    }

    private void ForgetFirst()
    {
        ref var first = ref _ring[_first];
        _more?.Splits?.Remove(first.Id);
        if (first.IsWide)
        {
            _more!.Wide!.Remove(first.Id);
        }

        first = default;
        _first = PlaceOf(1);
        Count--;
    }

    private void Grow()
    {
        var larger = new RememberedEntry[LengthAfter(_ring.Length)];
        for (var i = 0; i < Count; i++)
        {
            larger[i] = _ring[PlaceOf(i)];
        }

        (_ring, _first) = (larger, 0);
        DropIndex(); // places have changed
    }

    // A power of two as soon as there is an index.
    private static int LengthAfter(int length) => length switch
    {
        < 4 => length + 1,
        < IndexAbove => Math.Min(length + (length / 2), IndexAbove),
        IndexAbove => IndexedFrom,
        _ => length * 2,
    };

    /// <summary>What few stocks need.</summary>
    private sealed class More
    {
        // Open addressing; a slot is half of the id's hash and its place in the ring. What is forgotten leaves its slot behind: it is
        // told by its place, and swept when the slots run out. So forgetting the oldest costs the index nothing.
        public uint[]? Index;
        public int UsedSlots;
        public List<Channel>? Channels;
        public Dictionary<RequestId, (long Collected, long Shipped, long Released)>? Splits;

        /// <summary>Requests with a figure too large for an entry.</summary>
        public Dictionary<RequestId, RememberedRequest>? Wide;
    }
}
