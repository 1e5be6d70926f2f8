using System.Collections.Concurrent;
using Grpc.Core;
using Inventory.LoadTests.Measuring;
using Inventory.LoadTests.Service;
using Inventory.LoadTests.Workers;

namespace Inventory.LoadTests.Operations;

/// <summary>One message of many reservations on a stream; each connection has one stream. Granted means that every line was.</summary>
internal sealed class ReserveBatch : Operation
{
    private readonly Job _job;
    private readonly Ledger _ledger;
    private readonly Pipe<BatchMessage, BatchAnswer>[] _pipes;
    private readonly BatchNames _names;
    private readonly ConcurrentBag<BatchMessage> _spares = [];
    private readonly ulong _half;

    public ReserveBatch(Job job, Target target, Ledger ledger, CancellationToken ct)
    {
        (_job, _ledger, _half) = (job, ledger, HalfOf(job));
        _pipes = [.. target.Invokers.Select(invoker => new Pipe<BatchMessage, BatchAnswer>(
            invoker.AsyncDuplexStreamingCall(BatchWire.ReserveStream, null, new CallOptions(cancellationToken: ct))))];
        _names = new BatchNames(job.Plan.Stocks, job.Plan.Sku, job.Plan.Location);
    }

    public override async ValueTask<Outcome> RunAsync(long index)
    {
        var message = _spares.TryTake(out var spare) ? spare : new BatchMessage(_names, _job.Lines);
        message.Clear();
        for (var line = index * _job.Lines; line < (index + 1) * _job.Lines; line++)
        {
            var stock = _job.Kind == JobKind.ReserveBatchHot
                ? line / HotHoldsMax % _job.Plan.Stocks
                : (long)(Scatter(_job.Seed, line) % (ulong)_job.Plan.Stocks);
            message.Add((int)stock, GuidOf(_half, line));
        }

        try
        {
            var answer = await _pipes[index % _pipes.Length].AskAsync(message);
            _spares.Add(message);
            _ledger.Hold(answer.Granted);
            return answer.Granted == _job.Lines ? Outcome.Granted : answer.IsSoldOut ? Outcome.SoldOut : Outcome.Refused;
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
