using Inventory.V1;

namespace Inventory.Cli.Replay;

/// <summary>A day or an hour of a store.</summary>
/// <param name="Store">Index of the store.</param>
/// <param name="Kind">Parcels or picks.</param>
/// <param name="Quarter">When it begins, in quarters of an hour since 1970.</param>
internal readonly record struct WorkKey(int Store, WorkKind Kind, int Quarter);

/// <summary>Our own books of orders, beside those of stocks: what customers have, and what work stores did. Any number of threads may write.</summary>
/// <param name="world">The lines.</param>
internal sealed class OrderBooks(World world)
{
    /// <summary>Seconds of a quarter of an hour: days and hours of all zones begin with one.</summary>
    public const int QuarterSeconds = 900;

    /// <summary>Of <see cref="LineResult.Extra"/>: units that were brought back against an order that was collected, or shipped.</summary>
    public const ushort AgainstCollected = 1;

    /// <inheritdoc cref="AgainstCollected"/>
    public const ushort AgainstShipped = 2;

    private readonly Lock _lock = new();
    private readonly Delivered[] _collected = new Delivered[world.Lines.Length];
    private readonly Delivered[] _shipped = new Delivered[world.Lines.Length];
    private readonly Dictionary<WorkKey, long> _work = [];

    /// <summary>What each day and hour was used for, in parcels or picks. Not to be read while orders are played.</summary>
    public IReadOnlyDictionary<WorkKey, long> Work => _work;

    /// <summary>Enters what became of a line of an order.</summary>
    public void Apply(in LineResult result)
    {
        lock (_lock)
        {
            switch (result.Outcome)
            {
                case LineOutcome.Collected:
                    _collected[result.Line] = new Delivered(_collected[result.Line].Units + result.Units, result.Extra);
                    break;
                case LineOutcome.Shipped:
                    _shipped[result.Line] = new Delivered(_shipped[result.Line].Units + result.Units, result.Extra);
                    break;
                case LineOutcome.Worked:
                    var key = new WorkKey(result.Store, (WorkKind)result.Detail, result.Units);
                    _work[key] = _work.GetValueOrDefault(key) + result.Extra;
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>Takes units of a sold line from what the customer has: from the order with more of them, at most so many as it has.</summary>
    /// <returns>What is brought back; nothing if the customer has none.</returns>
    public BroughtBack TakeBack(int soldAs, int units)
    {
        lock (_lock)
        {
            var isCollected = _collected[soldAs].Units > _shipped[soldAs].Units;
            return TakeBack(soldAs, units, isCollected ? AgainstCollected : AgainstShipped);
        }
    }

    /// <summary>Takes back what an earlier run noted.</summary>
    public BroughtBack TakeBack(int soldAs, int units, ushort against)
    {
        lock (_lock)
        {
            ref var have = ref (against == AgainstCollected ? _collected : _shipped)[soldAs];
            var taken = Math.Min(have.Units, units);
            have = have with { Units = have.Units - taken };
            return taken == 0 ? default : new BroughtBack(taken, against, have.Place);
        }
    }

    private readonly record struct Delivered(int Units, ushort Place);
}

/// <summary>Goods that a customer brings back.</summary>
/// <param name="Units">How many.</param>
/// <param name="Against">Which of the invoice's orders they came with.</param>
/// <param name="Place">Place of their line in it.</param>
internal readonly record struct BroughtBack(int Units, ushort Against, ushort Place);
