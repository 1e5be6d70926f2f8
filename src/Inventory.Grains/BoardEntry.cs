using Inventory.Domain;

namespace Inventory.Grains;

/// <summary>One location on a board. Belongs to its board.</summary>
internal sealed class BoardEntry(LocationId location, bool closed)
{
    private BoardFigure _figure = new(location, 0, 0, 0, 0, []);

    public LocationId Location { get; } = location;

    /// <summary>Out of business as a whole, or unknown.</summary>
    public bool Closed { get; private set; } = closed;

    /// <summary>The board's revision that brought what is shown.</summary>
    public long Revision { get; private set; }

    /// <summary>When the figure was known to be true, Unix milliseconds.</summary>
    public long KnownAtMs { get; private set; }

    /// <summary>Takes a figure unless it is older than the one known.</summary>
    /// <returns>True if it shows anything new.</returns>
    public bool Take(BoardFigure figure, long revision, long nowMs)
    {
        if (figure.Version < _figure.Version || (figure.Version == _figure.Version && figure.AtMs < _figure.AtMs))
        {
            return false;
        }

        var isNew = Revision == 0 || figure.Version != _figure.Version || figure.Available != _figure.Available
            || figure.OnHand != _figure.OnHand || !figure.ByChannel.AsSpan().SequenceEqual(_figure.ByChannel.AsSpan());
        (_figure, KnownAtMs) = (figure, nowMs);
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

    public long AvailableTo(Channel channel) => Closed ? 0 : _figure.AvailableTo(channel);

    public BoardRow Row(Channel channel) => new(Location, AvailableTo(channel), _figure.OnHand, _figure.Version);
}
