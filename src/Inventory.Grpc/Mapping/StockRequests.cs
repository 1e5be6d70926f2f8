using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Grpc.Errors;
using Inventory.V1;
using AdjustReason = Inventory.Domain.Stocks.AdjustReason;
using Condition = Inventory.Domain.Stocks.Condition;
using RingFence = Inventory.Domain.Stocks.RingFence;
using StockPolicy = Inventory.Domain.Stocks.StockPolicy;

namespace Inventory.Grpc.Mapping;

/// <summary>Requests of the stock service as commands. What is wrong goes to the violations; the command is then not to be used.</summary>
internal static class StockRequests
{
    /// <summary>Units that came in.</summary>
    public static StockCommand Read(ReceiveStockRequest request, ref Violations violations) => Fields.WithLot(StockCommand.Receive(
        Fields.RequestId(request.RequestId, ref violations),
        Fields.Units(request.Units, "units", 1, ref violations),
        Conditions.Read(request.Condition, "condition", ref violations)), request.Lot, request.BestBefore, ref violations);

    /// <summary>Units added or taken.</summary>
    public static StockCommand Read(AdjustStockRequest request, ref Violations violations)
    {
        if (request.Units is 0 or < -Domain.Limits.UnitsMax or > Domain.Limits.UnitsMax)
        {
            violations.Add("units", $"is {request.Units}; it must be -{Domain.Limits.UnitsMax} to {Domain.Limits.UnitsMax}, and not 0.");
        }

        return Fields.WithLot(StockCommand.Adjust(
            Fields.RequestId(request.RequestId, ref violations),
            request.Units,
            Conditions.Read(request.Reason, "reason", ref violations),
            Conditions.Read(request.Condition, "condition", ref violations)), request.Lot, request.BestBefore, ref violations);
    }

    /// <summary>A count.</summary>
    public static StockCommand Read(CountStockRequest request, ref Violations violations) => Fields.WithLot(StockCommand.Count(
        Fields.RequestId(request.RequestId, ref violations),
        Fields.Units(request.CountedUnits, "counted_units", 0, ref violations),
        Fields.Version(request.SeenVersion, "seen_version", ref violations),
        Conditions.Read(request.Condition, "condition", ref violations)), request.Lot, request.BestBefore, ref violations);

    /// <summary>Units that change their condition.</summary>
    public static StockCommand Read(MoveStockRequest request, ref Violations violations)
    {
        var from = Conditions.Read(request.From, "from", ref violations);
        var to = Conditions.Read(request.To, "to", ref violations);
        if (from == to)
        {
            violations.Add("to", "must differ from \"from\".");
        }

        var command = StockCommand.Move(
            Fields.RequestId(request.RequestId, ref violations), Fields.Units(request.Units, "units", 1, ref violations), from, to);
        return Fields.WithLot(command, request.Lot, request.BestBefore, ref violations);
    }

    /// <summary>New rules.</summary>
    public static StockCommand Read(SetStockPolicyRequest request, ref Violations violations)
    {
        var id = Fields.RequestId(request.RequestId, ref violations);
        if (request.Policy is null)
        {
            violations.Add("policy", "must be given; an empty one has no rules.");
            return default;
        }

        var policy = request.Policy;
        Fields.Units(policy.SafetyStockUnits, "policy.safety_stock_units", 0, ref violations);
        Fields.Units(policy.OversellUnits, "policy.oversell_units", 0, ref violations);
        Fields.Units(policy.MinUnitsPerReservation, "policy.min_units_per_reservation", 0, ref violations);
        Fields.Units(policy.MaxUnitsPerReservation, "policy.max_units_per_reservation", 0, ref violations);
        if (policy.MaxUnitsPerReservation > 0 && policy.MaxUnitsPerReservation < policy.MinUnitsPerReservation)
        {
            violations.Add("policy.max_units_per_reservation", "must not be less than min_units_per_reservation; 0 means no rule.");
        }

        return StockCommand.SetPolicy(id, new StockPolicy
        {
            SafetyUnits = policy.SafetyStockUnits,
            OversellUnits = policy.OversellUnits,
            MinUnits = Math.Max(1, policy.MinUnitsPerReservation),
            MaxUnits = policy.MaxUnitsPerReservation,
            RingFences = RingFences(policy.RingFences, ref violations),
        });
    }

    /// <summary>Goods that come back.</summary>
    public static StockCommand Read(ReturnItemsRequest request, ref Violations violations)
    {
        if (request.ReservationId.Length > Limits.ReturnNoteCharsMax || !Text.IsPlain(request.ReservationId))
        {
            violations.Add("reservation_id", $"must be at most {Limits.ReturnNoteCharsMax} characters without control characters.");
        }

        return Fields.WithLot(StockCommand.Return(
            Fields.RequestId(request.RequestId, ref violations),
            Fields.Units(request.Units, "units", 1, ref violations),
            Conditions.Read(request.Condition, "condition", ref violations)), request.Lot, request.BestBefore, ref violations);
    }

    private static ImmutableArray<RingFence> RingFences(IList<V1.RingFence> fences, ref Violations violations)
    {
        if (fences.Count > Domain.Limits.RingFencesMax)
        {
            violations.Add("policy.ring_fences", $"has {fences.Count}; it must have at most {Domain.Limits.RingFencesMax}.");
            return [];
        }

        var read = ImmutableArray.CreateBuilder<RingFence>(fences.Count);
        for (var i = 0; i < fences.Count; i++)
        {
            var field = $"policy.ring_fences[{i}]";
            if (!Channel.TryParse(fences[i].Channel, out var channel, out var problem))
            {
                violations.Add(field + ".channel", problem);
            }
            else if (Contains(read, channel))
            {
                violations.Add(field + ".channel", "must name each channel once.");
            }

            read.Add(new RingFence(channel, Fields.Units(fences[i].Units, field + ".units", 0, ref violations)));
        }

        return read.MoveToImmutable();
    }

    private static bool Contains(ImmutableArray<RingFence>.Builder fences, Channel channel)
    {
        foreach (var fence in fences)
        {
            if (fence.Channel == channel)
            {
                return true;
            }
        }

        return false;
    }
}
