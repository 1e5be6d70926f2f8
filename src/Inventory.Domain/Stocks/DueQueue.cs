namespace Inventory.Domain.Stocks;

/// <summary>Ids in the order of their times, the earliest first.</summary>
/// <remarks>
/// Most holds last as long as the one before, so most come in the order in which they fall due: those stand in a queue, which costs the same however long
/// it is. Only what is due before the last of them goes to a heap beside it.
/// </remarks>
internal sealed class DueQueue
{
    private readonly ChunkedQueue<(HoldId Id, long AtMs)> _inOrder = new();
    private PriorityQueue<HoldId, long>? _others;
    private long _lastMs = long.MinValue;

    public int Count => _inOrder.Count + (_others?.Count ?? 0);

    public void Enqueue(in HoldId id, long atMs)
    {
        if (atMs >= _lastMs || _inOrder.Count == 0)
        {
            _inOrder.Enqueue((id, atMs));
            _lastMs = atMs;
        }
        else
        {
            (_others ??= new PriorityQueue<HoldId, long>()).Enqueue(id, atMs);
        }
    }

    /// <summary>The earliest; false if there is none.</summary>
    public bool TryPeek(out HoldId id, out long atMs)
    {
        if (IsOtherFirst())
        {
            return _others!.TryPeek(out id, out atMs);
        }

        var found = _inOrder.TryPeek(out var first);
        (id, atMs) = first;
        return found;
    }

    /// <summary>Takes the earliest away; there must be one.</summary>
    public void Dequeue()
    {
        if (IsOtherFirst())
        {
            _others!.Dequeue();
        }
        else
        {
            _inOrder.Dequeue();
        }
    }

    public void Clear()
    {
        _inOrder.Clear();
        _others?.Clear();
    }

    private bool IsOtherFirst() =>
        _others is not null && _others.TryPeek(out _, out var otherMs) && (!_inOrder.TryPeek(out var first) || otherMs < first.AtMs);
}
