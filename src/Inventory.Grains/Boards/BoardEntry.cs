using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Stocks;

namespace Inventory.Grains;

/// <summary>One location on a board, 64 bytes. Belongs to its board.</summary>
internal struct BoardEntry(LocationId location, bool closed) : INamed
{
    // The figure's fields, not the figure: there is an entry for every stock that there is.
    private long _version;
    private long _atMs;
    private long _onHand;
    private long _available;
    private int _knownAfterMs;
    private ImmutableArray<RingFence> _byChannel = [];

    public LocationId Location { get; } = location;

    public readonly string Name => Location.Value;

    /// <summary>Out of business as a whole, or unknown.</summary>
    public bool Closed { get; private set; } = closed;

    /// <summary>The board's revision that brought what is shown.</summary>
    public long Revision { get; private set; }

    /// <summary>When the figure was known to be true, Unix milliseconds; kept as the time since the figure's own, at most 24 days.</summary>
    public readonly long KnownAtMs => _atMs + _knownAfterMs;

    /// <summary>Takes a figure unless it is older than the one known.</summary>
    /// <returns>True if it shows anything new.</returns>
    public bool Take(in BoardFigure figure, long revision, long nowMs)
    {
        if (figure.Version < _version || (figure.Version == _version && figure.AtMs < _atMs))
        {
            return false;
        }

        var isNew = Revision == 0 || figure.Version != _version || figure.Available != _available
            || figure.OnHand != _onHand || !figure.ByChannel.AsSpan().SequenceEqual(_byChannel.AsSpan());
        (_version, _atMs, _onHand, _available, _byChannel) = (figure.Version, figure.AtMs, figure.OnHand, figure.Available, figure.ByChannel);
        _knownAfterMs = (int)Math.Clamp(nowMs - figure.AtMs, int.MinValue, int.MaxValue);
        Revision = isNew ? revision : Revision;
        return isNew;
    }

    /// <summary>Notes whether the location is in business.</summary>
    /// <returns>True if that is new.</returns>
    public bool Take(bool closed, long revision)
    {
        if (closed == Closed)
        {
            return false;
        }

        (Closed, Revision) = (closed, revision);
        return true;
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

    public readonly BoardRow Row(Channel channel) => new(Location, AvailableTo(channel), _onHand, _version);
}
