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
/// <remarks>A ring that grows by doubling; beyond a few entries an index is kept beside it. A part of its stock: never copied.</remarks>
internal struct RememberedRequests()
{
    private const int IndexAbove = 12;
    private const int PlaceBits = 16;
    private const byte APlaceFitsASlotOfTheIndex = Limits.RememberedMax <= 1 << PlaceBits ? 0 : -1;
    private Entry[] _ring = [];
    private int _first;

    // Open addressing; a slot is half of the id's hash and its place in the ring. What is forgotten leaves its slot behind: it is
    // told by its place, and swept when the slots run out. So forgetting the oldest costs the index nothing.
    private uint[]? _index;
    private int _usedSlots;
    private More? _more;

    /// <summary>The channels of codes from 2: code 1 is the web's.</summary>
    public readonly IReadOnlyList<Channel> Channels => _more?.Channels ?? [];

    /// <summary>Entries whose units went more than one way.</summary>
    public readonly int SplitCount => _more?.Splits.Count ?? 0;

    public int Count { get; private set; }

    public readonly RememberedRequest this[int i] => _ring[PlaceOf(i)].Request;

    private readonly int Mask => _ring.Length - 1;

    public readonly bool TryFind(in RequestId id, out RememberedRequest found)
    {
        var place = Place(id);
        found = place < 0 ? default : _ring[place].Request;
        return place >= 0;
    }

    /// <summary>A code for a channel; 0 if there are too many.</summary>
    public byte CodeOf(in Channel channel)
    {
        if (channel == Channel.Web)
        {
            return 1; // nearly all: no list is kept for it
        }

        var channels = (_more ??= new More()).Channels;
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
        var place = Place(reservation);
        var released = hold.Reserved - hold.Left - hold.Collected - hold.Shipped;
        var nothing = hold.Left == hold.Reserved;
        if (place < 0 || nothing)
        {
            return;
        }

        var end = expired ? HoldEnd.ExpiredInPart
            : hold.Collected == hold.Reserved ? HoldEnd.Collected
            : hold.Shipped == hold.Reserved ? HoldEnd.Shipped
            : released == hold.Reserved ? HoldEnd.Released
            : HoldEnd.Mixed;
        _ring[place].End = end;
        if (end is HoldEnd.Mixed or HoldEnd.ExpiredInPart)
        {
            (_more ??= new More()).Splits[reservation] = (hold.Collected, hold.Shipped, released);
        }
    }

    /// <summary>What is known of a reservation that is over.</summary>
    public readonly EndedHold Ended(in RememberedRequest made)
    {
        var channel = made.ChannelCode switch { 0 => default, 1 => Channel.Web, var code => _more!.Channels[code - 2] };
        var units = made.Answer.Units;
        var (collected, shipped, released) = made.End switch
        {
            HoldEnd.Collected => (units, 0L, 0L),
            HoldEnd.Shipped => (0L, units, 0L),
            HoldEnd.Released => (0L, 0L, units),
            HoldEnd.Mixed or HoldEnd.ExpiredInPart => _more!.Splits[made.Id],
            _ => (0L, 0L, 0L),
        };
        return new EndedHold(channel, units, collected, shipped, released, !made.Ended);
    }

    /// <summary>For a memory that is read back: the next channel in the order of codes.</summary>
    public void RestoreChannel(in Channel channel) => (_more ??= new More()).Channels.Add(channel);

    /// <summary>For a memory that is read back: how the units of an entry were split.</summary>
    public void RestoreSplit(in RequestId reservation, long collected, long shipped, long released) =>
        (_more ??= new More()).Splits[reservation] = (collected, shipped, released);

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
        _ring[place] = new Entry(request);
        Count++;
        if (_index is not null && _usedSlots * 4L < _index.Length * 3L)
        {
            AddToIndex(request.Id, place);
        }
        else if (Count > IndexAbove)
        {
            MakeIndex();
        }
        else
        {
            _index = null;
        }
    }

    /// <summary>Forgets what is older than the time for which ids are remembered.</summary>
    public void ForgetBefore(long atMs)
    {
        while (Count > 0 && _ring[_first].AtMs < atMs)
        {
            ForgetFirst();
        }

        if (Count == 0 && _ring.Length > 0)
        {
            _ring = [];
            _first = 0;
            _index = null;
        }
    }

    private readonly int PlaceOf(int i) => (_first + i) & Mask;

    private readonly int Place(in RequestId id)
    {
        if (_index is not null)
        {
            return PlaceByIndex(id, _index);
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
            if ((slot >> PlaceBits) == Half(hash) && ((place - _first) & Mask) < Count && _ring[place].Id == id)
            {
                return place;
            }
        }
    }

    private void AddToIndex(in RequestId id, int place)
    {
        var hash = (uint)id.GetHashCode();
        var at = hash & (uint)(_index!.Length - 1);
        while (_index[at] != 0)
        {
            at = (at + 1) & (uint)(_index.Length - 1);
        }

        _index[at] = (Half(hash) << PlaceBits) | (uint)place;
        _usedSlots++;
    }

    // Never 0, so that no slot in use looks empty.
    private static uint Half(uint hash) => (hash >> PlaceBits) | 1;

    private void MakeIndex()
    {
        if (_index?.Length == 2 * _ring.Length)
        {
            Array.Clear(_index);
        }
        else
        {
            _index = new uint[2 * _ring.Length];
        }

        _usedSlots = 0;
        for (var i = 0; i < Count; i++)
        {
            AddToIndex(_ring[PlaceOf(i)].Id, PlaceOf(i));
        }
    }

    private void ForgetFirst()
    {
        _more?.Splits.Remove(_ring[_first].Id);
        _ring[_first] = default;
        _first = (_first + 1) & Mask;
        Count--;
    }

    private void Grow()
    {
        var larger = new Entry[Math.Max(1, _ring.Length * 2)];
        for (var i = 0; i < Count; i++)
        {
            larger[i] = _ring[PlaceOf(i)];
        }

        (_ring, _first, _index) = (larger, 0, null); // places have changed
    }

    /// <summary>What few stocks need.</summary>
    private sealed class More
    {
        public List<Channel> Channels { get; } = [];

        public Dictionary<RequestId, (long Collected, long Shipped, long Released)> Splits { get; } = [];
    }

    /// <summary>A request in the least room. What is remembered was accepted.</summary>
    private struct Entry(in RememberedRequest request)
    {
        public readonly RequestId Id = request.Id;
        public readonly long AtMs = request.AtMs;
        public HoldEnd End = request.End;
        private readonly byte _channelCode = request.ChannelCode;
        private readonly StockVerb _verb = request.Verb;
        private readonly ulong _contentHash = request.ContentHash;
        private readonly long _version = request.Answer.Version;
        private readonly long _units = request.Answer.Units;
        private readonly long _expiresAtMs = request.Answer.ExpiresAtMs;

        public readonly RememberedRequest Request =>
            new(Id, _contentHash, AtMs, _verb, new StockAnswer(StockOutcome.Accepted, _version, _units, _expiresAtMs), End, _channelCode);
    }
}
