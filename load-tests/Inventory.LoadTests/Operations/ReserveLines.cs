using Inventory.LoadTests.Measuring;
using Inventory.LoadTests.Service;
using Inventory.LoadTests.Workers;
using Inventory.V1;

namespace Inventory.LoadTests.Operations;

/// <summary>One reservation of several stocks, all or nothing: neighbours in the plan, and so at different locations.</summary>
internal sealed class ReserveLines(Job job, Target target, Ledger ledger, CancellationToken ct) : Operation
{
    public override ValueTask<Outcome> RunAsync(long index)
    {
        var first = (long)(Scatter(job.Seed, index) % (ulong)job.Plan.Stocks);
        var request = new ReserveRequest { RequestId = $"{job.Tag}-{index}", Ttl = ReserveOne.Ttl };
        for (var line = 0; line < job.Lines; line++)
        {
            request.Lines.Add(new ReservationLine { Key = job.Plan.Key((int)((first + line) % job.Plan.Stocks)), Units = 1 });
        }

        var call = target.Reservations[index % target.Reservations.Length].ReserveAsync(request, cancellationToken: ct);
        return BookAsync(call, static answer => answer.Decision, job.Lines, ledger);
    }
}
