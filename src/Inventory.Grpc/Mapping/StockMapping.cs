using Inventory.Grains;
using Inventory.V1;
using DomainReason = Inventory.Domain.Stocks.AdjustReason;

namespace Inventory.Grpc.Mapping;

/// <summary>Stocks as callers see them.</summary>
internal static class StockMapping
{
    private static readonly (DomainReason Reason, AdjustReason Proto)[] s_reasons =
    [
        (DomainReason.Damage, AdjustReason.Damage), (DomainReason.Shrink, AdjustReason.Shrink), (DomainReason.Found, AdjustReason.Found),
        (DomainReason.Expired, AdjustReason.Expired), (DomainReason.InternalUse, AdjustReason.InternalUse),
        (DomainReason.Correction, AdjustReason.Correction),
    ];

    /// <summary>Names a stock.</summary>
    public static StockKey Key(in Domain.StockKey key) => new() { Sku = key.Sku.Value, LocationId = key.Location.Value };

    /// <summary>One stock.</summary>
    public static Stock Proto(StockView view) => new()
    {
        Lots = { view.Lots.Select(Proto) },
        PastDateUnits = view.PastDate,
        Key = Key(view.Key),
        OnHandUnits = view.Sellable,
        HeldUnits = view.Held,
        DamagedUnits = view.Damaged,
        QuarantineUnits = view.Quarantine,
        DisplayUnits = view.Display,
        AvailableUnits = view.Available,
        Holds = view.Holds,
        Policy = Proto(view.Policy),
        Ledger = Proto(view.Ledger),
        Version = view.Version,
        UpdateTime = Times.Timestamp(view.ChangedAtMs),
    };

    /// <summary>One lot.</summary>
    public static StockLot Proto(Domain.Stocks.LotView lot) => new()
    {
        Lot = lot.Name.Value,
        BestBefore = DateOf(lot.BestBefore),
        OnHandUnits = lot.Sellable,
        DamagedUnits = lot.Damaged,
        QuarantineUnits = lot.Quarantine,
        DisplayUnits = lot.Display,
        SellableUntilTime = lot.UntilMs is long.MaxValue or long.MinValue ? null : Times.Timestamp(lot.UntilMs),
        Past = lot.IsPast,
    };

    /// <summary>A date as YYYY-MM-DD; empty for none.</summary>
    public static string DateOf(DateOnly? date) => date?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) ?? "";

    private static StockPolicy Proto(Domain.Stocks.StockPolicy policy)
    {
        var proto = new StockPolicy
        {
            SafetyStockUnits = policy.SafetyUnits,
            OversellUnits = policy.OversellUnits,
            MinUnitsPerReservation = policy.MinUnits,
            MaxUnitsPerReservation = policy.MaxUnits,
        };
        foreach (var fence in policy.RingFences)
        {
            proto.RingFences.Add(new RingFence { Channel = fence.Channel.Value, Units = fence.Units });
        }

        return proto;
    }

    private static StockLedger Proto(Domain.Stocks.StockLedger ledger)
    {
        var proto = new StockLedger
        {
            ReceivedUnits = ledger.Received,
            ReturnedUnits = ledger.Returned,
            CollectedUnits = ledger.Collected,
            ShippedUnits = ledger.Shipped,
            CountedUnits = ledger.Counted,
            TransferredOutUnits = ledger.TransferredOut,
            TransferredInUnits = ledger.TransferredIn,
        };
        foreach (var (reason, protoReason) in s_reasons)
        {
            if (ledger.Adjusted(reason) is var units and not 0)
            {
                proto.AdjustedUnits.Add(new AdjustedUnits { Reason = protoReason, Units = units });
            }
        }

        return proto;
    }
}
