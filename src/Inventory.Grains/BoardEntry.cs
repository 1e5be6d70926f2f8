using Inventory.Domain;

namespace Inventory.Grains;

/// <summary>One location on a board. Belongs to its board.</summary>
internal sealed class BoardEntry(LocationId location)
{
    private BoardFigure _figure = new(location, 0, 0, 0, 0, []);

    public LocationId Location { get; } = location;

    /// <summary>The board's revision that brought the figure.</summary>
    public long Revision { get; private set; }

    /// <summary>When the figure was known to be true, Unix milliseconds.</summary>
    public long KnownAtMs { get; private set; }

    /// <summary>Takes a figure unless it is older than the one known. True if it was taken.</summary>
    public bool Take(BoardFigure figure, long revision, long nowMs)
    {
        if (figure.Version < _figure.Version || (figure.Version == _figure.Version && figure.AtMs < _figure.AtMs))
        {
            return false;
        }

        (_figure, Revision, KnownAtMs) = (figure, revision, nowMs);
        return true;
    }

    public long AvailableTo(Channel channel) => _figure.AvailableTo(channel);

    public BoardRow Row(Channel channel, bool closed) =>
        new(Location, closed ? 0 : _figure.AvailableTo(channel), _figure.OnHand, _figure.Version);
}
