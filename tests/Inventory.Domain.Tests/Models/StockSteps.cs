using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Inventory.Domain.Stocks;

namespace Inventory.Domain.Tests.Models;

/// <summary>A command and how far the clock moved before it; backwards too.</summary>
internal sealed record StockStep(StockCommand Command, long WaitMs)
{
    public override string ToString() =>
        $"+{WaitMs} {Command.Verb} {Command.Id.Low} hold {Command.Hold.Reservation.Low}/{Command.Hold.Line} units {Command.Units} "
        + $"{Command.Condition}>{Command.To} {Command.Channel.Value} time {Command.TimeMs} {Command.Settlement}";
}

/// <summary>Draws sequences of commands that meet each other: few ids, few units, few moments.</summary>
internal static class StockSteps
{
    private static readonly Channel[] s_channels = [Channel.Web, Channel.Parse("app"), Channel.Parse("pos")];

    /// <param name="ids">Of how many ids those of the writes are drawn.</param>
    /// <param name="holds">Of how many of them the reservations are.</param>
    /// <param name="lengthMax">Most commands.</param>
    public static Arbitrary<StockStep[]> Sequences(int ids, int holds, int lengthMax)
    {
        var sequences =
            from length in Gen.Choose(1, lengthMax)
            from steps in Gen.ArrayOf(Step(ids, holds), length)
            select steps;
        return Arb.From(sequences, Shorter);
    }

    // Large pieces first, then single steps: a failure is read step by step.
    private static IEnumerable<StockStep[]> Shorter(StockStep[] steps)
    {
        for (var piece = steps.Length / 2; piece >= 1; piece /= 2)
        {
            for (var from = 0; from + piece <= steps.Length && steps.Length > 1; from += piece)
            {
                yield return [.. steps[..from], .. steps[(from + piece)..]];
            }
        }
    }

    private static Gen<StockStep> Step(int ids, int holds)
    {
        var id = Gen.Choose(1, ids).Select(number => new RequestId(0, (ulong)number));
        var reserved = Gen.Choose(1, holds).Select(number => new RequestId(0, (ulong)number));
        var hold = reserved.Select(made => new HoldId(made, 0)).Or(reserved.Select(made => new HoldId(made, 1)));
        var promised = reserved.Select(made => new HoldId(made with { High = 1 }, 0)); // no reservation made it: the goods did
        hold = Gen.Frequency((4, hold), (1, promised));
        var units = Gen.Frequency((1, Gen.Constant(-1L)), (2, Gen.Constant(0L)), (12, Gen.Choose(1, 9).Select(number => (long)number)));
        var condition = Gen.Frequency((5, Gen.Constant(Condition.Sellable)), (2, Gen.Elements(Enum.GetValues<Condition>())));
        var channel = Gen.Elements(s_channels);
        var ttl = Gen.Elements(1L, 1000, 2000, 2001, 5000);
        var wait = Gen.Frequency((24, Gen.Constant(0L)), (8, Gen.Elements(1L, 999, 1000, 1001, 2000)), (1, Gen.Elements(-3000L, 60_000)));
        var command = Gen.Frequency(
            (6, from a in id from b in units from c in condition select StockCommand.Receive(a, 3 * b, c)),
            (1, from a in id from b in units from c in condition select StockCommand.Return(a, b, c)),
            (2, from a in id from b in units from c in condition from d in Reason() select StockCommand.Adjust(a, 2 - b, d, c)),
            (2, from a in id from b in units from c in condition from d in Gen.Choose(0, 30) select StockCommand.Count(a, b, d, c)),
            (1, from a in id from b in units select StockCommand.Import(a, b)),
            (2, from a in id from b in units from c in condition from d in condition select StockCommand.Move(a, b, c, d)),
            (2, from a in id from b in Policy() select StockCommand.SetPolicy(a, b)),
            (12, from a in reserved from b in units from c in channel from d in ttl select StockCommand.Reserve(a, b, c, d)),
            (5, from a in id from b in reserved from c in units from d in channel from e in ttl select Lease(a, b, c, d, e)),
            (4, from a in id from b in hold from c in units select StockCommand.Keep(a, b, c / 2, 1000)),
            (8, from a in id from b in hold from c in Gen.Elements(Enum.GetValues<Settlement>()) from d in ttl from e in Gen.Choose(0, 3)
                select StockCommand.Settle(a, b, c, c == Settlement.Soft ? Scripts.Script.StartMs + (2 * d) : 0, c >= Settlement.Collect ? e : 0)),
            (2, from a in id from b in units select StockCommand.TransferIn(a, b)),
            (2, from a in id from b in units from c in Gen.Frequency((1, Gen.Constant(default(HoldId))), (2, hold)) select StockCommand.TransferOut(a, b, c)),
            (2, from a in id from b in units from c in promised from d in channel select StockCommand.ReceiveHeld(a, b, c, d, b % 2 == 0)),
            (3, from a in id from b in hold from c in ttl select StockCommand.Extend(a, b, c)),
            (4, from a in id from b in hold select StockCommand.Confirm(a, b)),
            (3, from a in id from b in hold from c in units select StockCommand.Release(a, b, c)),
            (4, from a in id from b in hold from c in units select StockCommand.Collect(a, b, c)),
            (3, from a in id from b in hold from c in units select StockCommand.Ship(a, b, c)));
        return
            from asked in command
            from closed in Gen.Frequency((9, Gen.Constant(false)), (1, Gen.Constant(true)))
            from unknown in Gen.Frequency((19, Gen.Constant(false)), (1, Gen.Constant(true)))
            from kit in Gen.Frequency((29, Gen.Constant(false)), (1, Gen.Constant(true)))
            from waited in wait
            select new StockStep(asked with { LocationClosed = closed, LocationUnknown = unknown, SkuIsKit = kit }, waited);
    }

    // Line 0 is made by a Reserve and never anew by a coordinator, whose lines begin at 1.
    private static StockCommand Lease(RequestId id, RequestId reservation, long units, Channel channel, long ttlMs) =>
        StockCommand.Lease(id, new HoldId(reservation, 1), units, channel, ttlMs, 1000);

    private static Gen<AdjustReason> Reason() => Gen.Elements(Enum.GetValues<AdjustReason>());

    private static Gen<StockPolicy> Policy() =>
        from safety in Gen.Choose(-1, 3)
        from oversell in Gen.Choose(0, 4)
        from min in Gen.Choose(1, 2)
        from max in Gen.Elements(0, 1, 6)
        from fences in Gen.Choose(0, 3)
        from units in Gen.Choose(0, 5)
        select new StockPolicy
        {
            SafetyUnits = safety, OversellUnits = oversell, MinUnits = min, MaxUnits = max,
            RingFences = [.. s_channels.Take(fences).Select((each, i) => new RingFence(each, units + i))],
        };
}
