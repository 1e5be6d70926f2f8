using Inventory.Grpc.Errors;

namespace Inventory.Grpc.Calls;

/// <summary>Admits a bounded number of calls; never queues. Safe for any thread.</summary>
internal sealed class CallGate
{
    private readonly int _max;
    private int _inside;

    /// <summary>A gate for at most <paramref name="max"/> calls of what <paramref name="what"/> names.</summary>
    public CallGate(string what, int max, TimeSpan retryAfter)
    {
        _max = max;
        Full = RichStatus.Exhausted("TOO_MANY_CALLS", $"{max} {what} are in flight, which is the most. Try again later.", retryAfter);
    }

    /// <summary>What the caller is told who finds it full. Made once: under overload this answer must be the cheapest of all.</summary>
    public RichStatus Full { get; }

    /// <summary>Calls inside now.</summary>
    public int Inside => Volatile.Read(ref _inside);

    /// <summary>Whether the next call would be refused, by a look that enters nothing: true or false may be past a moment later.</summary>
    public bool IsFull => Inside >= _max;

    /// <summary>Enters, to be followed by exactly one <see cref="Leave"/>; false if the gate is full.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _inside) <= _max)
        {
            return true;
        }

        Interlocked.Decrement(ref _inside);
        return false;
    }

    /// <summary>Leaves.</summary>
    public void Leave() => Interlocked.Decrement(ref _inside);
}
