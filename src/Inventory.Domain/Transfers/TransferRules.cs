using System.Collections.Immutable;
using Inventory.Domain.Stocks;
using Inventory.Domain.Orders;

namespace Inventory.Domain.Transfers;

/// <summary>A step as it is asked of a transfer.</summary>
/// <param name="Id">Id of the write.</param>
/// <param name="ContentHash">Hash of its content.</param>
/// <param name="By">Who asks.</param>
/// <param name="Verb">What.</param>
/// <param name="Parts">Only these units; empty means all that the step can concern. Of Change: the new lines.</param>
/// <param name="Reason">Of Close: why.</param>
/// <param name="Surplus">Of Receive: also take what is beyond that in transit.</param>
/// <param name="ExpectedAtMs">Of Ship: the new expected arrival, Unix milliseconds; 0 if it stays. Of Reschedule: the same; 0 if nobody knows.</param>
public sealed record TransferStepAsk(
    RequestId Id,
    ulong ContentHash,
    Actor By,
    TransferVerb Verb,
    ImmutableArray<TransferPart> Parts,
    LossReason Reason = LossReason.None,
    bool Surplus = false,
    long ExpectedAtMs = 0);

/// <summary>The rules of a transfer: pure functions of its record and what is asked. What stocks say is asked elsewhere.</summary>
public static class TransferRules
{
    /// <summary>
    /// How sure a destination may be of what is in transit, in percent: it has left a shelf and is counted, which is more than a supplier's word is worth,
    /// and lorries are late or robbed all the same.
    /// </summary>
    public const int InTransitConfidence = 95;

    /// <summary>Whether a transfer may be made. One whose units could not be held may be made again, with any content.</summary>
    public static TransferOutcome JudgeCreate(TransferRecord record, ulong contentHash) =>
        record.MayBeCreated ? TransferOutcome.Accepted
        : record.Created!.ContentHash == contentHash ? TransferOutcome.AlreadyAccepted
        : TransferOutcome.IdReused;

    /// <summary>What can be said of a step from the record alone.</summary>
    /// <param name="record">The record.</param>
    /// <param name="ask">What is asked.</param>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    /// <param name="earlier">The first answer, if the outcome is AlreadyAccepted.</param>
    /// <param name="step">If accepted: what is to be on record before any stock is asked.</param>
    public static TransferOutcome JudgeStep(
        TransferRecord record, TransferStepAsk ask, long nowMs, out DecidedTransferStep? earlier, out TransferStepIntended? step)
    {
        (earlier, step) = (null, null);
        if (record.Created is null || (record.CreatedVersion == 0 && record.Phase == TransferPhase.Idle))
        {
            return TransferOutcome.NotFound;
        }

        if (ask.Id == record.Created.Id)
        {
            return TransferOutcome.IdReused;
        }

        earlier = record.Recall(ask.Id);
        if (earlier is not null)
        {
            return earlier.Step.ContentHash == ask.ContentHash ? TransferOutcome.AlreadyAccepted : TransferOutcome.IdReused;
        }

        if (record.Phase != TransferPhase.Idle)
        {
            return TransferOutcome.InDoubt;
        }

        if (TransferSteps.Next(record.State, ask.Verb).IsEmpty)
        {
            return TransferOutcome.WrongState;
        }

        if (record.Steps.Count >= Limits.TransferStepsMax)
        {
            return TransferOutcome.TooManySteps;
        }

        step = new TransferStepIntended(
            nowMs, ask.Id, ask.ContentHash, ask.By, ask.Verb, [], [], ask.Reason, false, ask.ExpectedAtMs, ViaSupply: ask.Verb == TransferVerb.Receive);
        var outcome = ask.Verb switch
        {
            TransferVerb.Change => Change(record, ask, ref step),
            TransferVerb.Ship => Ship(record, ask, ref step),
            TransferVerb.Receive => Receive(record, ask, ref step),
            TransferVerb.Close => Close(record, ask, ref step),
            _ => TransferOutcome.Accepted,
        };
        step = outcome == TransferOutcome.Accepted ? step : null;
        return outcome;
    }

    /// <summary>What became of a step once its stocks have answered.</summary>
    /// <param name="step">The step.</param>
    /// <param name="refused">The writes that were refused, in order.</param>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    /// <param name="lots">Of Ship: the lots that units left from.</param>
    public static TransferStepDecided Decide(
        TransferStepIntended step, ImmutableArray<RefusedWrite> refused, long nowMs, ImmutableArray<LotsOfWrite> lots = default)
    {
        // What is held for a draft is held whole. What a lorry carries is another matter: a line that cannot go leaves the others where they are, on the lorry.
        var whole = refused.Count(static each => each.Units == 0);
        var fails = whole > 0 && (step.Verb is TransferVerb.Create or TransferVerb.Change || whole == step.Writes.Length);
        return new TransferStepDecided(nowMs, fails ? TransferOutcome.StockRefused : TransferOutcome.Accepted, refused, lots);
    }

    /// <summary>The writes that took effect, without the units of each that were refused.</summary>
    public static ImmutableArray<TransferWrite> Took(TransferStepIntended step, ImmutableArray<RefusedWrite> refused)
    {
        var writes = ImmutableArray.CreateBuilder<TransferWrite>(step.Writes.Length);
        for (var i = 0; i < step.Writes.Length; i++)
        {
            var part = refused.FirstOrDefault(each => each.Write == i, new RefusedWrite(-1, StockOutcome.Accepted));
            if (part.Write < 0)
            {
                writes.Add(step.Writes[i]);
            }
            else if (part.Units > 0)
            {
                writes.Add(step.Writes[i] with { Units = step.Writes[i].Units - part.Units, Lots = LotUnits.Less(step.Writes[i].Lots, part.Lots) });
            }
        }

        return writes.ToImmutable();
    }

    private static TransferOutcome Change(TransferRecord record, TransferStepAsk ask, ref TransferStepIntended step)
    {
        var wanted = ask.Parts.ToDictionary(static part => part.Sku, static part => part.Units);
        var planned = record.Lines.Select(line => new SkuUnits(line.Sku, wanted.GetValueOrDefault(line.Sku)))
            .Concat(ask.Parts.Where(part => record.LineOf(part.Sku) < 0).Select(static part => new SkuUnits(part.Sku, part.Units)))
            .ToImmutableArray();
        if (planned.Length > Limits.TransferLinesMax)
        {
            return TransferOutcome.TooManyLines;
        }

        var writes = ImmutableArray.CreateBuilder<TransferWrite>();
        for (var i = 0; record.Created!.Content.Hold && i < planned.Length; i++)
        {
            var more = planned[i].Units - record.Holds.Where(hold => hold.Line == i).Sum(static hold => hold.Units);
            if (more > 0)
            {
                writes.Add(new TransferWrite(i, more));
            }
        }

        step = step with { Planned = planned, Writes = writes.ToImmutable() };
        return TransferOutcome.Accepted;
    }

    private static TransferOutcome Ship(TransferRecord record, TransferStepAsk ask, ref TransferStepIntended step)
    {
        var outcome = Pick(record, ask, static line => line.ToShip, TransferOutcome.ExceedsPlanned, out var picked);
        if (outcome != TransferOutcome.Accepted)
        {
            return outcome;
        }

        var writes = ImmutableArray.CreateBuilder<TransferWrite>();
        foreach (var (line, units, _, _, lots) in picked)
        {
            var left = units;
            foreach (var hold in record.Holds.Where(hold => hold.Line == line))
            {
                var take = Math.Min(left, hold.Units);
                left -= take;
                if (take > 0)
                {
                    writes.Add(new TransferWrite(line, take, hold.Version, Lots: lots));
                }
            }

            if (left > 0)
            {
                writes.Add(new TransferWrite(line, left, Lots: lots));
            }
        }

        step = step with { Writes = writes.ToImmutable() };
        return TransferOutcome.Accepted;
    }

    private static TransferOutcome Receive(TransferRecord record, TransferStepAsk ask, ref TransferStepIntended step)
    {
        var lack = ask.Surplus ? (TransferOutcome?)null : TransferOutcome.ExceedsInTransit;
        var outcome = Pick(record, ask, static line => line.InTransit, lack, out var picked);
        return outcome == TransferOutcome.Accepted ? WithLots(record, picked, ref step) : outcome;
    }

    /// <summary>Says to which lots the units of each write belong: those that were named, or the earliest in transit.</summary>
    private static TransferOutcome WithLots(TransferRecord record, ImmutableArray<TransferWrite> picked, ref TransferStepIntended step)
    {
        if (record.Lines.All(static line => line.Lots.IsEmpty) && picked.All(static write => write.Lots.IsDefault))
        {
            step = step with { Writes = picked };
            return TransferOutcome.Accepted;
        }

        var inTransit = record.Lines.Select(static line => line.Lots.ToList()).ToList();
        var without = record.Lines.Select(static line => line.InTransit - line.Lots.Sum(static lot => lot.Units)).ToArray();
        var writes = ImmutableArray.CreateBuilder<TransferWrite>(picked.Length);
        foreach (var write in picked.OrderBy(static write => write.Lots.IsDefault)) // named lots first, so that others do not take them
        {
            var (left, named) = (write.Units, write.Lots.IsDefault ? default : write.Lots[0].Name);
            var parts = ImmutableArray.CreateBuilder<LotUnits>();
            var lots = inTransit[write.Line];
            for (var i = 0; i < lots.Count && left > 0 && !named.IsNone; i++)
            {
                var taken = named.Value is null || lots[i].Name == named ? Math.Min(left, lots[i].Units) : 0;
                left -= taken;
                if (taken > 0)
                {
                    parts.Add(lots[i] with { Units = taken });
                    lots[i] = lots[i] with { Units = lots[i].Units - taken };
                }
            }

            without[write.Line] -= left;
            if (left > 0 && named.Value is not null && !(named.IsNone && without[write.Line] >= 0))
            {
                return TransferOutcome.ExceedsInTransit; // not so many of that lot
            }

            writes.Add(write with { Lots = parts.Count == 0 ? default : parts.ToImmutable() });
        }

        step = step with { Writes = writes.MoveToImmutable() };
        return TransferOutcome.Accepted;
    }

    private static TransferOutcome Close(TransferRecord record, TransferStepAsk ask, ref TransferStepIntended step)
    {
        if (ask.Parts.IsEmpty)
        {
            var all = record.Lines.Select(static (line, i) => new TransferWrite(i, line.InTransit)).Where(static write => write.Units > 0);
            step = step with { Last = true };
            return WithLots(record, [.. all], ref step);
        }

        var outcome = Pick(record, ask, static line => line.InTransit, TransferOutcome.ExceedsInTransit, out var picked);
        return outcome == TransferOutcome.Accepted ? WithLots(record, picked, ref step) : outcome;
    }

    private static TransferOutcome Pick(
        TransferRecord record, TransferStepAsk ask, Func<TransferLine, long> has, TransferOutcome? lack, out ImmutableArray<TransferWrite> picked)
    {
        var writes = ImmutableArray.CreateBuilder<TransferWrite>();
        picked = [];
        if (ask.Parts.IsEmpty)
        {
            writes.AddRange(record.Lines.Select((line, i) => new TransferWrite(i, has(line))).Where(static write => write.Units > 0));
            picked = writes.ToImmutable();
            return picked.IsEmpty ? lack ?? TransferOutcome.ExceedsInTransit : TransferOutcome.Accepted;
        }

        var asked = new Dictionary<int, long>();
        foreach (var part in ask.Parts)
        {
            var line = record.LineOf(part.Sku);
            if (line < 0)
            {
                return TransferOutcome.NoSuchLine;
            }

            asked[line] = asked.GetValueOrDefault(line) + part.Units;
            if (lack is { } outcome && asked[line] > has(record.Lines[line]))
            {
                return outcome;
            }

            writes.Add(new TransferWrite(line, part.Units, Condition: part.Condition, Lots: part.Lot.Value is null ? default : [new LotUnits(part.Lot, null)]));
        }

        picked = writes.ToImmutable();
        return TransferOutcome.Accepted;
    }
}
