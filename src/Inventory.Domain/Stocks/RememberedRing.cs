using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Inventory.Domain.Stocks;

/// <summary>Entries in the order in which they came, each with a number that is one more than that of the one before.</summary>
/// <remarks>
/// A part of its owner: never copied.
/// One array that grows in small steps while it is small; then chunks, so that growing copies nothing, leaves no large array behind, and what is
/// forgotten at one end serves again at the other. Chunks are small, because what a stock has room for and does not use is moved by the collector too.
/// </remarks>
internal struct RememberedRing()
{
    private const int ChunkBits = 4;
    private const int ChunkLength = 1 << ChunkBits;

    // The only array; or the chunk that takes the next entry.
    private RememberedEntry[] _newest = [];
    private Chunks? _chunks;

    /// <summary>Number of the oldest entry.</summary>
    public uint First { get; private set; }

    public int Count { get; private set; }

    /// <summary>Number of the next entry. Numbers may begin anew at 0, so the distance between two is what counts.</summary>
    public readonly uint Next => unchecked(First + (uint)Count);

    /// <summary>The entry with a number, from <see cref="First"/> to before <see cref="Next"/>. Valid until the next change.</summary>
    public readonly ref RememberedEntry this[uint number]
    {
        get
        {
            if (_chunks is null)
            {
                return ref _newest[(int)(number % (uint)_newest.Length)]; // so few in a day that no number begins anew
            }

            var all = _chunks.All;
            return ref all[(int)(number >> ChunkBits) & (all.Length - 1)]![(int)number & (ChunkLength - 1)];
        }
    }

    /// <summary>Adds an entry.</summary>
    /// <returns>It; as good as <see cref="this"/>.</returns>
    public ref RememberedEntry Add(scoped in RememberedEntry entry)
    {
        var number = Next;
        if (_chunks is null && Count == _newest.Length)
        {
            Grow();
        }

        if (_chunks is null)
        {
            Count++;
            ref var place = ref this[number];
            place = entry;
            return ref place;
        }

        if ((number & (ChunkLength - 1)) == 0)
        {
            _newest = _chunks.Begin(First, number);
        }

        // Every chunk is whole. What would ask for its length would fetch one more line of memory for each write.
        Count++;
        ref var added = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_newest), (int)number & (ChunkLength - 1));
        added = entry;
        return ref added;
    }

    /// <summary>Asks for the memory that the next entry goes to.</summary>
    public readonly void FetchNext() => Ahead.FetchPlace(_newest, (int)Next & (ChunkLength - 1));

    public void RemoveFirst()
    {
        First = unchecked(First + 1);
        Count--;
        if (_chunks is not null && (First & (ChunkLength - 1)) == 0)
        {
            _chunks.End(unchecked(First - 1));
        }

        if (Count == 0)
        {
            (_newest, _chunks, First) = ([], null, 0);
        }
    }

    // Numbers stay, places change.
    private void Grow()
    {
        if (Count == ChunkLength)
        {
            _chunks = new Chunks(First, _newest);
            _newest = _chunks.Newest;
            return;
        }

        var larger = new RememberedEntry[LengthAfter(_newest.Length)];
        for (var i = 0U; i < (uint)Count; i++)
        {
            larger[(int)((First + i) % (uint)larger.Length)] = this[First + i];
        }

        _newest = larger;
    }

    private static int LengthAfter(int length) => length switch
    {
        < 4 => length + 1,
        _ => Math.Min(length + (length / 2), ChunkLength),
    };

    private sealed class Chunks
    {
        private RememberedEntry[]? _spare;

        /// <summary>Takes over an array that is full: what stands in it before its oldest entry belongs to a chunk of its own.</summary>
        public Chunks(uint first, RememberedEntry[] full)
        {
            Newest = Of(first) = full;
            if (((int)first & (ChunkLength - 1)) is not 0 and var split)
            {
                var second = new RememberedEntry[ChunkLength];
                full.AsSpan(0, split).CopyTo(second);
                Newest = Of(first + ChunkLength) = second;
            }
        }

        /// <summary>The one that the first entries after the take-over go to, unless they begin a new one.</summary>
        public RememberedEntry[] Newest { get; }

        // A power of two; a chunk's place is its number's low bits.
        public RememberedEntry[]?[] All { get; private set; } = new RememberedEntry[]?[4];

        /// <summary>A chunk for the entry with a number, which is the first in it.</summary>
        public RememberedEntry[] Begin(uint first, uint number)
        {
            if (((number >> ChunkBits) - (first >> ChunkBits) & (uint.MaxValue >> ChunkBits)) == All.Length)
            {
                var old = All;
                All = new RememberedEntry[]?[old.Length * 2];
                for (var i = 0; i < old.Length; i++)
                {
                    var chunk = (int)(first >> ChunkBits) + i;
                    All[chunk & (All.Length - 1)] = old[chunk & (old.Length - 1)];
                }
            }

            var begun = _spare ?? new RememberedEntry[ChunkLength];
            _spare = null;
            return Of(number) = begun;
        }

        /// <summary>Nobody needs the chunk of this entry any more.</summary>
        public void End(uint number)
        {
            _spare = Of(number);
            Of(number) = null!;
        }

        private ref RememberedEntry[] Of(uint number) => ref All[(int)(number >> ChunkBits) & (All.Length - 1)]!;
    }
}
