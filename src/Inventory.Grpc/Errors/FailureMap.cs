using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Inventory.Grains;
using Inventory.Journal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Runtime;

namespace Inventory.Grpc.Errors;

/// <summary>
/// The one place that turns an exception into a status. No text of an exception that is not meant for callers leaves the process.
/// </summary>
internal sealed class FailureMap
{
    /// <summary>The caller gave up, or its connection is gone.</summary>
    public static readonly RichStatus Cancelled = RichStatus.Of(StatusCode.Cancelled, "CANCELLED", "The caller gave up.");

    private static readonly RichStatus TooLate = RichStatus.Of(
        StatusCode.DeadlineExceeded, "DEADLINE_EXCEEDED",
            "The deadline passed. A write may have taken effect: repeat it with the same request_id to learn it.");

    private static readonly RichStatus Unforeseen = RichStatus.Of(
        StatusCode.Internal, "INTERNAL",
            "Something failed inside the service; its log says what. A write may be repeated with the same request_id.");

    private readonly TimeProvider _clock;
    private readonly ILogger<FailureMap> _logger;
    private readonly RichStatus _full;
    private readonly RichStatus _overloaded;
    private readonly RichStatus _storageLost;
    private readonly RichStatus _stopping;

    /// <summary>The map, with the wait to suggest.</summary>
    public FailureMap(IOptions<InventoryGrpcOptions> options, TimeProvider clock, ILogger<FailureMap> logger)
    {
        _clock = clock;
        _logger = logger;
        var wait = TimeSpan.FromMilliseconds(options.Value.RetryAfterMs);
        var retry = new RetryInfo { RetryDelay = Duration.FromTimeSpan(wait) };
        _full = RichStatus.Exhausted("JOURNAL_FULL", "More is waiting for the disk than may; nothing was done. Try again later.", wait);
        _overloaded = RichStatus.Exhausted(
            "OVERLOADED", "Too much is asked of one owner at once; nothing was done. Try again later.", wait);
        _storageLost = RichStatus.Of(StatusCode.Unavailable, "STORAGE_UNAVAILABLE",
            "The service cannot store anything now. Repeat a write with the same request_id.", retry);
        _stopping = RichStatus.Of(StatusCode.Unavailable, "UNAVAILABLE",
            "The owner of this data cannot be reached now. Repeat a write with the same request_id.", retry);
    }

    /// <summary>How a call ends that failed so.</summary>
    public RichStatus StatusOf(Exception failure, ServerCallContext context)
    {
        switch (failure)
        {
            case CallRefusedException refused:
                return refused.Status;
            case JournalFullException:
                return _full;
            case OverloadedException:
                return _overloaded;
            case JournalFailedException:
                GrpcLog.Unavailable(_logger, context.Method, failure.Message);
                return _storageLost;
            case OperationCanceledException when context.CancellationToken.IsCancellationRequested:
                return context.Deadline <= _clock.GetUtcNow().UtcDateTime ? TooLate : Cancelled;
            case IOException when context.CancellationToken.IsCancellationRequested:
                return Cancelled;   // a write to a peer that is gone
            case OperationCanceledException or TimeoutException or OrleansException:
                GrpcLog.Unavailable(_logger, context.Method, failure.Message);
                return _stopping;
            default:
                GrpcLog.Unforeseen(_logger, context.Method, failure);
                return Unforeseen;
        }
    }
}
