using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Grpc.Core;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>The request side of a call.</summary>
internal sealed partial class ServerCall
{
    /// <summary>Reads the one request of a call, and sees to it that nothing follows. Null if the call has failed instead.</summary>
    public ValueTask<T?> ReadSingleAsync<T>(Func<DeserializationContext, T> deserializer)
        where T : class
    {
        var reader = Http.Request.BodyReader;
        T? request = null;
        return TryRead(reader, out var result) && TakeSingle(reader, result, deserializer, ref request)
            ? new ValueTask<T?>(request)
            : ReadRestAsync(reader, deserializer, request);
    }

    /// <summary>
    /// Reads the next request of a stream; null at its end. A stream that breaks off must not look like one that ends, so this throws.
    /// </summary>
    /// <exception cref="RpcException">The caller broke the protocol.</exception>
    /// <exception cref="OperationCanceledException">The deadline has passed.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<T?> ReadNextAsync<T>(Func<DeserializationContext, T> deserializer, CancellationToken cancellationToken)
        where T : class
    {
        var reader = Http.Request.BodyReader;
        try
        {
            while (true)
            {
                var result = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                if (TakeNext(reader, result, deserializer, out var request))
                {
                    return request;
                }
            }
        }
        catch (Exception failure) when (NoteBreak(failure))
        {
            throw; // never: noting it is all
        }
    }

    /// <summary>As <see cref="ReadNextAsync"/>, if the answer is there already.</summary>
    public bool TryReadNext<T>(Func<DeserializationContext, T> deserializer, out T? request)
        where T : class
    {
        var reader = Http.Request.BodyReader;
        request = null;
        return TryRead(reader, out var result) && TakeNext(reader, result, deserializer, out request);
    }

    private bool TryRead(PipeReader reader, out ReadResult result)
    {
        try
        {
            return reader.TryRead(out result);
        }
        catch (Exception failure) when (NoteBreak(failure))
        {
            throw; // never: noting it is all
        }
    }

    // A body may break off before the request counts as aborted, because Kestrel tells the latter on another thread. Always false.
    private bool NoteBreak(Exception failure)
    {
        _isBrokenOff |= failure is (IOException and not BadHttpRequestException) or ConnectionAbortedException;
        return false;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<T?> ReadRestAsync<T>(PipeReader reader, Func<DeserializationContext, T> deserializer, T? request)
        where T : class
    {
        try
        {
            while (true)
            {
                var result = await reader.ReadAsync().ConfigureAwait(false);
                if (TakeSingle(reader, result, deserializer, ref request))
                {
                    return request;
                }
            }
        }
        catch (Exception failure) when (NoteBreak(failure))
        {
            throw; // never: noting it is all
        }
    }

    /// <summary>True when reading is over: with the request, or with null after a failure.</summary>
    private bool TakeSingle<T>(PipeReader reader, in ReadResult result, Func<DeserializationContext, T> deserializer, ref T? request)
        where T : class
    {
        var buffer = result.Buffer;
        if (result.IsCanceled)
        {
            reader.AdvanceTo(buffer.Start);
            request = null;
            _status = Status.DefaultCancelled;
            return true;
        }

        if (request is null)
        {
            if (!TryTakeMessage(ref buffer, deserializer, out request, out var failure) && failure.StatusCode == StatusCode.OK)
            {
                reader.AdvanceTo(buffer.Start, buffer.End);
                if (!result.IsCompleted)
                {
                    return false;
                }

                Fail(StatusCode.Internal, "Incomplete message.");
                return true;
            }

            if (request is null)
            {
                reader.AdvanceTo(buffer.Start);
                Fail(failure.StatusCode, failure.Detail);
                return true;
            }
        }

        if (!buffer.IsEmpty)
        {
            reader.AdvanceTo(buffer.Start);
            Fail(StatusCode.Internal, "Additional data after the message received.");
            request = null;
            return true;
        }

        reader.AdvanceTo(buffer.End);
        return result.IsCompleted;
    }

    /// <summary>True when the answer is known: a request, or null at the end of the stream.</summary>
    private bool TakeNext<T>(PipeReader reader, in ReadResult result, Func<DeserializationContext, T> deserializer, out T? request)
        where T : class
    {
        var buffer = result.Buffer;
        request = null;
        if (result.IsCanceled)
        {
            reader.AdvanceTo(buffer.Start);
            throw new OperationCanceledException("The deadline of the call has passed.", CancellationTokenCore);
        }

        if (TryTakeMessage(ref buffer, deserializer, out request, out var failure))
        {
            reader.AdvanceTo(buffer.Start);
            return true;
        }

        if (failure.StatusCode == StatusCode.OK)
        {
            var isBroken = result.IsCompleted && !buffer.IsEmpty;
            reader.AdvanceTo(buffer.Start, buffer.End);
            if (!isBroken)
            {
                return result.IsCompleted;
            }

            failure = new Status(StatusCode.Internal, "Incomplete message.");
        }
        else
        {
            reader.AdvanceTo(buffer.Start);
        }

        GrpcServerLog.RequestBroken(Server.Logger, Method, failure.StatusCode, failure.Detail);
        throw new RpcException(failure);
    }

    /// <summary>False with an OK failure means that more bytes are needed.</summary>
    private bool TryTakeMessage<T>(
        ref ReadOnlySequence<byte> buffer, Func<DeserializationContext, T> deserializer, out T? message, out Status failure)
        where T : class
    {
        message = null;
        failure = Status.DefaultSuccess;
        switch (MessageFrame.TryRead(ref buffer, _options.ReceiveMax, out var payload, out var isCompressed))
        {
            case FrameResult.Message:
                message = isCompressed
                    ? DecompressMessage(payload, deserializer, out failure)
                    : ParseMessage(payload, deserializer, out failure);
                return message is not null;
            case FrameResult.TooLarge:
                failure = new Status(StatusCode.ResourceExhausted, "Received message exceeds the maximum configured message size.");
                return false;
            case FrameResult.BadFlag:
                failure = new Status(StatusCode.Internal, "Unexpected compressed flag value in message header.");
                return false;
            default:
                return false;
        }
    }

    private T? ParseMessage<T>(in ReadOnlySequence<byte> payload, Func<DeserializationContext, T> deserializer, out Status failure)
        where T : class
    {
        failure = Status.DefaultSuccess;
        try
        {
            return MessagePayload.Deserialize(payload, deserializer);
        }
        catch (Exception broken) when (broken is not RpcException)
        {
            // The marshaller decides what it throws; whatever it is, the bytes were the caller's.
            GrpcServerLog.RequestNotParsed(Server.Logger, broken, Method);
            failure = new Status(StatusCode.Internal, "Request message could not be parsed.");
            return null;
        }
    }

    private T? DecompressMessage<T>(in ReadOnlySequence<byte> payload, Func<DeserializationContext, T> deserializer, out Status failure)
        where T : class
    {
        var encoding = Http.Request.Headers.GrpcEncoding.ToString();
        switch (encoding)
        {
            case "":
                failure = new Status(StatusCode.Internal, "Request did not include grpc-encoding value with compressed message.");
                return null;
            case "identity":
                failure = new Status(StatusCode.Internal, "Request sent 'identity' grpc-encoding value with compressed message.");
                return null;
            case GzipEncoding.Name:
                break;
            default:
                failure = UnknownEncoding(encoding);
                return null;
        }

        var plain = new PooledBuffer();
        try
        {
            switch (GzipEncoding.Decompress(payload, _options.ReceiveMax, plain))
            {
                case DecompressResult.Done:
                    return ParseMessage(new ReadOnlySequence<byte>(plain.WrittenMemory), deserializer, out failure);
                case DecompressResult.TooLarge:
                    failure = new Status(StatusCode.ResourceExhausted, "Received message exceeds the maximum configured message size.");
                    return null;
                default:
                    failure = new Status(StatusCode.Internal, "Request message could not be decompressed.");
                    return null;
            }
        }
        finally
        {
            plain.Clear();
        }
    }

    private Status UnknownEncoding(string encoding)
    {
        if (!Http.Response.HasStarted)
        {
            Http.Response.Headers.GrpcAcceptEncoding = "identity,gzip";
        }

        return new Status(
            StatusCode.Unimplemented, $"Unsupported grpc-encoding value '{encoding}'. Supported encodings: identity, gzip");
    }
}
