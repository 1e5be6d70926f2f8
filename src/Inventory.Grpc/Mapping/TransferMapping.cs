using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Domain.Transfers;
using Inventory.Grains;
using Inventory.Grpc.Errors;
using Inventory.V1;
using Google.Protobuf.WellKnownTypes;
using Condition = Inventory.Domain.Stocks.Condition;
using LossReason = Inventory.Domain.Transfers.LossReason;

namespace Inventory.Grpc.Mapping;

/// <summary>Transfers as callers see and ask for them. What is wrong goes to the violations; the result is then not to be used.</summary>
internal static class TransferMapping
{
    private const int Conditions4 = 4;
    private const long TimestampSecondsMax = 253_402_300_799; // protobuf's own

    /// <summary>One transfer.</summary>
    /// <param name="view">The transfer; null gives null.</param>
    /// <param name="isListed">In a list: without notes.</param>
    public static Transfer? Proto(TransferView? view, bool isListed = false)
    {
        if (view is null)
        {
            return null;
        }

        var transfer = new Transfer
        {
            Id = new TransferId(view.Id).ToString(),
            FromLocationId = view.Content.From.Value,
            ToLocationId = view.Content.To.Value,
            State = (V1.TransferState)view.State,
            Hold = view.Content.Hold,
            ExpectedTime = Times.Timestamp(view.ExpectedAtMs),
            Reference = view.Content.Reference,
            InDoubt = view.IsInDoubt,
            Version = view.Version,
            UpdateTime = Times.Timestamp(view.ChangedAtMs),
        };
        transfer.Lines.AddRange(view.Lines.Select(Proto));
        if (!isListed)
        {
            transfer.Notes.AddRange(view.Steps.Select(Proto));
        }

        return transfer;
    }

    /// <summary>What stocks refused.</summary>
    public static IEnumerable<V1.RefusedTransferLine> Proto(ImmutableArray<Grains.RefusedTransferLine> refused) => refused.Select(each =>
    {
        var reason = Refusals.ReasonOf(each.Outcome);
        return new V1.RefusedTransferLine { Sku = each.Sku.Value, Units = each.Units, RefusalReason = reason, RefusalMessage = Refusals.WordsOf(reason) };
    });

    /// <summary>Promises at the destination that stand otherwise.</summary>
    public static IEnumerable<V1.ConcernedPromise> Proto(ImmutableArray<Grains.ConcernedPromise> concerned) =>
        concerned.Select(static each => new V1.ConcernedPromise { Sku = each.Sku.Value, Promise = SupplyMapping.Proto(each.Outlook) });

    /// <summary>Promises at the destination that are on the shelf now; none without a transfer.</summary>
    public static IEnumerable<V1.FulfilledPromise> Fulfilled(TransferAnswer answer) => answer.Fulfilled.Select(
        each => SupplyMapping.Proto(new Domain.StockKey(each.Sku, answer.Transfer!.Content.To), each.Promise));

    /// <summary>What is to be moved.</summary>
    public static TransferContent Content(CreateTransferRequest request, ref Violations violations)
    {
        var from = Fields.Location(request.FromLocationId, "from_location_id", ref violations);
        var to = Fields.Location(request.ToLocationId, "to_location_id", ref violations);
        if (request.FromLocationId == request.ToLocationId && request.ToLocationId.Length > 0)
        {
            violations.Add("to_location_id", "must be another location than from_location_id.");
        }

        if (request.Reference.Length > Domain.Limits.NoteCharactersMax || !Text.IsPlain(request.Reference))
        {
            violations.Add("reference", $"must have at most {Domain.Limits.NoteCharactersMax} characters without control characters.");
        }

        var parts = Parts(request.Lines, mayBeEmpty: false, mayNameLots: false, ref violations);
        var expectedAtMs = Expected(request.ExpectedTime, ref violations);
        return new TransferContent(
            from, to, [.. parts.Select(static part => new SkuUnits(part.Sku, part.Units))], request.Hold, expectedAtMs, request.Reference);
    }

    /// <summary>Units by SKU, each SKU once.</summary>
    public static ImmutableArray<TransferPart> Parts(IList<TransferUnits> lines, bool mayBeEmpty, bool mayNameLots, ref Violations violations)
    {
        if (lines.Count > Domain.Limits.TransferLinesMax || (lines.Count == 0 && !mayBeEmpty))
        {
            violations.Add("lines", $"has {lines.Count}; it must have {(mayBeEmpty ? 0 : 1)} to {Domain.Limits.TransferLinesMax}.");
            return [];
        }

        var seen = new HashSet<(Sku, LotName)>();
        var parts = ImmutableArray.CreateBuilder<TransferPart>(lines.Count);
        for (var i = 0; i < lines.Count; i++)
        {
            var sku = Fields.Sku(lines[i].Sku, $"lines[{i}].sku", ref violations);
            var lot = Fields.Lot(lines[i].Lot, $"lines[{i}].lot", ref violations);
            if (lot.Value is not null && !mayNameLots)
            {
                violations.Add($"lines[{i}].lot", "must be empty: lots are named when units are shipped.");
            }

            parts.Add(new TransferPart(sku, Fields.Units(lines[i].Units, $"lines[{i}].units", 1, ref violations), Lot: lot));
            if (sku.Value is not null && !seen.Add((sku, lot)))
            {
                violations.Add($"lines[{i}].sku", mayNameLots ? "must name each SKU once for each lot." : "must name each SKU once.");
            }
        }

        return parts.MoveToImmutable();
    }

    /// <summary>Units that came in, each SKU once for each condition.</summary>
    public static ImmutableArray<TransferPart> Parts(IList<ReceivedUnits> lines, ref Violations violations)
    {
        if (lines.Count > Conditions4 * Domain.Limits.TransferLinesMax)
        {
            violations.Add("lines", $"has {lines.Count}; it must have at most {Conditions4 * Domain.Limits.TransferLinesMax}.");
            return [];
        }

        var seen = new HashSet<(Sku, Condition, LotName)>();
        var parts = ImmutableArray.CreateBuilder<TransferPart>(lines.Count);
        for (var i = 0; i < lines.Count; i++)
        {
            var sku = Fields.Sku(lines[i].Sku, $"lines[{i}].sku", ref violations);
            var condition = Conditions.Read(lines[i].Condition, $"lines[{i}].condition", ref violations);
            var lot = Fields.Lot(lines[i].Lot, $"lines[{i}].lot", ref violations);
            parts.Add(new TransferPart(sku, Fields.Units(lines[i].Units, $"lines[{i}].units", 1, ref violations), condition, lot));
            if (sku.Value is not null && !seen.Add((sku, condition, lot)))
            {
                violations.Add($"lines[{i}].sku", "must name each SKU once for each condition and lot.");
            }
        }

        return parts.MoveToImmutable();
    }

    /// <summary>Why units were written off.</summary>
    public static LossReason Reason(V1.LossReason reason, ref Violations violations)
    {
        switch (reason)
        {
            case V1.LossReason.Lost:
                return LossReason.Lost;
            case V1.LossReason.Damaged:
                return LossReason.Damaged;
            default:
                violations.Add("reason", "must say why: LOST or DAMAGED.");
                return LossReason.None;
        }
    }

    /// <summary>When units are expected to arrive, Unix milliseconds; 0 if that is not told.</summary>
    public static long Expected(Timestamp? time, ref Violations violations)
    {
        if (time is { Seconds: <= 0 or > TimestampSecondsMax })
        {
            violations.Add("expected_time", "must be a time after 1970 and before the year 10000, or absent.");
            return 0;
        }

        return Ms(time);
    }

    /// <summary>A point in time in Unix milliseconds; 0 if there is none.</summary>
    public static long Ms(Timestamp? time) => time is { } at ? (at.Seconds * 1_000) + (at.Nanos / 1_000_000) : 0;

    private static V1.TransferLine Proto(TransferLineView line) => new()
    {
        Sku = line.Sku.Value,
        PlannedUnits = line.Planned,
        HeldUnits = line.Held,
        ShippedUnits = line.Shipped,
        ReceivedUnits = line.Received,
        OverDeliveredUnits = line.Over,
        LostUnits = line.Lost,
        DamagedUnits = line.Damaged,
        InTransitUnits = line.InTransit,
        AnnouncedUnits = line.Announced,
        LotsInTransit =
        {
            line.Lots.Select(static lot => new TransferLot { Lot = lot.Name.Value, BestBefore = StockMapping.DateOf(lot.BestBefore), Units = lot.Units }),
        },
    };

    private static V1.TransferNote Proto(Grains.TransferNote note) => new()
    {
        Step = note.Verb.ToString().ToLowerInvariant(),
        Time = Times.Timestamp(note.AtMs),
        By = OrderMapping.Proto(note.By),
        Reason = (V1.LossReason)note.Reason,
    };
}
