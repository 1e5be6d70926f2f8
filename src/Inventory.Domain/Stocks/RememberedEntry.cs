using Inventory.Domain.Codec;

namespace Inventory.Domain.Stocks;

/// <summary>A remembered request in the least room, 48 bytes: there are several for every stock. What is remembered was accepted.</summary>
/// <remarks>
/// Two words of 64 bits carry a figure of 48 bits each, time and version, and beside it what takes a byte. Units take 32 bits, and so does the time until
/// an expiry. An entry with any figure beyond that is wide: it then has the id, and how the hold ended, and the rest is kept elsewhere.
/// Snapshots of stocks with many holds have these words as they stand (<see cref="StockSnapshotCodec"/>): to change them is to change that format.
/// </remarks>
internal struct RememberedEntry
{
    private const int FigureBits = 48;
    private const ulong FigureMask = (1UL << FigureBits) - 1;
    private const int HighByte = FigureBits + 8;
    private const uint Never = 0;
    private const byte Wide = 1;
    private const byte Live = 2;

    /// <summary>Bytes of <see cref="Write"/>.</summary>
    public const int Bytes = 48;

    public readonly RequestId Id;
    private readonly ulong _contentHash;
    private ulong _versionChannelFlags;
    private readonly int _units;
    private readonly uint _expiresAfterMs;
    private ulong _atVerbEnd;

    public RememberedEntry(in RememberedRequest request)
    {
        var answer = request.Answer;
        var after = answer.ExpiresAtMs == 0 ? Never : answer.ExpiresAtMs - request.AtMs;
        var isWide = (ulong)request.AtMs > FigureMask || (ulong)answer.Version > FigureMask || answer.Units != (int)answer.Units
            || (answer.ExpiresAtMs != 0 && after is <= 0 or > uint.MaxValue);
        Id = request.Id;
        _contentHash = request.ContentHash;
        _atVerbEnd = ((ulong)request.AtMs & FigureMask) | ((ulong)request.Verb << FigureBits) | ((ulong)request.End << HighByte);
        _versionChannelFlags = ((ulong)answer.Version & FigureMask) | ((ulong)request.ChannelCode << FigureBits) | ((isWide ? Wide : 0UL) << HighByte);
        _units = isWide ? 0 : (int)answer.Units;
        _expiresAfterMs = isWide ? Never : (uint)after;
    }

    private RememberedEntry(ref ByteReader reader)
    {
        Id = reader.Request();
        _contentHash = (ulong)reader.Int64();
        _versionChannelFlags = (ulong)reader.Int64();
        _units = reader.Int32();
        _expiresAfterMs = (uint)reader.Int32();
        _atVerbEnd = (ulong)reader.Int64();
    }

    /// <summary>How its hold ended.</summary>
    public HoldEnd End
    {
        readonly get => (HoldEnd)(_atVerbEnd >> HighByte);
        set => _atVerbEnd = (_atVerbEnd & ~(0xFFUL << HighByte)) | ((ulong)value << HighByte);
    }

    /// <summary>True if only <see cref="Id"/> and <see cref="End"/> are to be read here.</summary>
    public readonly bool IsWide => ((_versionChannelFlags >> HighByte) & Wide) != 0;

    /// <summary>True while this stands for the hold that the reservation made, as it made it. Never of a wide one.</summary>
    public bool IsHold
    {
        readonly get => ((_versionChannelFlags >> HighByte) & Live) != 0;
        set => _versionChannelFlags = value ? _versionChannelFlags | ((ulong)Live << HighByte) : _versionChannelFlags & ~((ulong)Live << HighByte);
    }

    /// <summary>True if a hold can stand here: of a reservation that has not ended, for a channel that is known, with an expiry.</summary>
    public readonly bool CanBeHold => !IsWide && Verb == StockVerb.Reserve && End == HoldEnd.None && ChannelCode != 0 && _expiresAfterMs != Never;

    /// <summary>Which channel; not of a wide one.</summary>
    public readonly byte ChannelCode => (byte)(_versionChannelFlags >> FigureBits);

    /// <summary>Units of the answer; not of a wide one.</summary>
    public readonly int Units => _units;

    /// <summary>What was done; not of a wide one.</summary>
    public readonly StockVerb Verb => (StockVerb)(byte)(_atVerbEnd >> FigureBits);

    /// <summary>Expiry of the answer, Unix milliseconds; 0 if there is none. Not of a wide one.</summary>
    public readonly long ExpiresAtMs => _expiresAfterMs == Never ? 0 : AtMs + _expiresAfterMs;

    /// <summary>When, in Unix milliseconds; not of a wide one.</summary>
    public readonly long AtMs => (long)(_atVerbEnd & FigureMask);

    /// <summary>All of it; not of a wide one.</summary>
    public readonly RememberedRequest Request => new(
        Id,
        _contentHash,
        AtMs,
        Verb,
        new StockAnswer(StockOutcome.Accepted, (long)(_versionChannelFlags & FigureMask), _units, ExpiresAtMs),
        End,
        ChannelCode);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="FormatException">It is no entry.</exception>
    public static RememberedEntry Read(ref ByteReader reader)
    {
        var entry = new RememberedEntry(ref reader);
        return entry.End <= HoldEnd.ExpiredInPart && (!entry.IsHold || entry.CanBeHold)
            ? entry
            : throw new FormatException($"A remembered write that ended by {(byte)entry.End} and as a hold by {entry.IsHold}.");
    }

    /// <summary>Writes the words as they stand.</summary>
    public readonly void Write(ref ByteWriter writer)
    {
        writer.Request(Id);
        writer.Int64((long)_contentHash);
        writer.Int64((long)_versionChannelFlags);
        writer.Int32(_units);
        writer.Int32((int)_expiresAfterMs);
        writer.Int64((long)_atVerbEnd);
    }
}
