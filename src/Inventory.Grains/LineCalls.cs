using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Reservations;
using Inventory.Domain.Stocks;

namespace Inventory.Grains;

/// <summary>What a coordinator says to the stocks of its lines. A stock that cannot be reached counts as a refusal in doubt, or is told later.</summary>
internal sealed class LineCalls(IGrainFactory grains, RequestId reservation)
{
    // Ids of a coordinator's writes: 2,048 lines for each step or attempt.
    private const uint LinesPerStep = 2_048;

    /// <summary>The hold of a line. Line 0 of a hold means a reservation with one line, so a coordinator's begin at 1.</summary>
    private HoldId Hold(int line) => new(reservation, line + 1);

    /// <summary>Asks every stock for a lease on new units.</summary>
    public Task<ImmutableArray<StockAnswer>> Lease(ImmutableArray<ReservedLine> lines, int attempt, Channel channel, long ttlMs) =>
        Each(lines, i => Do(
            lines[i],
            StockCommand.Lease(Write("lease", attempt, i), Hold(i), lines[i].Units, channel, ttlMs, GrainLimits.LeaseMs)));

    /// <summary>Asks every stock that still holds units to keep them until the outcome is known.</summary>
    /// <returns>Accepted if all do.</returns>
    public async Task<StockOutcome> LeaseHeld(ReservationRecord record, uint step)
    {
        var lines = record.Intent!.Lines;
        var left = record.Left.ToArray();
        if (left.All(each => each == 0))
        {
            return StockOutcome.ReservationEnded;
        }

        // No units: keep a hold that is there, make none.
        var ttl = Domain.Limits.TtlMsMin;
        var answers = await Each(lines, i => left[i] == 0
            ? Task.FromResult(new StockAnswer(StockOutcome.Accepted, 0))
            : Do(lines[i], StockCommand.Lease(Write("keep", (int)step, i), Hold(i), 0, record.Intent.Channel, ttl, GrainLimits.LeaseMs)));
        foreach (var answer in answers)
        {
            if (!answer.Outcome.IsAccepted())
            {
                // By the record its units are still held: so its time has passed.
                return answer.Outcome == StockOutcome.ReservationNotFound ? StockOutcome.ReservationExpired : answer.Outcome;
            }
        }

        return StockOutcome.Accepted;
    }

    /// <summary>Releases, collects or ships units of the lines, each by itself.</summary>
    /// <returns>Accepted or the first refusal, and the units that left each line.</returns>
    public async Task<(StockOutcome Outcome, ImmutableArray<long> Done)> Take(ReservationRecord record, StepIntended step, uint salt)
    {
        var lines = record.Intent!.Lines;
        var answers = await Each(lines, i => step.Units[i] == 0
            ? Task.FromResult(new StockAnswer(StockOutcome.Accepted, 0))
            : Do(lines[i], Command(step, i, Write("take", (int)salt, i))));
        var refusal = answers.FirstOrDefault(answer => !answer.Outcome.IsAccepted()).Outcome;
        var outcome = refusal == StockOutcome.ReservationNotFound ? StockOutcome.ReservationExpired : refusal;
        return (outcome, [.. answers.Select((answer, i) => answer.Outcome.IsAccepted() ? step.Units[i] : 0)]);
    }

    /// <summary>Passes the word on every line.</summary>
    /// <returns>True if every stock took it or had it already.</returns>
    public async Task<bool> Settle(ReservationRecord record)
    {
        var lines = record.Intent!.Lines;
        var salt = (int)record.Version;
        var answers = await Each(lines, i =>
        {
            var (word, expiresAtMs) = record.WordOn(i);
            return Do(lines[i], StockCommand.Settle(Write("settle", salt, i), Hold(i), word, expiresAtMs));
        });
        return answers.All(answer => answer.Outcome is not StockOutcome.ReservationInDoubt);
    }

    /// <summary>The lines as they stand.</summary>
    public async Task<ImmutableArray<LineView>> Views(ReservationRecord record)
    {
        var lines = record.Intent!.Lines;
        var left = record.Left.ToArray();
        var views = new LineView[lines.Length];
        for (var i = 0; i < views.Length; i++)
        {
            var hold = record.LineIsHeld(i) ? (await grains.GetGrain<IStockGrain>(lines[i].Key.ToString()).Hold(Hold(i))).Holds.FirstOrDefault() : null;
            var state = !record.LineIsHeld(i) ? LineState.Refused : left[i] == 0 ? LineState.Ended : LineState.Expired;
            views[i] = hold is not null
                ? hold.Line with { Line = i }
                : new LineView { Line = i, Key = lines[i].Key, State = state, Reserved = lines[i].Units };
        }

        return [.. views];
    }

    private StockCommand Command(StepIntended step, int line, RequestId id) => step.Verb switch
    {
        StockVerb.Release => StockCommand.Release(id, Hold(line), step.Units[line]),
        StockVerb.Collect => StockCommand.Collect(id, Hold(line), step.Units[line]),
        _ => StockCommand.Ship(id, Hold(line), step.Units[line]),
    };

    private RequestId Write(string what, int step, int line)
    {
        var kind = what switch { "lease" => 1u, "keep" => 2u, "take" => 3u, _ => 4u };
        return reservation.Derive(kind).Derive(((uint)step * LinesPerStep) + (uint)line);
    }

    private async Task<StockAnswer> Do(ReservedLine line, StockCommand command)
    {
        try
        {
            return await grains.GetGrain<IStockGrain>(line.Key.ToString()).Do(command);
        }
        catch (Exception)
        {
            // Its owner cannot be reached or has lost its storage. Whatever it wrote, its lease brings it back to the coordinator's word.
            return new StockAnswer(StockOutcome.ReservationInDoubt, 0);
        }
    }

    private static async Task<ImmutableArray<StockAnswer>> Each(ImmutableArray<ReservedLine> lines, Func<int, Task<StockAnswer>> call)
    {
        var answers = new StockAnswer[lines.Length];
        for (var first = 0; first < answers.Length; first += GrainLimits.LinesAtOnce)
        {
            var count = Math.Min(GrainLimits.LinesAtOnce, answers.Length - first);
            var calls = new Task<StockAnswer>[count];
            for (var i = 0; i < count; i++)
            {
                calls[i] = call(first + i);
            }

            (await Task.WhenAll(calls)).CopyTo(answers, first);
        }

        return [.. answers];
    }
}
