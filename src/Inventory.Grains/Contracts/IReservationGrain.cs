using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Domain.Work;
using Orleans.Concurrency;

namespace Inventory.Grains;

/// <summary>Coordinates a reservation of several lines. Key: the token of the request that reserved.</summary>
[Alias("reservation")]
public interface IReservationGrain : IGrainWithStringKey
{
    /// <summary>Holds all lines or none; if partial, those that can be held. Orders hold work alone for what they are promised from what is to come.</summary>
    [Alias("reserve")]
    ValueTask<ReservationAnswer> Reserve(ReserveMany order);

    /// <summary>Confirms, extends, releases, collects or ships.</summary>
    [Alias("step")]
    ValueTask<ReservationAnswer> Step(ReservationStep step);

    /// <summary>The word on a leased line: asked by a stock whose lease has passed. If nothing is decided yet, this decides that nothing happened.</summary>
    [Alias("resolve"), AlwaysInterleave]
    ValueTask<LineSettlement> Resolve(int line);

    /// <summary>The reservation as it stands; null if there is none.</summary>
    [Alias("get")]
    ValueTask<ReservationLines?> Get();

    /// <summary>The lines of work of which any is left, as the steps that were decided have left them.</summary>
    [Alias("work")]
    ValueTask<ImmutableArray<HeldWork>> Work();
}

/// <summary>A line of work of a reservation.</summary>
/// <param name="Line">Its place in the reservation.</param>
/// <param name="Slot">The day or hour.</param>
/// <param name="Units">Parcels, or lines picked.</param>
[GenerateSerializer, Immutable, Alias("held-work")]
public readonly record struct HeldWork([property: Id(0)] int Line, [property: Id(1)] WorkSlot Slot, [property: Id(2)] long Units);

/// <summary>A coordinator's word on a line.</summary>
/// <param name="Settlement">What its stock must make of it.</param>
/// <param name="ExpiresAtMs">Of Soft: the expiry, Unix milliseconds.</param>
/// <param name="Units">Of a word that takes: how many.</param>
[GenerateSerializer, Immutable, Alias("line-settlement")]
public readonly record struct LineSettlement(
    [property: Id(0)] Settlement Settlement, [property: Id(1)] long ExpiresAtMs, [property: Id(2)] long Units);

/// <summary>A reservation of several lines as it stands.</summary>
[GenerateSerializer, Immutable, Alias("reservation-lines")]
public sealed record ReservationLines(
    [property: Id(0)] ImmutableArray<LineView> Lines,
    [property: Id(1)] Channel Channel,
    [property: Id(2)] long ExpiresAtMs,
    [property: Id(3)] long Version);
