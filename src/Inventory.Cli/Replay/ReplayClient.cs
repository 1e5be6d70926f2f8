using Grpc.Core;
using Inventory.V1;

namespace Inventory.Cli.Replay;

/// <summary>The service was away for longer than the replay's patience, or answered what it must not.</summary>
internal sealed class ServiceLostException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// Calls the service until it answers. When a call fails in a way that leaves its outcome unknown, it is asked again with the same
/// request id; the service then gives the first answer, so nothing happens twice.
/// </summary>
/// <param name="invoker">A connection to the service.</param>
/// <param name="settings">Time limits.</param>
/// <param name="tally">Counts latencies and retries.</param>
/// <param name="clock">For deadlines and pauses.</param>
internal sealed class ReplayClient(CallInvoker invoker, PlaySettings settings, Tally tally, TimeProvider clock)
{
    private static readonly TimeSpan s_pauseMost = TimeSpan.FromSeconds(1);

    public LocationService.LocationServiceClient Locations { get; } = new(invoker);

    public StockService.StockServiceClient Stock { get; } = new(invoker);

    public AvailabilityService.AvailabilityServiceClient Availability { get; } = new(invoker);

    public ReservationService.ReservationServiceClient Reservations { get; } = new(invoker);

    public OrderService.OrderServiceClient Orders { get; } = new(invoker);

    public TransferService.TransferServiceClient Transfers { get; } = new(invoker);

    /// <summary>Asks until there is an answer.</summary>
    /// <param name="operation">Under which name it is timed.</param>
    /// <param name="request">The same in each attempt.</param>
    /// <param name="call">Starts one attempt.</param>
    /// <param name="stop">Ends the waiting for a service that is away; an attempt under way is never cut off.</param>
    /// <exception cref="ServiceLostException">The service stayed away, or says that the request itself is wrong.</exception>
    public async Task<TAnswer> AskAsync<TRequest, TAnswer>(
        Operation operation, TRequest request, Func<TRequest, CallOptions, AsyncUnaryCall<TAnswer>> call, CancellationToken stop)
    {
        var begun = clock.GetTimestamp();
        for (var attempt = 0; ; attempt++)
        {
            var started = clock.GetTimestamp();
            try
            {
                var options = new CallOptions(deadline: clock.GetUtcNow().UtcDateTime + settings.CallTimeout);
                using var pending = call(request, options);
                var answer = await pending.ResponseAsync;
                tally.Latency(operation).Record((long)clock.GetElapsedTime(started).TotalMicroseconds);
                return answer;
            }
            catch (RpcException e) when (LeavesOutcomeUnknown(e.StatusCode))
            {
                tally.Retried(e.StatusCode);
                await PauseAsync(operation, attempt, begun, e, stop);
            }
            catch (RpcException e)
            {
                throw new ServiceLostException($"{operation} failed with {e.StatusCode}: {e.Status.Detail}", e);
            }
        }
    }

    /// <summary>As <see cref="AskAsync"/>, for what may not be there: null then.</summary>
    public async Task<TAnswer?> FindAsync<TRequest, TAnswer>(
        Operation operation, TRequest request, Func<TRequest, CallOptions, AsyncUnaryCall<TAnswer>> call, CancellationToken stop)
        where TAnswer : class
    {
        try
        {
            return await AskAsync(operation, request, call, stop);
        }
        catch (ServiceLostException e) when (e.InnerException is RpcException { StatusCode: StatusCode.NotFound })
        {
            return null;
        }
    }

    /// <summary>Waits before the next attempt, longer each time.</summary>
    public async Task PauseAsync(Operation operation, int attempt, long begun, RpcException cause, CancellationToken stop)
    {
        if (clock.GetElapsedTime(begun) > settings.Patience)
        {
            throw new ServiceLostException(
                $"No answer to {operation} for {settings.Patience.TotalSeconds:0} s: {cause.StatusCode} {cause.Status.Detail}", cause);
        }

        var pause = TimeSpan.FromMilliseconds(20 * Math.Pow(1.6, Math.Min(attempt, 20)));
        await Task.Delay(pause < s_pauseMost ? pause : s_pauseMost, clock, stop);
    }

    /// <summary>
    /// True if the request may or may not have been done, or was not done for a passing cause: asking again is safe and useful.
    /// </summary>
    public static bool LeavesOutcomeUnknown(StatusCode status) => status
        is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Cancelled or StatusCode.Internal
        or StatusCode.Unknown or StatusCode.ResourceExhausted or StatusCode.Aborted;
}
