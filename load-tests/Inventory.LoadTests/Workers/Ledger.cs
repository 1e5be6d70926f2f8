namespace Inventory.LoadTests.Workers;

/// <summary>The caller's own books: how units moved by what the service answered. Safe for use by several threads.</summary>
internal sealed class Ledger
{
    private long _held;
    private long _gone;
    private long _returned;
    private long _unknown;

    /// <summary>Units held now: granted and neither given back nor gone.</summary>
    public long Held { get => Interlocked.Read(ref _held); init => _held = value; }

    /// <summary>Units that left the shelf: shipped or collected.</summary>
    public long Gone { get => Interlocked.Read(ref _gone); init => _gone = value; }

    /// <summary>Units that customers brought back.</summary>
    public long Returned { get => Interlocked.Read(ref _returned); init => _returned = value; }

    /// <summary>Units of calls that failed: they may have had their effect or not.</summary>
    public long Unknown { get => Interlocked.Read(ref _unknown); init => _unknown = value; }

    public void Hold(long units) => Interlocked.Add(ref _held, units);

    public void Release(long units) => Interlocked.Add(ref _held, -units);

    /// <summary>Held units have left the shelf.</summary>
    public void Leave(long units)
    {
        Interlocked.Add(ref _held, -units);
        Interlocked.Add(ref _gone, units);
    }

    public void Return(long units) => Interlocked.Add(ref _returned, units);

    public void Doubt(long units) => Interlocked.Add(ref _unknown, units);

    public void Add(Ledger other)
    {
        Hold(other.Held);
        Interlocked.Add(ref _gone, other.Gone);
        Return(other.Returned);
        Doubt(other.Unknown);
    }
}
