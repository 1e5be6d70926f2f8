using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Grains;
using Inventory.Grpc.Calls;
using Inventory.Grpc.Errors;
using Inventory.Grpc.Mapping;
using Inventory.V1;

namespace Inventory.Grpc.Services;

/// <summary>One <c>ReserveStream</c>. Messages come in one at a time, in order.</summary>
internal sealed class ReserveStreamCall(IStocks stocks, int callsInFlightMax)
{
    private const int Malformed = -1;

    /// <summary>Answers one message. A wrong message ends the stream, a malformed entry does not.</summary>
    /// <exception cref="CallRefusedException">The message is wrong.</exception>
    public Task<ReserveStreamResponse> Answer(ReserveStreamRequest request)
    {
        var violations = default(Violations);
        var channel = Fields.Channel(request.Channel, ref violations);
        var ttlMs = ReservationRequests.TtlMs(request.Ttl, ref violations);
        var count = request.Reservations.Count;
        if (count is 0 or > Limits.StreamReservationsMax)
        {
            violations.Add("reservations", $"has {count}; it must have 1 to {Limits.StreamReservationsMax}.");
        }

        if (violations.Any)
        {
            throw new CallRefusedException(violations.Status());
        }

        var response = new ReserveStreamResponse();
        response.Results.Capacity = count;
        var batch = new StockBatch(count);
        var places = new int[count];
        for (var i = 0; i < count; i++)
        {
            var result = new StreamResult();
            places[i] = Read(request.Reservations[i], channel, ttlMs, batch, result);
            response.Results.Add(result);
        }

        return Finish(batch, places, response);
    }

    private static int Read(StreamReservation entry, Channel channel, long ttlMs, StockBatch batch, StreamResult result)
    {
        var violations = default(Violations);
        var id = Fields.RequestId(entry.RequestId, ref violations);
        var sku = Fields.Sku(entry.Sku, "sku", ref violations);
        var location = Fields.Location(entry.LocationId, "location_id", ref violations);
        var units = Fields.Units(entry.Units, "units", 1, ref violations);
        if (!violations.Any)
        {
            return batch.Add(new Domain.StockKey(sku, location), StockCommand.Reserve(id, units, channel, ttlMs));
        }

        result.Problem = violations.Line();
        return Malformed;
    }

    private async Task<ReserveStreamResponse> Finish(StockBatch batch, int[] places, ReserveStreamResponse response)
    {
        var answers = await batch.Run(stocks, callsInFlightMax);
        var expiresAtMs = long.MaxValue;
        for (var i = 0; i < places.Length; i++)
        {
            if (places[i] == Malformed)
            {
                continue;
            }

            ref readonly var answer = ref answers[places[i]];
            var result = response.Results[i];
            result.Accepted = answer.Outcome.IsAccepted();
            result.Repeated = answer.Outcome == StockOutcome.AlreadyAccepted;
            result.RefusalReason = Refusals.ReasonOf(answer.Outcome);
            result.Version = answer.Version;
            if (answer.Outcome == StockOutcome.Accepted)
            {
                expiresAtMs = Math.Min(expiresAtMs, answer.ExpiresAtMs);
            }
        }

        response.ExpireTime = expiresAtMs == long.MaxValue ? null : Times.Timestamp(expiresAtMs);
        return response;
    }
}
