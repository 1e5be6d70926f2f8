using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Stocks;

namespace Inventory.Grains;

/// <summary>One location on a board. Belongs to its board.</summary>
internal sealed class BoardEntry(LocationId location, bool closed)
{
    // The figure's fields, not the figure: there is an entry for every stock that there is.
    private long _version;
    private long _atMs;
    private long _onHand;
    private long _available;
    private ImmutableArray<RingFence> _byChannel = [];

    public LocationId Location { get; } = location;

    /// <summary>Out of business as a whole, or unknown.</summary>
    public bool Closed { get; private set; } = closed;

    /// <summary>The board's revision that brought what is shown.</summary>
    public long Revision { get; private set; }

    /// <summary>When the figure was known to be true, Unix milliseconds.</summary>
    public long KnownAtMs { get; private set; }

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
        KnownAtMs = nowMs;
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
    public long AvailableTo(Channel channel)
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

    public BoardRow Row(Channel channel) => new(Location, AvailableTo(channel), _onHand, _version);
}
