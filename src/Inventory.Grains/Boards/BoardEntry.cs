using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Stocks;

namespace Inventory.Grains;

/// <summary>One location on a board, 56 bytes. Belongs to its board.</summary>
/// <remarks>
/// There is one for every stock that there is, so the figure stands in its parts, and figures of 48 bits have beside them what is small: the version the
/// lower half of the time that the figure was under way, the figure's time the upper, units on hand whether the location is closed.
/// </remarks>
internal struct BoardEntry(LocationId location, bool closed) : INamed
{
    private const int FigureBits = 48;
    private const ulong FigureMask = (1UL << FigureBits) - 1;
    private ulong _versionAndLower;
    private ulong _atMsAndUpper;
    private ulong _onHandAndClosed = closed ? 1UL << FigureBits : 0;
    private long _available;
    private ImmutableArray<RingFence> _byChannel = [];

    public LocationId Location { get; } = location;

    public readonly string Name => Location.Value;

    /// <summary>Out of business as a whole, or unknown.</summary>
    public bool Closed
    {
        readonly get => _onHandAndClosed >> FigureBits != 0;
        private set => _onHandAndClosed = (_onHandAndClosed & FigureMask) | (value ? 1UL << FigureBits : 0);
    }

    /// <summary>The board's revision that brought what is shown; 0 if no figure has come yet, and nothing is to be shown.</summary>
    public long Revision { get; private set; }

    /// <summary>When the figure was known to be true, Unix milliseconds; kept as the time since the figure's own, at most 24 days.</summary>
    public readonly long KnownAtMs => AtMs + (int)((uint)(_versionAndLower >> FigureBits) | ((uint)(_atMsAndUpper >> FigureBits) << 16));

    private readonly long Version => (long)(_versionAndLower & FigureMask);

    private readonly long AtMs => (long)(_atMsAndUpper & FigureMask);

    private readonly long OnHand => (long)(_onHandAndClosed & FigureMask);

    /// <summary>Takes a figure unless it is older than the one known.</summary>
    /// <returns>True if it shows anything new.</returns>
    public bool Take(in BoardFigure figure, long revision, long nowMs)
    {
        if (figure.Version < Version || (figure.Version == Version && figure.AtMs < AtMs))
        {
            return false;
        }

        Invariant.Holds((ulong)figure.Version <= FigureMask && (ulong)figure.AtMs <= FigureMask && (ulong)figure.OnHand <= FigureMask);
        var isNew = Revision == 0 || figure.Version != Version || figure.Available != _available
            || figure.OnHand != OnHand || !figure.ByChannel.AsSpan().SequenceEqual(_byChannel.AsSpan());
        var underWay = (uint)(int)Math.Clamp(nowMs - figure.AtMs, int.MinValue, int.MaxValue);
        _versionAndLower = (ulong)figure.Version | ((ulong)(ushort)underWay << FigureBits);
        _atMsAndUpper = (ulong)figure.AtMs | ((ulong)(underWay >> 16) << FigureBits);
        _onHandAndClosed = (_onHandAndClosed & ~FigureMask) | (ulong)figure.OnHand;
        (_available, _byChannel) = (figure.Available, figure.ByChannel);
        Revision = isNew ? revision : Revision;
        return isNew;
    }

    /// <summary>Notes whether the location is in business.</summary>
    /// <returns>True if it shows anything new.</returns>
    public bool Take(bool closed, long revision)
    {
        if (closed == Closed)
        {
            return false;
        }

        (Closed, Revision) = (closed, Revision == 0 ? 0 : revision);
        return Revision != 0;
    }

    /// <summary>Available to promise to a channel, never below zero.</summary>
    public readonly long AvailableTo(Channel channel)
    {
        if (Closed)
        {
            return 0;
        }

        foreach (var fence in _byChannel)
        {
            if (fence.Channel == channel)
            {
                return Math.Max(0, fence.Units);
            }
        }

        return Math.Max(0, _available);
    }

    public readonly BoardRow Row(Channel channel) => new(Location, AvailableTo(channel), OnHand, Version);
}
