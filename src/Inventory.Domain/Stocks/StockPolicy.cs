using System.Collections.Immutable;
using Orleans;

namespace Inventory.Domain.Stocks;

/// <summary>Units kept for one channel.</summary>
/// <param name="Channel">The channel that may use them.</param>
/// <param name="Units">How many, 0 to <see cref="Limits.UnitsMax"/>; what the channel holds now counts against it.</param>
[GenerateSerializer, Immutable, Alias("ring-fence")]
public readonly record struct RingFence([property: Id(0)] Channel Channel, [property: Id(1)] long Units);

/// <summary>The rules by which a stock may be promised.</summary>
[GenerateSerializer, Immutable, Alias("stock-policy")]
public sealed class StockPolicy
{
    /// <summary>Nothing kept back, nothing beyond what is there, any number of units.</summary>
    public static StockPolicy Default { get; } = new();

    /// <summary>Units never promised.</summary>
    [Id(0)] public long SafetyUnits { get; init; }

    /// <summary>Units that may be promised beyond what is there.</summary>
    [Id(1)] public long OversellUnits { get; init; }

    /// <summary>Fewest units of one reservation line, 1 or more.</summary>
    [Id(2)] public long MinUnits { get; init; } = 1;

    /// <summary>Most units of one reservation line; 0 means no rule.</summary>
    [Id(3)] public long MaxUnits { get; init; }

    /// <summary>At most <see cref="Limits.RingFencesMax"/>, each channel once.</summary>
    [Id(4)] public ImmutableArray<RingFence> RingFences { get; init; } = [];

    internal bool IsDefault => (SafetyUnits | OversellUnits | MaxUnits) == 0 && MinUnits == 1 && RingFences.IsEmpty;

    /// <summary>True if every figure is in range and nothing contradicts.</summary>
    public bool IsValid()
    {
        if (RingFences.IsDefault || !InRange(SafetyUnits) || !InRange(OversellUnits) || !InRange(MinUnits) || !InRange(MaxUnits) || MinUnits < 1)
        {
            return false;
        }

        if ((MaxUnits > 0 && MaxUnits < MinUnits) || RingFences.Length > Limits.RingFencesMax)
        {
            return false;
        }

        for (var i = 0; i < RingFences.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (RingFences[i].Channel == RingFences[j].Channel)
                {
                    return false;
                }
            }

            if (RingFences[i].Channel.Value is null || !InRange(RingFences[i].Units))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A hash of all of it.</summary>
    public ulong ContentHash()
    {
        var hash = (((((ulong)SafetyUnits * 31) + (ulong)OversellUnits) * 31) + (ulong)MinUnits) * 31 + (ulong)MaxUnits;
        foreach (var fence in RingFences)
        {
            foreach (var character in fence.Channel.Value)
            {
                hash = (hash ^ character) * 0x100000001B3UL;
            }

            hash = (hash ^ (ulong)fence.Units) * 0x9E3779B97F4A7C15UL;
        }

        return hash;
    }

    private static bool InRange(long units) => units is >= 0 and <= Limits.UnitsMax;
}
