using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Grains;

namespace Inventory.Simulator;

/// <summary>What callers see of the service.</summary>
internal class Service(IStocks stocks, IReservations reservations, IAvailability availability)
{
    public IStocks Stocks => stocks;

    public IReservations Reservations => reservations;

    public IAvailability Availability => availability;

    public virtual ValueTask<StockAnswer> Do(StockKey key, StockCommand command) => stocks.Do(key, command);

    public virtual ValueTask<BoardView> Get(BoardQuery query) => availability.Get(query);

    public virtual ValueTask<ReservationAnswer> Step(RequestId reservation, ReservationStep step) => reservations.Step(reservation, step);

    public virtual ValueTask<ReservationAnswer> Reserve(ReserveMany order) => reservations.Reserve(order);

    public virtual ValueTask<StockAnswer> ReturnKit(StockKey kit, RequestId id, long units, Condition condition, ImmutableArray<ReturnedLot> lots) =>
        reservations.ReturnKit(kit, id, units, condition, lots);
}
