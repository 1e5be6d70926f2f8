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
/// <remarks>A ring that grows by doubling; beyond a few entries an index is kept beside it. Owned by its stock.</remarks>
internal sealed class RememberedRequests
{
    private const int IndexAbove = 12;
    private RememberedRequest[] _ring = [];
    private int _first;
    private Dictionary<RequestId, long>? _index;
    private long _begin;

    public int Count { get; private set; }

    public RememberedRequest this[int i] => _ring[(_first + i) & (_ring.Length - 1)];

    public bool TryFind(in RequestId id, out RememberedRequest found)
    {
        var place = Place(id);
        found = place < 0 ? default : this[place];
        return place >= 0;
    }

    /// <summary>Notes that a step took the last units of a reservation.</summary>
    public void MarkEnded(in RequestId reservation)
    {
        var place = Place(reservation);
        if (place >= 0)
        {
            ref var slot = ref _ring[(_first + place) & (_ring.Length - 1)];
            slot = slot with { Ended = true };
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

        _ring[(_first + Count) & (_ring.Length - 1)] = request;
        _index?.Add(request.Id, _begin + Count);
        Count++;
        if (_index is null && Count > IndexAbove)
        {
            _index = new Dictionary<RequestId, long>(Count * 2);
            for (var i = 0; i < Count; i++)
            {
                _index.Add(this[i].Id, _begin + i);
            }
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

    private int Place(in RequestId id)
    {
        if (_index is not null)
        {
            return _index.TryGetValue(id, out var at) ? (int)(at - _begin) : -1;
        }

        for (var i = Count - 1; i >= 0; i--)
        {
            if (this[i].Id == id)
            {
                return i;
            }
        }

        return -1;
    }

    private void ForgetFirst()
    {
        _index?.Remove(_ring[_first].Id);
        _ring[_first] = default;
        _first = (_first + 1) & (_ring.Length - 1);
        _begin++;
        Count--;
    }

    private void Grow()
    {
        var larger = new RememberedRequest[Math.Max(1, _ring.Length * 2)];
        for (var i = 0; i < Count; i++)
        {
            larger[i] = this[i];
        }

        _ring = larger;
        _first = 0;
    }
}
