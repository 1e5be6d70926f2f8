namespace Inventory.Journal.Files;

/// <summary>Batches on their way to the disk: at most one is being written, the youngest fills, full ones stand between. Under the journal's lock.</summary>
internal sealed class BatchQueue(int batchBytesMax)
{
    private const int SparesMax = 2;
    private readonly Queue<Batch> _waiting = new();
    private readonly Stack<Batch> _spares = new();
    private Batch? _youngest;
    private Batch? _writing;

    /// <summary>Batches that nobody has begun to write.</summary>
    public int Count => _waiting.Count;

    /// <summary>The batch that takes the next record.</summary>
    /// <param name="begun">True if it was begun for that.</param>
    public Batch Youngest(out bool begun)
    {
        begun = _youngest is null || _youngest.Length >= batchBytesMax;
        if (begun)
        {
            _youngest = _spares.TryPop(out var spare) ? spare : new Batch();
            _waiting.Enqueue(_youngest);
        }

        return _youngest!;
    }

    /// <summary>The oldest that waits; null if none does.</summary>
    public Batch? Peek() => _waiting.TryPeek(out var batch) ? batch : null;

    /// <summary>Takes the oldest to write it; nothing is added to it any more.</summary>
    public Batch Begin()
    {
        _writing = _waiting.Dequeue();
        _youngest = _writing == _youngest ? null : _youngest;
        return _writing;
    }

    /// <summary>The one that was written is done: durable or lost.</summary>
    public void End(bool reuse)
    {
        var done = _writing!;
        _writing = null;
        if (reuse)
        {
            done.ReturnRented();
        }

        if (reuse && _spares.Count < SparesMax)
        {
            done.Reset(2 * batchBytesMax);
            _spares.Push(done);
        }
    }

    /// <summary>The first batch that makes a sequence durable; null if none does. Each waiter asks: it allocates nothing.</summary>
    public Batch? WithSequence(long sequence)
    {
        if (_writing is not null && sequence <= _writing.LastSequence)
        {
            return _writing;
        }

        foreach (var batch in _waiting)
        {
            if (sequence <= batch.LastSequence)
            {
                return batch;
            }
        }

        return null;
    }

    /// <summary>The first batch that makes the record at a place durable; null if none does.</summary>
    public Batch? WithRecord(Location record) => InOrder().FirstOrDefault(batch => record.Value < batch.End.Value);

    /// <summary>Copies bytes of a segment that are on their way. False if they have arrived.</summary>
    public bool TryRead(Segment segment, long offset, Span<byte> destination)
    {
        foreach (var batch in InOrder())
        {
            if (batch.TryRead(segment, offset, destination))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Gives up what nobody has begun to write.</summary>
    public Batch[] Abandon()
    {
        Batch[] lost = [.. _waiting];
        _waiting.Clear();
        _youngest = null;
        return lost;
    }

    private IEnumerable<Batch> InOrder() => _writing is null ? _waiting : _waiting.Prepend(_writing);
}
