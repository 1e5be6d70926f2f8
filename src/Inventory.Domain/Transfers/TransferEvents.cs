using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Inventory.Domain.Orders;
using Inventory.Domain.Stocks;

namespace Inventory.Domain.Transfers;

/// <summary>What happened to a transfer. Applying one cannot fail.</summary>
/// <param name="AtMs">When, Unix milliseconds; never before the transfer's event before.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "e")]
[JsonDerivedType(typeof(TransferCreated), "created")]
[JsonDerivedType(typeof(TransferStepIntended), "step")]
[JsonDerivedType(typeof(TransferStepDecided), "decided")]
[JsonDerivedType(typeof(TransferSettled), "settled")]
[JsonDerivedType(typeof(TransferAnnounced), "announced")]
public abstract record TransferEvent(long AtMs);

/// <summary>A draft is on record. If its units are to be held, that is decided next.</summary>
/// <param name="AtMs">When, Unix milliseconds.</param>
/// <param name="Id">Id of the write; the transfer is named after it.</param>
/// <param name="ContentHash">Hash of its content.</param>
/// <param name="By">Who made it.</param>
/// <param name="Content">What is to be moved.</param>
public sealed record TransferCreated(long AtMs, RequestId Id, ulong ContentHash, Actor By, TransferContent Content) : TransferEvent(AtMs);

/// <summary>A step is about to be taken at every stock that it concerns.</summary>
/// <param name="AtMs">When, Unix milliseconds.</param>
/// <param name="Id">Id of the write.</param>
/// <param name="ContentHash">Hash of its content.</param>
/// <param name="By">Who.</param>
/// <param name="Verb">What.</param>
/// <param name="Writes">What is done, each at one stock or, of Close, in the record alone.</param>
/// <param name="Planned">Of Change: the new units of every line, those that fall away with 0.</param>
/// <param name="Reason">Of Close: why.</param>
/// <param name="Last">Of Close: nothing more is sent, and the transfer ends.</param>
/// <param name="ExpectedAtMs">Of Ship: the new expected arrival; 0 if it stays as it was. Of Reschedule: the same; 0 if nobody knows any more.</param>
/// <param name="ViaSupply">
/// Of Receive: the owner of the destination's supply brings the units in, to those who were promised them first. False in records of earlier versions: a
/// step that one of these has begun is finished as it began, at the stock itself.
/// </param>
public sealed record TransferStepIntended(
    long AtMs,
    RequestId Id,
    ulong ContentHash,
    Actor By,
    TransferVerb Verb,
    ImmutableArray<TransferWrite> Writes,
    ImmutableArray<SkuUnits> Planned,
    LossReason Reason = LossReason.None,
    bool Last = false,
    long ExpectedAtMs = 0,
    bool ViaSupply = false) : TransferEvent(AtMs);

/// <summary>One thing that a step does to one line.</summary>
/// <param name="Line">Place of the line, from 0.</param>
/// <param name="Units">How many.</param>
/// <param name="Hold">Of Ship: the version of the hold that they come from; 0 if they are free.</param>
/// <param name="Condition">Of Receive: in which condition they came.</param>
/// <param name="Lots">
/// Of Ship: the lot that was named, with 0 units; of Receive and Close: the lots in transit that the units belong to, the rest has none.
/// Default if there are none.
/// </param>
public readonly record struct TransferWrite(
    int Line, long Units, long Hold = 0, Condition Condition = Condition.Sellable, ImmutableArray<LotUnits> Lots = default);

/// <summary>What became of the step.</summary>
/// <param name="AtMs">When, Unix milliseconds.</param>
/// <param name="Outcome">Accepted, or why not.</param>
/// <param name="Refused">The writes that a stock refused: the others took effect, of Create and Change only if none was refused.</param>
/// <param name="Lots">Of Ship: the lots that units left from, for each write that took any. Default if there are none.</param>
public sealed record TransferStepDecided(
    long AtMs, TransferOutcome Outcome, ImmutableArray<RefusedWrite> Refused, ImmutableArray<LotsOfWrite> Lots = default) : TransferEvent(AtMs);

/// <summary>The lots that the units of a write left from.</summary>
/// <param name="Write">Its place among the step's writes.</param>
/// <param name="Lots">Which; units beyond them have no lot.</param>
public readonly record struct LotsOfWrite(int Write, ImmutableArray<LotUnits> Lots);

/// <summary>A write that a stock refused.</summary>
/// <param name="Write">Its place among the step's writes.</param>
/// <param name="Outcome">What the stock said.</param>
/// <param name="Units">Of Receive: so many of its units were refused, the others came in; 0 if none did.</param>
/// <param name="Lots">Of these: units of lots. Default if there are none.</param>
public readonly record struct RefusedWrite(int Write, StockOutcome Outcome, long Units = 0, ImmutableArray<LotUnits> Lots = default);

/// <summary>What the decided step no longer needs held was given back.</summary>
public sealed record TransferSettled(long AtMs) : TransferEvent(AtMs);

/// <summary>The destination's supply was told what it is to expect of the transfer from now on.</summary>
/// <param name="AtMs">When, Unix milliseconds.</param>
/// <param name="Lines">Of the lines of which that is something else than before.</param>
public sealed record TransferAnnounced(long AtMs, ImmutableArray<AnnouncedLine> Lines) : TransferEvent(AtMs);

/// <summary>What a destination expects of a line.</summary>
/// <param name="Line">Place of the line, from 0.</param>
/// <param name="Units">How many units; 0 if none, or none with a date.</param>
/// <param name="DueMs">When, Unix milliseconds; 0 with no units.</param>
/// <param name="IsRefused">The stock expects as much as it may: what it expected of this line before stays. Tried again after the next step.</param>
public readonly record struct AnnouncedLine(int Line, long Units, long DueMs, bool IsRefused = false);
