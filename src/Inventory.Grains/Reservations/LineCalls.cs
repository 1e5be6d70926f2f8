using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Reservations;
using Inventory.Domain.Stocks;

namespace Inventory.Grains;

/// <summary>
/// What a coordinator says to the stocks of its lines, and to the owners of work. "Stock" stands for both: they heed the same commands. One
/// that cannot be reached counts as a refusal in doubt, or is told later.
/// </summary>
internal sealed class LineCalls(IGrainFactory grains, RequestId reservation)
{
    // Ids of a coordinator's writes: 2,048 lines for each step or attempt.
    private const uint LinesPerStep = 2_048;
    private static readonly Task<StockAnswer> s_notConcerned = Task.FromResult(new StockAnswer(StockOutcome.Accepted, 0));

    /// <summary>The hold of a line. Line 0 of a hold means a reservation with one line, so a coordinator's begin at 1.</summary>
    private HoldId Hold(in KitLines kits, int line) => new(reservation, kits.HoldOf(line));

    /// <summary>Asks every stock for a lease on new units.</summary>
    public Task<ImmutableArray<StockAnswer>> Lease(ImmutableArray<ReservedLine> lines, int attempt, Channel channel, long ttlMs)
    {
        var kits = new KitLines(lines);
        return Each(lines, i => Do(
            lines[i],
            StockCommand.Lease(Write("lease", attempt, i), Hold(kits, i), lines[i].Units, channel, ttlMs, GrainLimits.LeaseMs)));
    }

    /// <summary>
    /// Asks the stocks of the lines that the open step concerns to keep them until the outcome is known, and those of lines that it brings for a lease.
    /// </summary>
    /// <returns>An answer for each line; accepted for those that are not concerned.</returns>
    public Task<ImmutableArray<StockAnswer>> Keep(ReservationRecord record, long nowMs)
    {
        var (lines, step, version) = (record.Intent!.Lines, record.Step!, (int)record.StepVersion);
        var ttlMs = record.IsFirm ? GrainLimits.LeaseMs : Math.Max(Limits.TtlMsMin, record.ExpiresAtMs - nowMs);
        return Each(lines, i => !record.StepConcerns(i) ? s_notConcerned
            : record.IsAdded(i) ? Add(lines[i], i)
            : Do(lines[i], StockCommand.Keep(Write("keep", version, i), Hold(record.Kits, i), OnShelf(step, i), GrainLimits.LeaseMs)));

        async Task<StockAnswer> Add(ReservedLine line, int i)
        {
            var lease = StockCommand.Lease(
                Write("add", version, i), Hold(record.Kits, i), line.Units, record.Intent.Channel, ttlMs, GrainLimits.LeaseMs);
            var answer = await Do(line, lease);

            // Work without a limit leaves no record: the location has changed since the line was thought of, and whoever did so may think again.
            return line.IsWork && answer is { Version: 0, Outcome: StockOutcome.Accepted } ? new StockAnswer(StockOutcome.SlotOutOfReach, 0) : answer;
        }
    }

    /// <summary>Passes the word on every line that it concerns.</summary>
    /// <returns>True if every stock took it or had it already.</returns>
    public async Task<bool> Settle(ReservationRecord record)
    {
        var lines = record.Intent!.Lines;
        var version = (int)record.Version;
        var answers = await Each(lines, i =>
        {
            if (!record.IsToldNow(i))
            {
                return s_notConcerned;
            }

            // A stock whose lease has this word already, or whose hold is gone with it, refuses: so no word takes units twice, whatever ids are forgotten.
            var (word, expiresAtMs, units) = record.WordOn(i);
            return Do(lines[i], StockCommand.Settle(Write("settle", version, i), Hold(record.Kits, i), word, expiresAtMs, units));
        });
        return answers.All(answer => answer.Outcome is not StockOutcome.ReservationInDoubt);
    }

    // What is handed over or sent must be there when the word comes.
    private static long OnShelf(StepIntended step, int line) => step.Verb is StockVerb.Collect or StockVerb.Ship ? step.Units[line] : 0;

    private RequestId Write(string what, int step, int line)
    {
        var kind = what switch { "lease" => 1u, "keep" => 2u, "add" => 8u, _ => 4u };
        return reservation.Derive(kind).Derive(((uint)step * LinesPerStep) + (uint)line);
    }

    private async Task<StockAnswer> Do(ReservedLine line, StockCommand command)
    {
        try
        {
            return line.Slot is { } slot
                ? await grains.GetGrain<IWorkGrain>(line.Key.Location.Value).Do(slot, command)
                : await grains.GetGrain<IStockGrain>(line.Key.ToString()).Do(command);
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
