namespace Inventory.Domain.Stocks;

/// <summary>Places for holds, each with its id. A part of its table: never copied.</summary>
/// <remarks>
/// One array that doubles while it is small; then chunks, so that growing copies no hold and leaves no large array behind. Places from the count on are empty,
/// and chunks that only have such places are kept for the next holds.
/// </remarks>
internal struct HoldSlots()
{
    private const int ChunkBits = 6;
    private const int ChunkLength = 1 << ChunkBits;
    private KeyValuePair<HoldId, Hold>[] _first = new KeyValuePair<HoldId, Hold>[1];
    private KeyValuePair<HoldId, Hold>[][]? _chunks;
    private int _chunkCount;

    /// <summary>Places that there are.</summary>
    public readonly int Length => _chunks is null ? _first.Length : _chunkCount * ChunkLength;

    /// <summary>The hold at a place below <see cref="Length"/>. Valid until the next change.</summary>
    public readonly ref KeyValuePair<HoldId, Hold> this[int place]
    {
        get
        {
            if (_chunks is null)
            {
                return ref _first[place];
            }

            return ref _chunks[place >> ChunkBits][place & (ChunkLength - 1)];
        }
    }

    /// <summary>Makes more places.</summary>
    public void Grow()
    {
        if (_first.Length < ChunkLength)
        {
            Array.Resize(ref _first, _first.Length * 2);
            return;
        }

        if (_chunks is null)
        {
            (_chunks, _chunkCount) = (new KeyValuePair<HoldId, Hold>[4][], 1);
            _chunks[0] = _first;
        }

        if (_chunkCount == _chunks.Length)
        {
            Array.Resize(ref _chunks, _chunks.Length * 2);
        }

        _chunks[_chunkCount++] = new KeyValuePair<HoldId, Hold>[ChunkLength];
    }
}
