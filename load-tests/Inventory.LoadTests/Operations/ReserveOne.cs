using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Inventory.LoadTests.Measuring;
using Inventory.LoadTests.Service;
using Inventory.LoadTests.Workers;
using Inventory.V1;

namespace Inventory.LoadTests.Operations;

/// <summary>One unary reservation of one unit, with an id of its own: durable before the answer.</summary>
internal sealed class ReserveOne(Job job, Target target, Ledger ledger, CancellationToken ct) : Operation
{
    /// <summary>Longer than any run, so that the books can be read at its end.</summary>
    public static readonly Duration Ttl = Duration.FromTimeSpan(TimeSpan.FromDays(1));

    private readonly ulong _half = HalfOf(job);

    public override async ValueTask<Outcome> RunAsync(long index)
    {
        var stock = job.Kind == JobKind.ReserveHot ? index / HotHoldsMax % job.Plan.Stocks : (long)(Scatter(job.Seed, index) % (ulong)job.Plan.Stocks);
        var request = new ReserveRequest { RequestId = IdOf(_half, index), Ttl = Ttl };
        request.Lines.Add(new ReservationLine { Key = job.Plan.Key((int)stock), Units = 1 });
        try
        {
            var answer = await target.Reservations[index % target.Reservations.Length].ReserveAsync(request, cancellationToken: ct);
            ledger.Hold(answer.Decision is { Accepted: true, Repeated: false } ? 1 : 0);
            return OutcomeOf(answer.Decision);
        }
        catch (RpcException e) when (IsOverload(e))
        {
            return Outcome.Overloaded;
        }
        catch (RpcException)
        {
            ledger.Doubt(1);
            throw;
        }
    }
}
