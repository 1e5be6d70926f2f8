namespace Inventory.Domain.Stocks;

/// <summary>A queue in chunks: growing copies nothing and leaves no large array behind.</summary>
internal sealed class ChunkedQueue<T>
{
    private const int ChunkLength = 64;
    private Chunk _first;
    private Chunk _last;
    private int _head;
    private int _tail;

    public ChunkedQueue() => _first = _last = new Chunk();

    public int Count { get; private set; }

    public void Enqueue(T item)
    {
        if (_tail == ChunkLength)
        {
            _last = _last.Next = new Chunk();
            _tail = 0;
        }

        _last.Items[_tail++] = item;
        Count++;
    }

    /// <summary>The oldest; false if there is none.</summary>
    public bool TryPeek(out T item)
    {
        item = Count == 0 ? default! : _first.Items[_head];
        return Count > 0;
    }

    /// <summary>Takes the oldest away; there must be one.</summary>
    public void Dequeue()
    {
        Invariant.Holds(Count > 0);
        _first.Items[_head++] = default!;
        Count--;
        if (Count == 0)
        {
            (_first, _head, _tail) = (_last, 0, 0);
        }
        else if (_head == ChunkLength)
        {
            (_first, _head) = (_first.Next!, 0);
        }
    }

    public void Clear()
    {
        _first = _last = new Chunk();
        (_head, _tail, Count) = (0, 0, 0);
    }

    private sealed class Chunk
    {
        public readonly T[] Items = new T[ChunkLength];
        public Chunk? Next;
    }
}
