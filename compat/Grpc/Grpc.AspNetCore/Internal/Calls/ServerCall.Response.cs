using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>The response side of a call.</summary>
internal sealed partial class ServerCall
{
    /// <summary>
    /// Puts the one response of a call into the body; it leaves together with the trailers. A failed call has no response, and its status
    /// travels in the headers alone.
    /// </summary>
    public void WriteSingle<T>(T? response, Action<T, SerializationContext> serializer)
        where T : class
    {
        if (_status.StatusCode != StatusCode.OK)
        {
            return;
        }

        if (response is null)
        {
            _status = new Status(StatusCode.Cancelled, "No message returned from method.");
            return;
        }

        if (_deadline is null)
        {
            WriteMessage(response, serializer);
        }
        else if (_deadline.TryBeginWrite())
        {
            try
            {
                WriteMessage(response, serializer);
            }
            finally
            {
                _deadline.EndWrite();
            }
        }
    }

    /// <summary>Takes the response for a write of a stream; false if the call is over.</summary>
    public bool TryBeginWrite() => !_isEnded && (_deadline is null || _deadline.TryBeginWrite());

    public void EndWrite() => _deadline?.EndWrite();

    public void WriteMessage<T>(T message, Action<T, SerializationContext> serializer)
    {
        _hasBody = true;
        var compresses = _compresses && (WriteOptionsCore is null || (WriteOptionsCore.Flags & WriteFlags.NoCompress) == 0);
        MessageWriter.Write(Http.Response.BodyWriter, message, serializer, _options, compresses);
    }

    /// <summary>Sends the status. Never fails.</summary>
    public Task EndAsync()
    {
        if (_deadline is { } deadline && !deadline.TryEnd())
        {
            return EndAfterReplyAsync(deadline);
        }

        _isEnded = true;
        SendStatus();
        Server.CallEnded();
        return Task.CompletedTask;
    }

    /// <summary>Answers for a handler that has not finished in time. Only the deadline calls it, while it owns the response.</summary>
    public Task ReplyDeadlineExceededAsync()
    {
        GrpcServerLog.DeadlineExceeded(Server.Logger, Method);
        var target = StatusTarget();
        target.GrpcStatus = CodeText(StatusCode.DeadlineExceeded);
        target.GrpcMessage = "Deadline Exceeded";
        return Http.Response.CompleteAsync();
    }

    protected override async Task WriteResponseHeadersAsyncCore(Metadata responseHeaders)
    {
        ArgumentNullException.ThrowIfNull(responseHeaders);
        if (_hasBody || Http.Response.HasStarted)
        {
            throw new InvalidOperationException("Response headers can only be sent once per call.");
        }

        if (!TryBeginWrite())
        {
            return;
        }

        try
        {
            foreach (var entry in responseHeaders)
            {
                if (entry.Key != EncodingOfCall)
                {
                    CallMetadata.Append(Http.Response.Headers, entry);
                    continue;
                }

                _compresses = entry.Value == GzipEncoding.Name;
                Http.Response.Headers.GrpcEncoding = entry.Value;
            }

            await Http.Response.BodyWriter.FlushAsync().ConfigureAwait(false);
        }
        finally
        {
            EndWrite();
        }
    }

    private static string CodeText(StatusCode code) => code switch
    {
        StatusCode.OK => "0",
        StatusCode.Cancelled => "1",
        StatusCode.Unknown => "2",
        StatusCode.InvalidArgument => "3",
        StatusCode.DeadlineExceeded => "4",
        StatusCode.NotFound => "5",
        StatusCode.AlreadyExists => "6",
        StatusCode.PermissionDenied => "7",
        StatusCode.ResourceExhausted => "8",
        StatusCode.FailedPrecondition => "9",
        StatusCode.Aborted => "10",
        StatusCode.OutOfRange => "11",
        StatusCode.Unimplemented => "12",
        StatusCode.Internal => "13",
        StatusCode.Unavailable => "14",
        StatusCode.DataLoss => "15",
        StatusCode.Unauthenticated => "16",
        _ => ((int)code).ToString(System.Globalization.CultureInfo.InvariantCulture),
    };

    private async Task EndAfterReplyAsync(CallDeadline deadline)
    {
        await deadline.Replied.ConfigureAwait(false);
        _isEnded = true;
        deadline.Free();
        Server.CallEnded();
    }

    private void SendStatus()
    {
        try
        {
            var target = StatusTarget();
            if (_responseTrailers is not null)
            {
                foreach (var trailer in _responseTrailers)
                {
                    CallMetadata.Append(target, trailer);
                }
            }

            target.GrpcStatus = CodeText(_status.StatusCode);
            if (!string.IsNullOrEmpty(_status.Detail))
            {
                target.GrpcMessage = PercentEncoding.Encode(_status.Detail);
            }
        }
        catch (InvalidOperationException failure)
        {
            SendStatusAlone(failure);
        }
    }

    /// <summary>Kestrel refuses headers with control characters; the caller still learns how the call ended.</summary>
    private void SendStatusAlone(InvalidOperationException failure)
    {
        GrpcServerLog.TrailersNotWritten(Server.Logger, failure, Method);
        if (!Http.Response.HasStarted || !StatusTarget().IsReadOnly)
        {
            StatusTarget().GrpcStatus = CodeText(_status.StatusCode == StatusCode.OK ? StatusCode.Internal : _status.StatusCode);
        }
    }

    /// <summary>Trailers, or the headers of a response that is nothing but a status.</summary>
    private IHeaderDictionary StatusTarget() => _hasBody || Http.Response.HasStarted
        ? Http.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers
        : Http.Response.Headers;
}
