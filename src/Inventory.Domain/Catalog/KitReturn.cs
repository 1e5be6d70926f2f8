using System.Collections.Immutable;
using Inventory.Domain.Stocks;

namespace Inventory.Domain.Catalog;

/// <summary>What happened while units of a kit were taken back. Applying one cannot fail.</summary>
public abstract record KitReturnEvent(long AtMs);

/// <summary>Every component is about to be given back to its stock.</summary>
/// <param name="AtMs">When, Unix milliseconds.</param>
/// <param name="ContentHash">Hash of the request's content.</param>
/// <param name="Kit">The kit, and where it is taken back.</param>
/// <param name="Units">Units of the kit.</param>
/// <param name="Condition">In which condition the components are.</param>
/// <param name="Components">What one unit consists of, as the kit is defined now.</param>
/// <param name="Lots">Lots of components, each SKU once; default if none is named.</param>
public sealed record KitReturnIntended(
    long AtMs, ulong ContentHash, StockKey Kit, long Units, Condition Condition, ImmutableArray<KitComponent> Components,
    ImmutableArray<ReturnedLot> Lots = default) : KitReturnEvent(AtMs);

/// <summary>Every component is back, or the first stock refused and none is.</summary>
/// <param name="AtMs">When, Unix milliseconds.</param>
/// <param name="Answer">What the caller is told, now and when it asks again.</param>
public sealed record KitReturnEnded(long AtMs, StockAnswer Answer) : KitReturnEvent(AtMs);

/// <summary>One return of a kit, as its stream tells it. Changed only by <see cref="Apply"/>.</summary>
public sealed class KitReturn
{
    /// <summary>The latest attempt; null before the first.</summary>
    public KitReturnIntended? Intent { get; private set; }

    /// <summary>How the attempt ended; null while it is open.</summary>
    public KitReturnEnded? End { get; private set; }

    /// <summary>True while components are being given back.</summary>
    public bool IsOpen => Intent is not null && End is null;

    /// <summary>Makes an event true; it cannot refuse.</summary>
    public void Apply(KitReturnEvent change)
    {
        switch (change)
        {
            case KitReturnIntended intended:
                Invariant.Holds(!IsOpen && End is not { Answer.Outcome: StockOutcome.Accepted });
                (Intent, End) = (intended, null);
                break;
            case KitReturnEnded ended:
                Invariant.Holds(IsOpen);
                End = ended;
                break;
        }
    }

    /// <summary>Whether units may be taken back under this id.</summary>
    /// <returns>
    /// Accepted: begin, or go on if it <see cref="IsOpen"/>. AlreadyAccepted: it is done, tell <see cref="End"/>. Else why not. A return that was
    /// refused may be asked again, with any content.
    /// </returns>
    public StockOutcome Judge(ulong contentHash, long units, ImmutableArray<KitComponent> components)
    {
        if (Intent is not null && (IsOpen || End!.Answer.Outcome == StockOutcome.Accepted))
        {
            return Intent.ContentHash != contentHash ? StockOutcome.IdReused : IsOpen ? StockOutcome.Accepted : StockOutcome.AlreadyAccepted;
        }

        // Each component's stock would say so too, but only after others have taken theirs back.
        return units < 1 ? StockOutcome.UnitsMustBePositive
            : units > Limits.UnitsMax || components.Any(part => units * part.Units > Limits.UnitsMax) ? StockOutcome.QuantityOutOfRange
            : StockOutcome.Accepted;
    }
}
