using Grpc.Core;
using Inventory.V1;

namespace Inventory.LoadTests.Service;

/// <summary>One open watch of a SKU that has one location. Waiters may come from any thread.</summary>
internal sealed class Watch : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly Task _reading;
    private readonly Lock _gate = new();
    private readonly PriorityQueue<TaskCompletionSource, long> _waiters = new();
    private Exception? _ended;
    private long _version = -1;
    private long _updates;

    public Watch(AvailabilityService.AvailabilityServiceClient client, string sku, CancellationToken ct)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        _reading = ReadAsync(client, sku);
    }

    /// <summary>Messages so far, the first state included.</summary>
    public long Updates => Interlocked.Read(ref _updates);

    /// <summary>Units available by the last message.</summary>
    public long Available { get; private set; }

    /// <summary>Returns when the watch has seen this version of the stock, or a later one.</summary>
    /// <exception cref="RpcException">The watch has ended.</exception>
    public Task SeenAsync(long version)
    {
        lock (_gate)
        {
            if (_ended is not null)
            {
                return Task.FromException(_ended);
            }

            if (_version >= version)
            {
                return Task.CompletedTask;
            }

            var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Enqueue(waiter, version);
            return waiter.Task;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        _stop.Dispose();
    }

    private async Task ReadAsync(AvailabilityService.AvailabilityServiceClient client, string sku)
    {
        Exception end = new RpcException(new Status(StatusCode.Unavailable, "The watch has ended."));
        try
        {
            using var call = client.WatchAvailability(new WatchAvailabilityRequest { Sku = sku }, cancellationToken: _stop.Token);
            while (await call.ResponseStream.MoveNext(_stop.Token))
            {
                Take(call.ResponseStream.Current);
            }
        }
        catch (RpcException e)
        {
            end = e;
        }
        catch (OperationCanceledException e)
        {
            end = e;
        }

        lock (_gate)
        {
            _ended = end;
            while (_waiters.TryDequeue(out var waiter, out _))
            {
                waiter.TrySetException(end);
            }
        }
    }

    private void Take(WatchAvailabilityResponse update)
    {
        Interlocked.Increment(ref _updates);
        if (update.Locations.Count == 0)
        {
            return;
        }

        lock (_gate)
        {
            Available = update.Locations[0].AvailableUnits;
            _version = Math.Max(_version, update.Locations[0].Version);
            while (_waiters.TryPeek(out var waiter, out var version) && version <= _version)
            {
                _waiters.Dequeue();
                waiter.TrySetResult();
            }
        }
    }
}
