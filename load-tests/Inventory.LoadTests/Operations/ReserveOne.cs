using Google.Protobuf.WellKnownTypes;
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

    public override ValueTask<Outcome> RunAsync(long index)
    {
        var stock = job.Kind == JobKind.ReserveHot ? index / HotHoldsMax % job.Plan.Stocks : (long)(Scatter(job.Seed, index) % (ulong)job.Plan.Stocks);
        var request = new ReserveRequest { RequestId = IdOf(_half, index), Ttl = Ttl };
        request.Lines.Add(new ReservationLine { Key = job.Plan.Key((int)stock), Units = 1 });
        var call = target.Reservations[index % target.Reservations.Length].ReserveAsync(request, cancellationToken: ct);
        return BookAsync(call, static answer => answer.Decision, 1, ledger);
    }
}
