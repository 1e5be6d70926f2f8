using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Stocks;

namespace Inventory.Grains;

/// <summary>Reservations through their owners: a stock, or a coordinator.</summary>
internal sealed class Reservations(IGrainFactory grains) : IReservations
{
    public ValueTask<ReservationAnswer> Reserve(ReserveMany order) => order.Lines.Any(static line => line.Slot is null)
        ? Coordinator(order.Id).Reserve(order)
        : throw new ArgumentException("One or more lines of stocks come first, then those of work.", nameof(order));

    public ValueTask<ReservationAnswer> Step(RequestId reservation, ReservationStep step) => Coordinator(reservation).Step(step);

    public async ValueTask<ReservationView?> Get(ReservationId id)
    {
        if (id.Stock is not { } key)
        {
            return await Coordinator(id.Request).Get() is { } many
                ? new ReservationView(id, many.Lines, many.Channel, many.ExpiresAtMs, many.Version)
                : null;
        }

        var page = await grains.GetGrain<IStockGrain>(key.ToString()).Hold(new HoldId(id.Request, 0));
        return page.Holds is [var hold] ? new ReservationView(id, [hold.Line], hold.Channel, hold.ExpiresAtMs, page.Version) : null;
    }

    public ValueTask<StockAnswer> ReturnKit(StockKey kit, RequestId id, long units, Condition condition, ImmutableArray<ReturnedLot> lots = default) =>
        grains.GetGrain<IKitReturnGrain>(id.ToString()).TakeBack(kit, units, condition, lots.IsDefault ? [] : lots);

    private IReservationGrain Coordinator(RequestId id) => grains.GetGrain<IReservationGrain>(id.ToString());
}
