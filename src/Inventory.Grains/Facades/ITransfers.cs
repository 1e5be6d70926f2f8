using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Stocks;
using Inventory.Domain.Supply;
using Inventory.Domain.Transfers;

namespace Inventory.Grains;

/// <summary>What the outside does with transfers between locations. Throws as <see cref="IStocks"/> does.</summary>
public interface ITransfers
{
    /// <summary>Makes a draft and, if asked for, holds its units at the source: all or none.</summary>
    ValueTask<TransferAnswer> Create(CreateTransfer transfer);

    /// <summary>A later step.</summary>
    ValueTask<TransferAnswer> Step(RequestId transfer, TransferStep step);

    /// <summary>Reads a transfer; null if there is none.</summary>
    ValueTask<TransferView?> Get(RequestId transfer);

    /// <summary>Transfers of a location, or all that are not over.</summary>
    ValueTask<TransferPage> List(TransferQuery query);

    /// <summary>Brings every transfer that a crash left in the middle of a step to its end: done at the start of a silo, before it serves.</summary>
    /// <returns>How many transfers were looked at.</returns>
    ValueTask<long> FinishOpen(CancellationToken cancellation);

    /// <summary>Compares what left and entered each stock by transfers with what the transfers say. The last item carries the sums.</summary>
    IAsyncEnumerable<TransferAudit> Audit(CancellationToken cancellation);
}

/// <summary>A draft as it is made.</summary>
/// <param name="Id">Id of the write; the transfer is named after it.</param>
/// <param name="By">Who.</param>
/// <param name="Content">What.</param>
[GenerateSerializer, Immutable, Alias("create-transfer")]
public sealed record CreateTransfer([property: Id(0)] RequestId Id, [property: Id(1)] Actor By, [property: Id(2)] TransferContent Content);

/// <summary>A later step.</summary>
/// <param name="Id">Id of the write.</param>
/// <param name="By">Who.</param>
/// <param name="Verb">What.</param>
/// <param name="Parts">Only these units; empty means all that the step can concern. Of Change: the new lines, each SKU once.</param>
/// <param name="Reason">Of Close: why.</param>
/// <param name="Surplus">Of Receive: also take what is beyond that in transit.</param>
/// <param name="ExpectedAtMs">Of Ship: the new expected arrival, Unix milliseconds; 0 if it stays. Of Reschedule: the same; 0 if nobody knows.</param>
[GenerateSerializer, Immutable, Alias("transfer-step")]
public sealed record TransferStep(
    [property: Id(0)] RequestId Id,
    [property: Id(1)] Actor By,
    [property: Id(2)] TransferVerb Verb,
    [property: Id(3)] ImmutableArray<TransferPart> Parts,
    [property: Id(4)] LossReason Reason = LossReason.None,
    [property: Id(5)] bool Surplus = false,
    [property: Id(6)] long ExpectedAtMs = 0);

/// <summary>What was decided.</summary>
/// <param name="Outcome">Accepted, or why not.</param>
/// <param name="Version">Version of the transfer after the write, of a repetition the first answer's; of a refusal the one that was judged.</param>
/// <param name="Transfer">The transfer as it is now; null if there is none.</param>
/// <param name="Refused">What stocks refused: all of it if the outcome says so, else lines that stay where they were while others moved.</param>
[GenerateSerializer, Immutable, Alias("transfer-answer")]
public sealed record TransferAnswer(
    [property: Id(0)] TransferOutcome Outcome,
    [property: Id(1)] long Version,
    [property: Id(2)] TransferView? Transfer,
    [property: Id(3)] ImmutableArray<RefusedTransferLine> Refused)
{
    /// <summary>Promises at the destination that stand otherwise than before, and were or are late. A repetition does not tell them again.</summary>
    [Id(4)] public ImmutableArray<ConcernedPromise> Concerned { get; init; } = [];

    /// <summary>Of Receive: promises that are on the shelf now, held. A repetition does not tell them again.</summary>
    [Id(5)] public ImmutableArray<FulfilledLine> Fulfilled { get; init; } = [];
}

/// <summary>A promise at the destination that stands otherwise than before.</summary>
/// <param name="Sku">What was promised.</param>
/// <param name="Outlook">How it stands.</param>
[GenerateSerializer, Immutable, Alias("concerned-promise")]
public readonly record struct ConcernedPromise([property: Id(0)] Sku Sku, [property: Id(1)] PromiseOutlook Outlook);

/// <summary>A promise at the destination of which units are on the shelf now.</summary>
/// <param name="Sku">What was promised.</param>
/// <param name="Promise">Which, and how many units.</param>
[GenerateSerializer, Immutable, Alias("fulfilled-line")]
public readonly record struct FulfilledLine([property: Id(0)] Sku Sku, [property: Id(1)] FulfilledPromise Promise);

/// <summary>Units that a stock refused.</summary>
/// <param name="Sku">What.</param>
/// <param name="Units">How many.</param>
/// <param name="Outcome">What the stock said.</param>
[GenerateSerializer, Immutable, Alias("refused-transfer-line")]
public readonly record struct RefusedTransferLine(
    [property: Id(0)] Sku Sku, [property: Id(1)] long Units, [property: Id(2)] StockOutcome Outcome);

/// <summary>A transfer as it stands.</summary>
[GenerateSerializer, Immutable, Alias("transfer-view")]
public sealed record TransferView
{
    /// <summary>Its name.</summary>
    [Id(0)] public required RequestId Id { get; init; }

    /// <summary>What it was made with; its lines are those of the first draft.</summary>
    [Id(1)] public required TransferContent Content { get; init; }

    /// <summary>Where it stands.</summary>
    [Id(2)] public TransferState State { get; init; }

    /// <summary>Its lines.</summary>
    [Id(3)] public ImmutableArray<TransferLineView> Lines { get; init; } = [];

    /// <summary>When its units are expected to arrive, Unix milliseconds; 0 if nobody knows.</summary>
    [Id(4)] public long ExpectedAtMs { get; init; }

    /// <summary>True while a step is under way, or waits for a stock that cannot be reached.</summary>
    [Id(5)] public bool IsInDoubt { get; init; }

    /// <summary>Rises with each event.</summary>
    [Id(6)] public long Version { get; init; }

    /// <summary>When it last changed, Unix milliseconds.</summary>
    [Id(7)] public long ChangedAtMs { get; init; }

    /// <summary>Every step that took effect, its making included, oldest first.</summary>
    [Id(8)] public ImmutableArray<TransferNote> Steps { get; init; } = [];
}

/// <summary>A line as it stands; see <see cref="TransferLine"/>.</summary>
[GenerateSerializer, Immutable, Alias("transfer-line-view")]
public readonly record struct TransferLineView(
    [property: Id(0)] Sku Sku,
    [property: Id(1)] long Planned,
    [property: Id(2)] long Held,
    [property: Id(3)] long Shipped,
    [property: Id(4)] long Received,
    [property: Id(5)] long Over,
    [property: Id(6)] long Lost,
    [property: Id(7)] long Damaged)
{
    /// <summary>Units between the two locations.</summary>
    public long InTransit => Shipped - (Received - Over) - Lost - Damaged;

    /// <summary>Of these: units of lots, the earliest date first; the rest has no lot.</summary>
    [Id(8)] public ImmutableArray<LotUnits> Lots { get; init; } = [];

    /// <summary>Units that the destination's supply expects of this line.</summary>
    [Id(9)] public long Announced { get; init; }
}

/// <summary>Who did what, when and why.</summary>
[GenerateSerializer, Immutable, Alias("transfer-note")]
public sealed record TransferNote(
    [property: Id(0)] TransferVerb Verb, [property: Id(1)] long AtMs, [property: Id(2)] Actor By, [property: Id(3)] LossReason Reason);

/// <summary>Which transfers to list.</summary>
/// <param name="Location">From or to this location; null for all that are not over.</param>
/// <param name="States">Only in these states; empty means all.</param>
/// <param name="After">What <see cref="TransferPage.Next"/> said; null for the first page.</param>
/// <param name="Max">At most so many.</param>
public sealed record TransferQuery(LocationId? Location, ImmutableArray<TransferState> States, TransferCursor? After, int Max);

/// <summary>A place in a list of transfers: those that are not over come first.</summary>
/// <param name="IsOver">True among those that are over.</param>
/// <param name="Id">The last id looked at; null if none was yet.</param>
public readonly record struct TransferCursor(bool IsOver, RequestId? Id);

/// <summary>Some transfers.</summary>
/// <param name="Transfers">In the order of the list.</param>
/// <param name="Next">Where to go on, if others may follow; null if none do.</param>
public sealed record TransferPage(ImmutableArray<TransferView> Transfers, TransferCursor? Next);

/// <summary>Progress and findings of an audit of transfers.</summary>
/// <param name="Transfers">Transfers looked at so far.</param>
/// <param name="Differences">Each difference since the last item, in words.</param>
/// <param name="Sums">So far, over all stocks and transfers.</param>
public sealed record TransferAudit(long Transfers, ImmutableArray<AuditDifference> Differences, TransferSums Sums);

/// <summary>Units over all transfers. Out less in is always in transit and lost and damaged less over.</summary>
/// <param name="Out">That stocks say were taken away.</param>
/// <param name="In">That stocks say came in.</param>
/// <param name="InTransit">That transfers say are between locations.</param>
/// <param name="Lost">Written off as lost.</param>
/// <param name="Damaged">Written off as damaged.</param>
/// <param name="Over">Taken in beyond what was sent.</param>
public readonly record struct TransferSums(long Out, long In, long InTransit, long Lost, long Damaged, long Over)
{
    /// <summary>True if no unit is missing and none is counted twice.</summary>
    public bool Balance => Out - In == InTransit + Lost + Damaged - Over;
}
