using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Inventory.Domain.Stocks;

/// <summary>Entries in the order in which they came, each with a number that is one more than that of the one before.</summary>
/// <remarks>
/// A part of its owner: never copied.
/// One array that grows in small steps while it is small; then chunks (<see cref="PartStore{T}"/>), so that growing copies nothing, and what is forgotten
/// at one end serves again, here or elsewhere.
/// </remarks>
internal struct RememberedRing()
{
    private const int FewMax = 13;
    private const int ChunkBits = 4;
    private const int ChunkLength = 1 << ChunkBits;
    private const int PlaceBits = 8;
    private const byte ACountHasItsBits = Limits.RememberedMax < 1 << (32 - PlaceBits) ? 0 : -1;

    /// <summary>Where all rings have their chunks from.</summary>
    public static PartStore<RememberedEntry> Store { get; } = new(ChunkLength);

    // The only array; or the one in which the chunk is that takes the next entry.
    private RememberedEntry[] _newest = [];
    private Chunks? _chunks;

    // How many there are, and in the low bits the place of that chunk: one word, for there is one of this in each stock.
    private uint _countAndPlace;

    /// <summary>Number of the oldest entry.</summary>
    public uint First { get; private set; }

    public readonly int Count => (int)(_countAndPlace >> PlaceBits);

    /// <summary>Number of the next entry. Numbers may begin anew at 0, so the distance between two is what counts.</summary>
    public readonly uint Next => unchecked(First + (uint)Count);

    /// <summary>The entry with a number, from <see cref="First"/> to before <see cref="Next"/>. Valid until the next change.</summary>
    public readonly ref RememberedEntry this[uint number]
    {
        get
        {
            if (_chunks is not { } chunks)
            {
                return ref _newest[(int)(number % (uint)_newest.Length)]; // so few in a day that no number begins anew
            }

            ref readonly var chunk = ref chunks.Of(number);
            return ref chunk.Array![chunk.From + ((int)number & (ChunkLength - 1))];
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

        if (_chunks is not { } chunks)
        {
            _countAndPlace += 1 << PlaceBits;
            ref var place = ref this[number];
            place = entry;
            return ref place;
        }

        if ((number & (ChunkLength - 1)) == 0)
        {
            Newest(chunks.Begin(First, number));
        }

        // Every chunk is whole. What would ask for the length of its array would fetch one more line of memory for each write.
        _countAndPlace += 1 << PlaceBits;
        ref var added = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_newest), PlaceOf(number));
        added = entry;
        return ref added;
    }

    /// <summary>Asks for the memory that the next entry goes to.</summary>
    public readonly void FetchNext() => Ahead.FetchPlace(_newest, PlaceOf(Next));

    public void RemoveFirst()
    {
        First = unchecked(First + 1);
        _countAndPlace -= 1 << PlaceBits;
        if (_chunks is not null && (First & (ChunkLength - 1)) == 0)
        {
            _chunks.End(unchecked(First - 1));
        }

        if (Count == 0)
        {
            _chunks?.Dispose();
            (_newest, _chunks, _countAndPlace, First) = ([], null, 0, 0);
        }
    }

    // In the array of the newest chunk.
    private readonly int PlaceOf(uint number) => (int)(((_countAndPlace & ((1 << PlaceBits) - 1)) << ChunkBits) | (number & (ChunkLength - 1)));

    private void Newest(Part<RememberedEntry> chunk)
    {
        var place = (uint)chunk.From >> ChunkBits;
        Invariant.Holds(place < 1 << PlaceBits);
        (_newest, _countAndPlace) = (chunk.Array!, (_countAndPlace & ~((1U << PlaceBits) - 1)) | place);
    }

    // Numbers stay, places change.
    private void Grow()
    {
        var few = _newest;
        if (Count < FewMax)
        {
            _newest = new RememberedEntry[LengthAfter(few.Length)];
            for (var number = First; number != Next; number++)
            {
                this[number] = few[(int)(number % (uint)few.Length)];
            }

            return;
        }

        var chunks = new Chunks();
        for (var number = First; number != Next; number++)
        {
            if (number == First || (number & (ChunkLength - 1)) == 0)
            {
                Newest(chunks.Begin(First, number));
            }

            _newest[PlaceOf(number)] = few[(int)(number % (uint)few.Length)];
        }

        _chunks = chunks;
    }

    private static int LengthAfter(int length) => length switch
    {
        < 4 => length + 1,
        _ => Math.Min(length + (length / 2), FewMax),
    };

    /// <summary>The chunks of one ring. Whoever drops the ring drops this, and then the chunks go back by themselves.</summary>
    private sealed class Chunks : IDisposable
    {
        // A power of two; a chunk's place is its number's low bits.
        private Part<RememberedEntry>[] _all = new Part<RememberedEntry>[4];

        ~Chunks() => Store.Return(_all);

        /// <summary>The chunk of the entry with a number.</summary>
        public ref readonly Part<RememberedEntry> Of(uint number) => ref Slot(number);

        /// <summary>A chunk for the entry with a number, which is the first in it.</summary>
        public Part<RememberedEntry> Begin(uint first, uint number)
        {
            if (((number >> ChunkBits) - (first >> ChunkBits) & (uint.MaxValue >> ChunkBits)) == _all.Length)
            {
                var old = _all;
                _all = new Part<RememberedEntry>[old.Length * 2];
                for (var i = 0; i < old.Length; i++)
                {
                    var chunk = (int)(first >> ChunkBits) + i;
                    _all[chunk & (_all.Length - 1)] = old[chunk & (old.Length - 1)];
                }
            }

            return Slot(number) = Store.Rent();
        }

        /// <summary>Nobody needs the chunk of this entry any more.</summary>
        public void End(uint number)
        {
            Store.Return(Slot(number));
            Slot(number) = default;
        }

        /// <summary>Nobody needs any.</summary>
        public void Dispose()
        {
            Store.Return(_all);
            _all = [];
            GC.SuppressFinalize(this);
        }

        private ref Part<RememberedEntry> Slot(uint number) => ref _all[(int)(number >> ChunkBits) & (_all.Length - 1)];
    }
}
