using System.Collections.Immutable;
using Inventory.Domain.Stocks;
using Inventory.Domain.Transfers;

namespace Inventory.Domain.Supply;

/// <summary>The rules of a stock's supply: pure functions of its record, what is asked, and time.</summary>
public static class SupplyRules
{
    /// <summary>Judges a command.</summary>
    /// <param name="record">The record.</param>
    /// <param name="command">What is asked.</param>
    /// <param name="contentHash">Hash of its content.</param>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    /// <param name="change">If accepted: what is to be on record; of Receive and Unload, before the stock is asked.</param>
    public static SupplyOutcome Judge(SupplyRecord record, SupplyCommand command, ulong contentHash, long nowMs, out SupplyEvent? change)
    {
        change = null;
        if (record.TryRecall(command.Id, out var earlier))
        {
            return earlier.ContentHash == contentHash ? SupplyOutcome.AlreadyAccepted : SupplyOutcome.IdReused;
        }

        if (record.Arrival is not null)
        {
            return SupplyOutcome.InDoubt;
        }

        var receipt = record.Receipts.FirstOrDefault(each => each.Name == command.Receipt);
        switch (command.Verb)
        {
            case SupplyVerb.Expect or SupplyVerb.Receive when IsOfTransfer(command, receipt):
                return SupplyOutcome.NameOfTransfer;
            case SupplyVerb.Expect when receipt is null && command.Units == 0:
                return SupplyOutcome.NoSuchReceipt;
            case SupplyVerb.Expect or SupplyVerb.Carry when receipt is null && record.Receipts.Count >= Limits.ExpectedReceiptsMax:
                return SupplyOutcome.TooMany;
            case SupplyVerb.Receive when receipt is null:
                return SupplyOutcome.NoSuchReceipt;
            case SupplyVerb.Receive:
                change = new ArrivalIntended(nowMs, command, contentHash, [.. SupplyAllotment.Of(record).Deliver(command.Receipt, command.Units)]);
                return SupplyOutcome.Accepted;
            case SupplyVerb.Unload:
                change = new ArrivalIntended(nowMs, command, contentHash, Unload(record, command));
                return SupplyOutcome.Accepted;
            case SupplyVerb.Promise when record.Claims.Find(command.Id) is not null:
                return SupplyOutcome.AlreadyAccepted; // its write is forgotten, its promise is not
            case SupplyVerb.Settle:
                return Settle(record, command, contentHash, nowMs, out change);
            case SupplyVerb.Promise when Math.Max(record.Promises.Count, record.Claims.Count) >= Limits.SupplyPromisesMax:
                return SupplyOutcome.TooMany;
            case SupplyVerb.Promise when SupplyAllotment.Of(record).Available(nowMs, command.AtMs, command.Confidence) < command.Units:
                return SupplyOutcome.Insufficient;
            case SupplyVerb.Release:
                return Release(record, command, contentHash, nowMs, out change);
        }

        change = new SupplyChanged(nowMs, command, contentHash);
        return SupplyOutcome.Accepted;
    }

    /// <summary>The promises that stand otherwise after a change than before: their orders are concerned.</summary>
    public static ImmutableArray<PromiseOutlook> Concerned(SupplyAllotment before, SupplyAllotment after)
    {
        var stood = before.Outlooks.ToDictionary(static each => each.Promise.Id);
        return
        [
            .. after.Outlooks.Where(each => stood.TryGetValue(each.Promise.Id, out var was)
                && (was.ExpectedMs != each.ExpectedMs || was.Lacking != each.Lacking) && (was.IsLate || each.IsLate)),
        ];
    }

    // What was announced by hand under such a name, before transfers announced by themselves, may still be taken back.
    private static bool IsOfTransfer(SupplyCommand command, ExpectedReceipt? receipt) =>
        TransferId.TryParse(command.Receipt, out _, out _)
        && !(command is { Verb: SupplyVerb.Expect, Units: 0 } && receipt is { IsInTransit: false });

    private static ImmutableArray<Delivery> Unload(SupplyRecord record, SupplyCommand command)
    {
        if (command.Condition != Condition.Sellable)
        {
            return [new Delivery(default, command.Units, command.Lots)];
        }

        // Holds are not bound to lots, so it is the same which lots come in with whose units.
        var lots = command.Lots.IsDefault ? [] : command.Lots.ToList();
        return
        [
            .. SupplyAllotment.Of(record).Deliver(command.Receipt, command.Units).Select(delivery =>
            {
                var (left, parts) = (delivery.Units, ImmutableArray.CreateBuilder<LotUnits>());
                while (left > 0 && lots.Count > 0)
                {
                    var units = Math.Min(left, lots[0].Units);
                    parts.Add(lots[0] with { Units = units });
                    left -= units;
                    lots[0] = lots[0] with { Units = lots[0].Units - units };
                    if (lots[0].Units == 0)
                    {
                        lots.RemoveAt(0);
                    }
                }

                return parts.Count == 0 ? delivery : delivery with { Lots = parts.ToImmutable() };
            }),
        ];
    }

    private static SupplyOutcome Release(SupplyRecord record, SupplyCommand command, ulong contentHash, long nowMs, out SupplyEvent? change)
    {
        change = null;
        var promise = record.Promises.FirstOrDefault(each => each.Id == command.Promise);
        if (promise is null || command.Units > promise.Left)
        {
            return promise is null ? SupplyOutcome.NoSuchPromise : SupplyOutcome.ExceedsPromised;
        }

        if (record.Claims.Find(promise.Id) is not null)
        {
            return SupplyOutcome.BelongsToOrder;
        }

        change = new SupplyChanged(nowMs, command with { Units = command.Units == 0 ? promise.Left : command.Units }, contentHash);
        return SupplyOutcome.Accepted;
    }

    // Both figures are sums since the promise was made: to say them again, or an older one late, changes nothing.
    private static SupplyOutcome Settle(SupplyRecord record, SupplyCommand command, ulong contentHash, long nowMs, out SupplyEvent? change)
    {
        change = null;
        if (record.Claims.Find(command.Promise) is not { } claim || claim.Order != command.Order)
        {
            return SupplyOutcome.NoSuchPromise;
        }

        var given = Math.Clamp(command.Units, claim.GivenUp, claim.GivenUp + claim.Left);
        var seen = Math.Clamp(command.Seen, claim.Seen, claim.Arrived);
        if ((given, seen) == (claim.GivenUp, claim.Seen))
        {
            return SupplyOutcome.AlreadyAccepted;
        }

        change = new SupplyChanged(nowMs, command with { Units = given, Seen = seen }, contentHash);
        return SupplyOutcome.Accepted;
    }
}
