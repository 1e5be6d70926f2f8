using System.Collections.Immutable;
using Inventory.Domain.Stocks;
using Inventory.Domain.Work;

namespace Inventory.Domain.Reservations;

/// <summary>One line of a reservation: a stock and how many units of it, or a slot of a location's work and how much of that.</summary>
/// <param name="Key">The stock; of work its location, without a SKU.</param>
/// <param name="Units">How many.</param>
public readonly record struct ReservedLine(StockKey Key, long Units)
{
    /// <summary>The slot, of work; null of a stock.</summary>
    public WorkSlot? Slot { get; init; }

    /// <summary>What the line is to a kit that was asked for; null if the stock or slot itself was.</summary>
    public KitPart? Kit { get; init; }

    /// <summary>True of work.</summary>
    public bool IsWork => Slot is not null;

    /// <summary>Work at a location.</summary>
    public static ReservedLine Work(LocationId location, WorkSlot slot, long units) => new(new StockKey(default, location), units) { Slot = slot };
}

/// <summary>One component of a kit that was asked for, as the kit was defined then: a later definition changes nothing of what was taken.</summary>
/// <param name="Kit">The kit.</param>
/// <param name="Version">Version of its definition.</param>
/// <param name="Component">Place of this component within the kit, from 0. Those of one kit follow each other.</param>
/// <param name="PerKit">Units of this component in one kit.</param>
public sealed record KitPart(Sku Kit, long Version, int Component, int PerKit);

/// <summary>What happened at a coordinator. Applying one cannot fail.</summary>
public abstract record ReservationEvent(long AtMs);

/// <summary>The coordinator is about to ask every stock for a lease. Until an outcome is on record, the answer to "what became of it" is: nothing.</summary>
/// <param name="AtMs">When, Unix milliseconds.</param>
/// <param name="Id">Id of the write.</param>
/// <param name="ContentHash">Hash of its content.</param>
/// <param name="Lines">The lines, in the caller's order; in place of a kit its components.</param>
/// <param name="Channel">For whom.</param>
/// <param name="ExpiresAtMs">When the holds fall back if they come about.</param>
/// <param name="Partial">Hold what can be held.</param>
public sealed record ReserveIntended(
    long AtMs,
    RequestId Id,
    ulong ContentHash,
    ImmutableArray<ReservedLine> Lines,
    Channel Channel,
    long ExpiresAtMs,
    bool Partial) : ReservationEvent(AtMs);

/// <summary>Each stock has answered: this is the outcome, whatever crashes now.</summary>
/// <param name="AtMs">When, Unix milliseconds.</param>
/// <param name="Answers">One for each of the lines; accepted ones are held if <paramref name="Held"/>.</param>
/// <param name="Held">False: everything that was leased is given back.</param>
public sealed record ReserveDecided(long AtMs, ImmutableArray<StockAnswer> Answers, bool Held) : ReservationEvent(AtMs);

/// <summary>The coordinator is about to take a further step.</summary>
/// <param name="AtMs">When, Unix milliseconds.</param>
/// <param name="Id">Id of the write.</param>
/// <param name="ContentHash">Hash of its content.</param>
/// <param name="Verb">Confirm, Extend, Release, Collect or Ship.</param>
/// <param name="Units">Units of each of the lines; 0 for lines that are not concerned; empty means every line that is held.</param>
/// <param name="ExpiresAtMs">The new expiry, of Extend.</param>
public sealed record StepIntended(
    long AtMs, RequestId Id, ulong ContentHash, StockVerb Verb, ImmutableArray<long> Units, long ExpiresAtMs) : ReservationEvent(AtMs)
{
    /// <summary>
    /// Of Release: lines that are held from now on instead of the units that are released, in the same outcome. They stand behind the lines there are,
    /// and <see cref="Units"/> has a zero for each.
    /// </summary>
    public ImmutableArray<ReservedLine> Added { get; init; } = [];
}

/// <summary>A line that could not take a step, and why.</summary>
/// <param name="Line">Place of the line, from 0.</param>
/// <param name="Outcome">What its stock said.</param>
[Orleans.GenerateSerializer, Orleans.Immutable, Orleans.Alias("refused-line")]
public readonly record struct RefusedLine([property: Orleans.Id(0)] int Line, [property: Orleans.Id(1)] StockOutcome Outcome);

/// <summary>The step's outcome, whatever crashes now: all of it or nothing.</summary>
/// <param name="AtMs">When, Unix milliseconds.</param>
/// <param name="Outcome">Accepted, or the refusal of the first line that refused.</param>
/// <param name="Refused">The lines that refused, in order; none if accepted.</param>
public sealed record StepDecided(long AtMs, StockOutcome Outcome, ImmutableArray<RefusedLine> Refused) : ReservationEvent(AtMs);

/// <summary>Every stock knows the latest outcome: nothing is in doubt any more.</summary>
public sealed record AllSettled(long AtMs) : ReservationEvent(AtMs);
