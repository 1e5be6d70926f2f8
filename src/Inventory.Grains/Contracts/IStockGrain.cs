using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Stocks;

namespace Inventory.Grains;

/// <summary>Owns one stock: decides, appends, and answers when it is durable. Key: <c>SKU@LOCATION</c>.</summary>
/// <remarks>Throws the journal's exceptions if storage is lost; the next call after its return rebuilds the stock.</remarks>
[Alias("stock")]
public interface IStockGrain : IGrainWithStringKey
{
    /// <summary>Judges a command; the answer is durable. Refusals are answers.</summary>
    [Alias("do")]
    ValueTask<StockAnswer> Do(StockCommand command);

    /// <summary>
    /// As <see cref="Do"/>, but to a caller that can ask the same journal the answer comes at once, with the position that it must wait for before it
    /// shows the answer: who has many writes waits once for all of them.
    /// </summary>
    /// <param name="command">What to do.</param>
    /// <param name="journal">Which journal the caller can ask: <see cref="SiloParts.Id"/> of its silo. The answer to any other caller is durable.</param>
    /// <param name="registering">Who makes the stock known to its neighbours, if this is its first event.</param>
    [Alias("begin")]
    ValueTask<BegunWrite> Begin(StockCommand command, Guid journal, Registering registering);

    /// <summary>As <see cref="Begin"/> with several commands, judged in order in one turn.</summary>
    [Alias("begin-many")]
    ValueTask<BegunWrites> BeginMany([Immutable] StockCommand[] commands, Guid journal);

    /// <summary>Says that a position told by <see cref="Begin"/> will never be durable: what is in memory is dropped, the next call rebuilds it.</summary>
    [Alias("lost")]
    ValueTask Lost();

    /// <summary>Judges commands in order, in one turn; the answers come when all of them are durable.</summary>
    [Alias("do-many")]
    ValueTask<StockAnswer[]> DoMany([Immutable] StockCommand[] commands);

    /// <summary>Reads the stock as it is, durable.</summary>
    [Alias("view")]
    ValueTask<StockView> View(Channel channel);

    /// <summary>Reads a hold, live or remembered; a page without any if it is not known.</summary>
    [Alias("hold")]
    ValueTask<HoldPage> Hold(HoldId hold);

    /// <summary>Live holds in the order of their ids, after one.</summary>
    [Alias("holds")]
    ValueTask<HoldPage> Holds(HoldId? after, int max);

    /// <summary>The figure that the board shows. Asked by the board as it begins to live; from then on it is told.</summary>
    [Alias("figure")]
    ValueTask<BoardFigure> Figure();

    /// <summary>From which lots the units of a write to another location left; empty if they had none, or after a day.</summary>
    [Alias("lots-taken-by")]
    ValueTask<ImmutableArray<LotUnits>> LotsTakenBy(RequestId write);

    /// <summary>Replays the stock's journal and compares it with what is in memory; each difference in words.</summary>
    [Alias("audit")]
    ValueTask<ImmutableArray<string>> Audit();
}

/// <summary>Who makes a stock known to its board and to its location's assortment, which must be before its first event.</summary>
[GenerateSerializer, Alias("registering")]
public enum Registering : byte
{
    /// <summary>The stock, before it answers.</summary>
    Itself = 0,

    /// <summary>The caller has done so.</summary>
    Done = 1,

    /// <summary>The caller will, for many at once, and then asks again: <see cref="BegunWrite.IsUnknown"/>.</summary>
    Caller = 2,

    /// <summary>The caller has done so, and the board is not in memory: it asks when it begins to live, and until then it is told nothing.</summary>
    DoneQuietly = 3,
}

/// <summary>An answer, and what it stands on. Not to be shown, nor acted on outside, before the position is durable.</summary>
/// <param name="Answer">The answer.</param>
/// <param name="Position">Position in the journal; 0 if the answer is durable.</param>
[GenerateSerializer, Immutable, Alias("begun-write")]
public readonly record struct BegunWrite([property: Id(0)] StockAnswer Answer, [property: Id(1)] long Position)
{
    /// <summary>True if nothing was done, and this is no answer: the neighbours must be told of the stock first.</summary>
    [Id(2)]
    public bool IsUnknown { get; init; }

    /// <summary>Who answered, where that is in this process; not sent.</summary>
    [field: NonSerialized]
    internal StockGrain? By { get; init; }

    internal static async ValueTask<BegunWrite> Ended(ValueTask<StockAnswer> durable) => new(await durable, 0);
}

/// <summary>Several answers, and what they stand on; as <see cref="BegunWrite"/>.</summary>
/// <param name="Answers">One for each command, in order.</param>
/// <param name="Position">Position in the journal; 0 if all answers are durable.</param>
[GenerateSerializer, Immutable, Alias("begun-writes")]
public readonly record struct BegunWrites([property: Id(0)] StockAnswer[] Answers, [property: Id(1)] long Position)
{
    internal static async ValueTask<BegunWrites> Ended(ValueTask<StockAnswer[]> durable) => new(await durable, 0);
}
