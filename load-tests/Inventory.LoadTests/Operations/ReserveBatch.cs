using Grpc.Core;
using Inventory.LoadTests.Measuring;
using Inventory.LoadTests.Service;
using Inventory.LoadTests.Workers;
using Inventory.V1;

namespace Inventory.LoadTests.Operations;

/// <summary>One message of many reservations on a stream; each connection has one stream. Granted means that every line was.</summary>
internal sealed class ReserveBatch : Operation
{
    private readonly Job _job;
    private readonly Ledger _ledger;
    private readonly Pipe<ReserveStreamRequest, ReserveStreamResponse>[] _pipes;

    // Made once: the names of stocks are most of what a client has to build.
    private readonly string[] _skus;
    private readonly string[] _locations;
    private readonly ulong _half;

    public ReserveBatch(Job job, Target target, Ledger ledger, CancellationToken ct)
    {
        (_job, _ledger, _half) = (job, ledger, HalfOf(job));
        _pipes = [.. target.Reservations.Select(client => new Pipe<ReserveStreamRequest, ReserveStreamResponse>(client.ReserveStream(cancellationToken: ct)))];
        _skus = [.. Enumerable.Range(0, job.Plan.Stocks).Select(job.Plan.Sku)];
        _locations = [.. Enumerable.Range(0, job.Plan.Stocks).Select(job.Plan.Location)];
    }

    public override async ValueTask<Outcome> RunAsync(long index)
    {
        var message = new ReserveStreamRequest { Ttl = ReserveOne.Ttl };
        for (var line = index * _job.Lines; line < (index + 1) * _job.Lines; line++)
        {
            var stock = _job.Kind == JobKind.ReserveBatchHot ? line / HotHoldsMax % _skus.Length : (long)(Scatter(_job.Seed, line) % (ulong)_skus.Length);
            message.Reservations.Add(new StreamReservation
            {
                RequestId = IdOf(_half, line),
                Sku = _skus[stock],
                LocationId = _locations[stock],
                Units = 1,
            });
        }

        try
        {
            var answer = await _pipes[index % _pipes.Length].AskAsync(message);
            var granted = answer.Results.Count(result => result is { Accepted: true, Repeated: false });
            _ledger.Hold(granted);
            return granted == _job.Lines
                ? Outcome.Granted
                : answer.Results.Any(result => result.RefusalReason == RefusalReason.Insufficient) ? Outcome.SoldOut : Outcome.Refused;
        }
        catch (RpcException)
        {
            _ledger.Doubt(_job.Lines);
            throw;
        }
    }

    protected override async ValueTask CloseAsync()
    {
        foreach (var pipe in _pipes)
        {
            await pipe.DisposeAsync();
        }
    }
}
