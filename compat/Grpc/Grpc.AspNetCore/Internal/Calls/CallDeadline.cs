using Microsoft.AspNetCore.Http.Features;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>
/// The deadline of one call. When it passes, the caller is answered at once, whatever the handler does, and the handler's token fires.
/// </summary>
/// <remarks>
/// The response has one owner at a time, decided under the lock:
/// 1 a write owns it from <see cref="TryBeginWrite"/> to <see cref="EndWrite"/>;
/// 2 the deadline owns it from the moment it passes, unless a write has it: a write that waits for a slow peer cannot be overtaken, so the
///   stream is reset instead;
/// 3 the end of the call owns it if <see cref="TryEnd"/> wins; otherwise the end waits for <see cref="Replied"/>, because the HTTP request
///   must not be recycled while the deadline still answers it.
/// </remarks>
internal sealed class CallDeadline
{
    private const int ResetCancel = 8;

    // Timers take at most 2^32 - 2 milliseconds; longer deadlines are armed again.
    private static readonly TimeSpan LegMax = TimeSpan.FromDays(49);

    private readonly Lock _gate = new();
    private readonly ServerCall _call;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private CancellationTokenSource? _source;
    private CancellationTokenRegistration _abortRegistration;
    private TaskCompletionSource? _replied;
    private bool _isWriting;
    private bool _isEnded;

    public CallDeadline(ServerCall call, TimeSpan timeout, TimeProvider time)
    {
        _call = call;
        _time = time;
        At = time.GetUtcNow().UtcDateTime + timeout;
        _timer = time.CreateTimer(
            static state => ((CallDeadline)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(timeout < LegMax ? timeout : LegMax, Timeout.InfiniteTimeSpan);
    }

    /// <summary>When it passes, in UTC.</summary>
    public DateTime At { get; }

    public bool IsExceeded => Volatile.Read(ref _replied) is not null;

    /// <summary>Complete when the answer to an exceeded deadline is on its way.</summary>
    public Task Replied => _replied?.Task ?? Task.CompletedTask;

    /// <summary>Fires at the deadline or when the caller gives up.</summary>
    public CancellationToken Token
    {
        get
        {
            lock (_gate)
            {
                if (_source is null)
                {
                    _source = new CancellationTokenSource();
                    if (_replied is not null)
                    {
                        _source.Cancel();
                    }
                    else if (!_isEnded)
                    {
                        _abortRegistration = _call.Http.RequestAborted.UnsafeRegister(
                            static state => ((CancellationTokenSource)state!).Cancel(), _source);
                    }
                }

                return _source.Token;
            }
        }
    }

    public bool TryBeginWrite()
    {
        lock (_gate)
        {
            if (_replied is not null)
            {
                return false;
            }

            _isWriting = true;
            return true;
        }
    }

    public void EndWrite()
    {
        lock (_gate)
        {
            _isWriting = false;
        }
    }

    /// <summary>False if the deadline came first; then <see cref="Replied"/> must be awaited.</summary>
    public bool TryEnd()
    {
        lock (_gate)
        {
            if (_replied is not null)
            {
                return false;
            }

            _isEnded = true;
        }

        Free();
        return true;
    }

    /// <summary>Frees timer and token; only after <see cref="TryEnd"/> or <see cref="Replied"/>.</summary>
    public void Free()
    {
        _timer.Dispose();
        _abortRegistration.Dispose();
        _source?.Dispose();
    }

    private void OnTimer()
    {
        CancellationTokenSource? source;
        bool mayReply;
        lock (_gate)
        {
            if (_isEnded || _replied is not null)
            {
                return;
            }

            var left = At - _time.GetUtcNow().UtcDateTime;
            if (left > TimeSpan.Zero)
            {
                _timer.Change(left < LegMax ? left : LegMax, Timeout.InfiniteTimeSpan);
                return;
            }

            _replied = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            mayReply = !_isWriting;
            source = _source;
        }

        _ = ReplyAsync(mayReply, source);
    }

    private async Task ReplyAsync(bool mayReply, CancellationTokenSource? source)
    {
        try
        {
            var reply = Task.CompletedTask;
            if (mayReply)
            {
                reply = _call.ReplyDeadlineExceededAsync();
            }
            else
            {
                _call.Http.Features.Get<IHttpResetFeature>()?.Reset(ResetCancel);
            }

            _call.Http.Request.BodyReader.CancelPendingRead();
            source?.Cancel();
            await reply.ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            GrpcServerLog.DeadlineReplyFailed(_call.Server.Logger, failure, _call.Method);
        }
        finally
        {
            _replied!.SetResult();
        }
    }
}
