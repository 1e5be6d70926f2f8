namespace Inventory.Domain.Stocks;

/// <summary>One write that took effect, and what was answered.</summary>
/// <param name="Id">Id of the write.</param>
/// <param name="ContentHash">Hash of the request's content.</param>
/// <param name="AtMs">When, in Unix milliseconds.</param>
/// <param name="Verb">What.</param>
/// <param name="Answer">What was answered.</param>
/// <param name="Ended">Of a reservation: true once a step took the last of its units, false if time did.</param>
public readonly record struct RememberedRequest(RequestId Id, ulong ContentHash, long AtMs, StockVerb Verb, StockAnswer Answer, bool Ended);

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

    public int Count { get; private set; }

    public readonly RememberedRequest this[int i] => _ring[PlaceOf(i)].Request;

    private readonly int Mask => _ring.Length - 1;

    public readonly bool TryFind(in RequestId id, out RememberedRequest found)
    {
        var place = Place(id);
        found = place < 0 ? default : _ring[place].Request;
        return place >= 0;
    }

    /// <summary>Notes that a step took the last units of a reservation.</summary>
    public readonly void MarkEnded(in RequestId reservation)
    {
        var place = Place(reservation);
        if (place >= 0)
        {
            _ring[place].Ended = true;
        }
    }

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

    /// <summary>A request in the least room. What is remembered was accepted.</summary>
    private struct Entry(in RememberedRequest request)
    {
        public readonly RequestId Id = request.Id;
        public readonly long AtMs = request.AtMs;
        public bool Ended = request.Ended;
        private readonly StockVerb _verb = request.Verb;
        private readonly ulong _contentHash = request.ContentHash;
        private readonly long _version = request.Answer.Version;
        private readonly long _units = request.Answer.Units;
        private readonly long _expiresAtMs = request.Answer.ExpiresAtMs;

        public readonly RememberedRequest Request =>
            new(Id, _contentHash, AtMs, _verb, new StockAnswer(StockOutcome.Accepted, _version, _units, _expiresAtMs), Ended);
    }
}
