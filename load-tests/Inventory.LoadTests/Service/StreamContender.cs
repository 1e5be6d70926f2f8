using System.Threading.Channels;
using Inventory.LoadTests.Measuring;
using Inventory.LoadTests.Operations;
using Inventory.V1;

namespace Inventory.LoadTests.Service;

/// <summary>
/// This service as a till hub or a marketplace connector reaches it: what many callers ask at the same moment goes as one message on a
/// <c>ReserveStream</c>. Nothing waits to be gathered: while one message is being built, the next callers come together in the next.
/// </summary>
public sealed class StreamContender : IContender
{
    private const int Locations = 10;
    private const int LinesMax = 1_000;

    private readonly OwnService _service;
    private readonly Target _target;
    private readonly Channel<Waiting>[] _queues;
    private readonly Task[] _senders;
    private StockPlan _plan = new("NONE", 0, 0);
    private string[] _skus = [];
    private string[] _locations = [];
    private int _plans;
    private int _next;

    private StreamContender(OwnService service, int connections)
    {
        _service = service;
        _target = new Target(service.Silo.Address, connections);
        _queues = [.. Enumerable.Range(0, connections).Select(_ => Channel.CreateUnbounded<Waiting>(new() { SingleReader = true }))];
        _senders = [.. _queues.Select((queue, i) => Task.Run(() => SendAsync(queue.Reader, _target.Reservations[i])))];
    }

    public string Name => "inventory-stream";

    /// <summary>Starts the service from the build output, on a free port, with its journal on a temporary directory that goes with it.</summary>
    /// <param name="connections">HTTP/2 connections with one stream each, above 0.</param>
    /// <param name="ct">Stops waiting for it.</param>
    public static async Task<StreamContender> StartAsync(int connections, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(connections);
        return new StreamContender(await OwnService.StartAsync(ct), connections);
    }

    /// <inheritdoc />
    /// <remarks>The stocks are new ones each time; those of an earlier run stay behind, unused.</remarks>
    public async Task PrepareAsync(int stocks, int unitsEach, CancellationToken ct)
    {
        _plan = new StockPlan($"RUN-{++_plans}", stocks, Math.Min(stocks, Locations));
        await _plan.DescribeAsync(_target, ct);
        await _plan.ImportAsync(_target, unitsEach, "fill-" + _plan.Prefix, ct);
        _skus = [.. Enumerable.Range(0, stocks).Select(_plan.Sku)];
        _locations = [.. Enumerable.Range(0, stocks).Select(_plan.Location)];
    }

    /// <inheritdoc />
    public async ValueTask<Outcome> ReserveAsync(int stock, Guid id, CancellationToken ct)
    {
        var line = new StreamReservation { RequestId = id.ToString(), Sku = _skus[stock], LocationId = _locations[stock], Units = 1 };
        var waiting = new Waiting(line, new TaskCompletionSource<StreamResult>());
        await _queues[(uint)Interlocked.Increment(ref _next) % (uint)_queues.Length].Writer.WriteAsync(waiting, ct);
        var result = await waiting.Answer.Task;
        return result switch
        {
            { Accepted: true, Repeated: true } => Outcome.Repeated,
            { Accepted: true } => Outcome.Granted,
            { RefusalReason: RefusalReason.Insufficient } => Outcome.SoldOut,
            _ => Outcome.Refused,
        };
    }

    /// <inheritdoc />
    public async Task<long> UnitsHeldAsync(CancellationToken ct) => (await _plan.SumAsync(_target, ct)).Held;

    public async ValueTask DisposeAsync()
    {
        foreach (var queue in _queues)
        {
            queue.Writer.TryComplete();
        }

        await Task.WhenAll(_senders);
        _target.Dispose();
        await _service.DisposeAsync();
    }

    private static async Task SendAsync(ChannelReader<Waiting> queue, ReservationService.ReservationServiceClient client)
    {
        await using var pipe = new Pipe<ReserveStreamRequest, ReserveStreamResponse>(client.ReserveStream());
        while (await queue.WaitToReadAsync())
        {
            var message = new ReserveStreamRequest { Ttl = ReserveOne.Ttl };
            var answers = new List<TaskCompletionSource<StreamResult>>();
            while (answers.Count < LinesMax && queue.TryRead(out var waiting))
            {
                message.Reservations.Add(waiting.Line);
                answers.Add(waiting.Answer);
            }

            _ = TellAsync(pipe.AskAsync(message), answers);
        }
    }

    private static async Task TellAsync(Task<ReserveStreamResponse> asked, List<TaskCompletionSource<StreamResult>> answers)
    {
        try
        {
            var results = (await asked).Results;
            for (var i = 0; i < answers.Count; i++)
            {
                answers[i].TrySetResult(results[i]);
            }
        }
#pragma warning disable CA1031 // Whatever broke the stream is every waiter's answer.
        catch (Exception e)
#pragma warning restore CA1031
        {
            answers.ForEach(answer => answer.TrySetException(e));
        }
    }

    private readonly record struct Waiting(StreamReservation Line, TaskCompletionSource<StreamResult> Answer);
}
