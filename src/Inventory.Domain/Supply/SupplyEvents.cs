using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Inventory.Domain.Stocks;

namespace Inventory.Domain.Supply;

/// <summary>What happened to a stock's supply. Applying one cannot fail.</summary>
/// <param name="AtMs">When, Unix milliseconds.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "e")]
[JsonDerivedType(typeof(SupplyChanged), "changed")]
[JsonDerivedType(typeof(ArrivalIntended), "arrival")]
[JsonDerivedType(typeof(ArrivalDecided), "arrived")]
public abstract record SupplyEvent(long AtMs);

/// <summary>An announcement, a promise or the release of one: it took effect with being on record.</summary>
/// <param name="AtMs">When, Unix milliseconds.</param>
/// <param name="Command">What, with its units settled.</param>
/// <param name="ContentHash">Hash of what was asked.</param>
public sealed record SupplyChanged(long AtMs, SupplyCommand Command, ulong ContentHash) : SupplyEvent(AtMs);

/// <summary>Units are there and about to be put on the shelf: each lot under an id that follows from this record.</summary>
/// <param name="AtMs">When, Unix milliseconds.</param>
/// <param name="Command">What was asked.</param>
/// <param name="ContentHash">Hash of that.</param>
/// <param name="Lots">For each promise that is fulfilled how many, held as they come in; last what is free, if any is.</param>
public sealed record ArrivalIntended(long AtMs, SupplyCommand Command, ulong ContentHash, ImmutableArray<Delivery> Lots) : SupplyEvent(AtMs);

/// <summary>The lots are on the shelf, but those that the stock refused: these are still to come.</summary>
/// <param name="AtMs">When, Unix milliseconds.</param>
/// <param name="Refused">Places of the lots that were refused, in order.</param>
/// <param name="Refusal">What the stock said to the first of these. Not in records of earlier versions.</param>
public sealed record ArrivalDecided(
    long AtMs, ImmutableArray<int> Refused, StockOutcome Refusal = StockOutcome.Accepted) : SupplyEvent(AtMs);
