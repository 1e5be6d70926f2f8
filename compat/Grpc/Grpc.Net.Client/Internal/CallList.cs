using Grpc.Core;

namespace Grpc.Net.Client.Internal;

/// <summary>The active calls of a channel: a list linked through the calls themselves, so that tracking a call allocates nothing.</summary>
internal sealed class CallList
{
    private readonly Lock _lock = new();
    private GrpcCall? _first;

    public int Count { get; private set; }

    public void Add(GrpcCall call)
    {
        lock (_lock)
        {
            call.NextInList = _first;
            if (_first is not null)
            {
                _first.PreviousInList = call;
            }

            _first = call;
            call.IsInList = true;
            Count++;
        }
    }

    public void Remove(GrpcCall call)
    {
        lock (_lock)
        {
            if (!call.IsInList)
            {
                return;
            }

            if (call.PreviousInList is null)
            {
                _first = call.NextInList;
            }
            else
            {
                call.PreviousInList.NextInList = call.NextInList;
            }

            if (call.NextInList is not null)
            {
                call.NextInList.PreviousInList = call.PreviousInList;
            }

            call.NextInList = call.PreviousInList = null;
            call.IsInList = false;
            Count--;
        }
    }

    public void CancelAll()
    {
        while (Peek() is { } call)
        {
            // Cancelling takes the call off the list; it runs outside of the lock because it calls back into the transport.
            call.Cancel(new Status(StatusCode.Cancelled, "The channel was disposed."));
            Remove(call);
        }
    }

    private GrpcCall? Peek()
    {
        lock (_lock)
        {
            return _first;
        }
    }
}
