using System.Collections.Concurrent;
using Grpc.Core;
using Inventory.LoadTests.Measuring;
using Inventory.LoadTests.Service;
using Inventory.LoadTests.Workers;
using Inventory.V1;

namespace Inventory.LoadTests.Operations;

/// <summary>
/// What a shop does in a day: for each reservation a hundred looks at availability, then confirm, ship or collect, now and then a release or a return.
/// A step whose reservation is not there yet looks at availability instead.
/// </summary>
internal sealed class LifeMix(Job job, Target target, Ledger ledger, CancellationToken ct) : Operation
{
    /// <summary>Looks at availability for each reserve.</summary>
    public const int Reads = 100;

    private const int StepsPerRound = Reads + 4;
    private const int ReleaseEvery = 10;
    private const int ReturnEvery = 10;

    private readonly ConcurrentQueue<(string Id, int Stock)> _soft = new();
    private readonly ConcurrentQueue<(string Id, int Stock)> _firm = new();
    private readonly ConcurrentQueue<int> _sold = new();

    public override async ValueTask<Outcome> RunAsync(long index)
    {
        var (round, step) = Math.DivRem(index, StepsPerRound);
        var client = target.Reservations[index % target.Reservations.Length];
        var id = $"{job.Tag}-{index}";
        try
        {
            return (step - Reads) switch
            {
                0 => await ReserveAsync(client, id, index),
                1 when _soft.TryDequeue(out var held) => round % ReleaseEvery == 0
                    ? await ReleaseAsync(client, id, held.Id)
                    : await ConfirmAsync(client, id, held),
                2 when _firm.TryDequeue(out var firm) => await LeaveAsync(client, id, firm, ship: round % 2 == 0),
                3 when round % ReturnEvery == 0 && _sold.TryDequeue(out var stock) => await ReturnAsync(client, id, stock),
                _ => await LookAsync(index),
            };
        }
        catch (RpcException e) when (IsOverload(e))
        {
            return Outcome.Overloaded;
        }
        catch (RpcException)
        {
            ledger.Doubt(step >= Reads ? 1 : 0);
            throw;
        }
    }

    private async Task<Outcome> LookAsync(long index)
    {
        var request = new GetAvailabilityRequest { Sku = job.Plan.Sku(StockOf(index)) };
        var answer = await target.Availabilities[index % target.Availabilities.Length].GetAvailabilityAsync(request, cancellationToken: ct);
        return answer.Locations.Count > 0 ? Outcome.Granted : Outcome.Refused;
    }

    private async Task<Outcome> ReserveAsync(ReservationService.ReservationServiceClient client, string id, long index)
    {
        var stock = StockOf(index);
        var request = new ReserveRequest { RequestId = id, Ttl = ReserveOne.Ttl };
        request.Lines.Add(new ReservationLine { Key = job.Plan.Key(stock), Units = 1 });
        var answer = await client.ReserveAsync(request, cancellationToken: ct);
        if (answer.Decision is { Accepted: true, Repeated: false })
        {
            ledger.Hold(1);
            _soft.Enqueue((answer.ReservationId, stock));
        }

        return OutcomeOf(answer.Decision);
    }

    private async Task<Outcome> ConfirmAsync(ReservationService.ReservationServiceClient client, string id, (string Id, int Stock) held)
    {
        var request = new ConfirmReservationRequest { RequestId = id, ReservationId = held.Id };
        var decision = (await client.ConfirmReservationAsync(request, cancellationToken: ct)).Decision;
        if (decision.Accepted)
        {
            _firm.Enqueue(held);
        }

        return OutcomeOf(decision);
    }

    private async Task<Outcome> ReleaseAsync(ReservationService.ReservationServiceClient client, string id, string reservation)
    {
        var request = new ReleaseReservationRequest { RequestId = id, ReservationId = reservation };
        var decision = (await client.ReleaseReservationAsync(request, cancellationToken: ct)).Decision;
        ledger.Release(decision.Accepted ? 1 : 0);
        return OutcomeOf(decision);
    }

    private async Task<Outcome> LeaveAsync(ReservationService.ReservationServiceClient client, string id, (string Id, int Stock) firm, bool ship)
    {
        var decision = ship
            ? (await client.ShipReservationAsync(new ShipReservationRequest { RequestId = id, ReservationId = firm.Id }, cancellationToken: ct)).Decision
            : (await client.CollectReservationAsync(
                new CollectReservationRequest { RequestId = id, ReservationId = firm.Id }, cancellationToken: ct)).Decision;
        if (decision.Accepted)
        {
            ledger.Leave(1);
            _sold.Enqueue(firm.Stock);
        }

        return OutcomeOf(decision);
    }

    private async Task<Outcome> ReturnAsync(ReservationService.ReservationServiceClient client, string id, int stock)
    {
        var request = new ReturnItemsRequest { RequestId = id, Key = job.Plan.Key(stock), Units = 1, Condition = Condition.Sellable };
        var decision = (await client.ReturnItemsAsync(request, cancellationToken: ct)).Decision;
        ledger.Return(decision.Accepted ? 1 : 0);
        return OutcomeOf(decision);
    }

    private int StockOf(long index) => (int)(Scatter(job.Seed, index) % (ulong)job.Plan.Stocks);
}
