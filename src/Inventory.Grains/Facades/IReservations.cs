using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Catalog;
using Inventory.Domain.Reservations;
using Inventory.Domain.Stocks;
using Inventory.Domain.Work;

namespace Inventory.Grains;

/// <summary>
/// What the outside does with reservations. One with a single line belongs to its stock (<see cref="ReservationId.Stock"/>), and is written
/// through <see cref="IStocks"/> without a detour; one with several lines belongs to a coordinator. Throws as <see cref="IStocks"/> does.
/// </summary>
public interface IReservations
{
    /// <summary>Reserves several lines, or a kit. Lines of the same stock are allowed.</summary>
    /// <exception cref="ArgumentException">A line of work stands before one of a stock, or there is none of a stock.</exception>
    ValueTask<ReservationAnswer> Reserve(ReserveMany order);

    /// <summary>A later step of a reservation that a coordinator owns: all of it happens, or nothing.</summary>
    ValueTask<ReservationAnswer> Step(RequestId reservation, ReservationStep step);

    /// <summary>Reads any reservation; null if there is none or it is forgotten.</summary>
    ValueTask<ReservationView?> Get(ReservationId id);

    /// <summary>
    /// Takes units of a kit back at a location: gives its components back, by the kit's definition when this was first asked. All of them in effect: what
    /// a crash leaves open is done when the same is asked again.
    /// </summary>
    /// <param name="kit">The kit, and where it is taken back.</param>
    /// <param name="id">Id of the write.</param>
    /// <param name="units">Units of the kit.</param>
    /// <param name="condition">In which condition its components are.</param>
    /// <param name="lots">Lots of components, each SKU once; units of others have none.</param>
    ValueTask<StockAnswer> ReturnKit(StockKey kit, RequestId id, long units, Condition condition, ImmutableArray<ReturnedLot> lots = default);
}

/// <summary>One line of a reservation: units of a stock, or work at a location.</summary>
/// <param name="Key">Which stock; of work its location, without a SKU.</param>
/// <param name="Units">How many, 1 or more.</param>
[GenerateSerializer, Immutable, Alias("reserve-line")]
public readonly record struct ReserveLine([property: Id(0)] StockKey Key, [property: Id(1)] long Units)
{
    /// <summary>The slot, of work; null of a stock.</summary>
    [Id(2)] public WorkSlot? Slot { get; init; }

    /// <summary>Work at a location: so many parcels of a day, or picks of an hour.</summary>
    /// <remarks>
    /// It is held, made firm and extended with the units of the order, all or nothing, and done for the units at its location, or for all of them if
    /// there are none. When any of these leaves it stays used; a release before that gives it back with the last of them, or earlier if a part of the
    /// step names it.
    /// </remarks>
    public static ReserveLine Work(LocationId location, WorkSlot slot, long units) => new(new StockKey(default, location), units) { Slot = slot };
}

/// <summary>A reservation of several lines.</summary>
/// <param name="Id">Id of the write; the reservation is named after it.</param>
/// <param name="Lines">1 to 1,000, components counted in place of a kit: one or more of stocks or kits, then those of work.</param>
/// <param name="Channel">For whom.</param>
/// <param name="TtlMs">Time to hold from now, in milliseconds.</param>
/// <param name="Partial">Hold what units can be held, instead of all or nothing; work is all or nothing either way.</param>
[GenerateSerializer, Immutable, Alias("reserve-many")]
public sealed record ReserveMany(
    [property: Id(0)] RequestId Id,
    [property: Id(1)] ImmutableArray<ReserveLine> Lines,
    [property: Id(2)] Channel Channel,
    [property: Id(3)] long TtlMs,
    [property: Id(4)] bool Partial);

/// <summary>A later step.</summary>
/// <param name="Id">Id of the write.</param>
/// <param name="Verb">Confirm, Extend, Release, Collect or Ship.</param>
/// <param name="Parts">Only these units; empty means all that are held.</param>
/// <param name="TtlMs">Of Extend: new time to hold from now, in milliseconds.</param>
[GenerateSerializer, Immutable, Alias("reservation-step")]
public sealed record ReservationStep(
    [property: Id(0)] RequestId Id,
    [property: Id(1)] StockVerb Verb,
    [property: Id(2)] ImmutableArray<LinePart> Parts,
    [property: Id(3)] long TtlMs)
{
    /// <summary>
    /// Of Release: lines that are held instead of the units that are released, in one outcome: no moment has both promised, or neither. Each stock's
    /// before its work, as they are to stand.
    /// </summary>
    [Id(4)] public ImmutableArray<ReserveLine> Added { get; init; } = [];
}

/// <summary>Some units of a line.</summary>
/// <param name="Line">Place of the line, from 0; each line at most once in a step. Work can be released only.</param>
/// <param name="Units">How many, 1 or more.</param>
[GenerateSerializer, Immutable, Alias("line-part")]
public readonly record struct LinePart([property: Id(0)] int Line, [property: Id(1)] long Units);

/// <summary>What was decided about a reservation of several lines.</summary>
/// <param name="Outcome">Of the whole: accepted, or the outcome of the first line that was refused. Partial: accepted if any line was.</param>
/// <param name="Version">Version of the coordinator.</param>
/// <param name="ExpiresAtMs">Expiry in Unix milliseconds; 0 if there is none.</param>
/// <param name="Lines">To Reserve, one for each line of the reservation, in order; empty to a later step.</param>
[GenerateSerializer, Immutable, Alias("reservation-answer")]
public sealed record ReservationAnswer(
    [property: Id(0)] StockOutcome Outcome,
    [property: Id(1)] long Version,
    [property: Id(2)] long ExpiresAtMs,
    [property: Id(3)] ImmutableArray<LineAnswer> Lines)
{
    /// <summary>Of a later step that was refused: the lines whose stocks refused it, in order. The others were not touched.</summary>
    [Id(4)] public ImmutableArray<RefusedLine> Refused { get; init; } = [];

    /// <summary>Of a step that added lines: the place of the first of them.</summary>
    [Id(5)] public int FirstAdded { get; init; }
}

/// <summary>What was decided about one line.</summary>
/// <param name="Answer">The stock's answer.</param>
/// <param name="OtherLineRefused">True if this line could be held, but was given back because another could not.</param>
[GenerateSerializer, Immutable, Alias("line-answer")]
public readonly record struct LineAnswer([property: Id(0)] StockAnswer Answer, [property: Id(1)] bool OtherLineRefused)
{
    /// <summary>Of a kit that was refused: the first component that could not be held.</summary>
    [Id(2)] public Sku? Component { get; init; }
}

/// <summary>How a line stands. Numbers are never reused.</summary>
[GenerateSerializer, Alias("line-state")]
public enum LineState : byte
{
    /// <summary>Held until its expiry.</summary>
    Soft = 1,

    /// <summary>Held without expiry.</summary>
    Firm = 2,

    /// <summary>Nothing is held any more.</summary>
    Ended = 3,

    /// <summary>Its time passed.</summary>
    Expired = 4,

    /// <summary>It could not be held.</summary>
    Refused = 5,

    /// <summary>Its coordinator is deciding.</summary>
    Pending = 6,
}

/// <summary>One line of a stock as it stands. Lines of work are not shown.</summary>
[GenerateSerializer, Immutable, Alias("line-view")]
public sealed record LineView
{
    /// <summary>Place of the line, from 0.</summary>
    [Id(0)] public int Line { get; init; }

    /// <summary>Which stock.</summary>
    [Id(1)] public required StockKey Key { get; init; }

    /// <summary>How it stands.</summary>
    [Id(2)] public LineState State { get; init; }

    /// <summary>Units reserved at first.</summary>
    [Id(3)] public long Reserved { get; init; }

    /// <summary>Units still held.</summary>
    [Id(4)] public long Held { get; init; }

    /// <summary>Units collected.</summary>
    [Id(5)] public long Collected { get; init; }

    /// <summary>Units shipped.</summary>
    [Id(6)] public long Shipped { get; init; }

    /// <summary>Units given back.</summary>
    [Id(7)] public long Released { get; init; }

    /// <summary>Of a kit: what was taken for one unit of it, whatever its definition says now; empty of others.</summary>
    [Id(8)] public ImmutableArray<KitComponent> Components { get; init; } = [];

    /// <summary>Of a kit: version of the definition by which it was taken; 0 of others.</summary>
    [Id(9)] public long KitVersion { get; init; }
}

/// <summary>A reservation as it stands.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Lines">Its lines, in order.</param>
/// <param name="Channel">For whom.</param>
/// <param name="ExpiresAtMs">Expiry in Unix milliseconds; 0 if firm or ended.</param>
/// <param name="Version">Version of its owner.</param>
public sealed record ReservationView(ReservationId Id, ImmutableArray<LineView> Lines, Channel Channel, long ExpiresAtMs, long Version);
