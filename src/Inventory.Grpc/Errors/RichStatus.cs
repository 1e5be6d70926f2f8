using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Status = Grpc.Core.Status;

namespace Inventory.Grpc.Errors;

/// <summary>A status with details (google.rpc.Status in the trailer <c>grpc-status-details-bin</c>).</summary>
/// <remarks>
/// A handler answers with it by <see cref="Answer{T}"/>: the status is set and an empty response is returned, which costs no exception.
/// Immutable, so one that is always the same is made once.
/// </remarks>
internal sealed class RichStatus
{
    /// <summary>The trailer that carries the details.</summary>
    public const string TrailerKey = "grpc-status-details-bin";

    /// <summary>Namespace of the reasons in ErrorInfo.</summary>
    public const string Domain = "inventory.v1";

    private readonly Metadata.Entry _trailer;
    private HeaderTexts? _texts;

    private RichStatus(StatusCode code, string message, ReadOnlySpan<IMessage> details)
    {
        var status = new Google.Rpc.Status { Code = (int)code, Message = message };
        foreach (var detail in details)
        {
            status.Details.Add(Any.Pack(detail));
        }

        Status = new Status(code, message);
        _trailer = new Metadata.Entry(TrailerKey, status.ToByteArray());
    }

    /// <summary>Code and message.</summary>
    public Status Status { get; }

    /// <summary>A status with a reason in capitals (ErrorInfo), and further details.</summary>
    public static RichStatus Of(StatusCode code, string reason, string message, params ReadOnlySpan<IMessage> details)
    {
        var all = new IMessage[details.Length + 1];
        // This version of the generated class has the older name of field 1, `reason`; on the wire it is the same.
        all[0] = new ErrorInfo { Type = reason, Domain = Domain };
        details.CopyTo(all.AsSpan(1));
        return new RichStatus(code, message, all);
    }

    /// <summary>INVALID_ARGUMENT that names fields.</summary>
    public static RichStatus Invalid(BadRequest violations)
    {
        var first = violations.FieldViolations[0];
        var more = violations.FieldViolations.Count - 1;
        var message = more == 0
            ? $"{first.Field}: {first.Description}"
            : $"{first.Field}: {first.Description} (and {more} more)";
        return Of(StatusCode.InvalidArgument, "INVALID_FIELDS", message, violations);
    }

    /// <summary>NOT_FOUND that names the thing.</summary>
    public static RichStatus NotFound(string type, string name) =>
        Of(StatusCode.NotFound, "NOT_FOUND", $"There is no {type} \"{name}\".",
            new ResourceInfo { ResourceType = $"inventory.v1.{type}", ResourceName = name,
                Description = "It was never there, or it is forgotten." });

    /// <summary>RESOURCE_EXHAUSTED with the time after which a retry makes sense.</summary>
    public static RichStatus Exhausted(string reason, string message, TimeSpan retryAfter) =>
        Of(StatusCode.ResourceExhausted, reason, message, new RetryInfo { RetryDelay = Duration.FromTimeSpan(retryAfter) });

    /// <summary>Makes this the outcome of a call that is answered without an exception.</summary>
    public void Set(ServerCallContext context)
    {
        context.Status = Status;
        context.ResponseTrailers.Add(_trailer);
    }

    /// <summary>Answers a request with nothing but this status, in headers alone, as gRPC allows. For those that are not to become a call.</summary>
    public void Answer(HttpResponse response)
    {
        var texts = _texts ??= new HeaderTexts(
            ((int)Status.StatusCode).ToString(CultureInfo.InvariantCulture),
            Status.Detail.AsSpan().ContainsAnyExceptInRange(' ', '~') || Status.Detail.Contains('%') ? Uri.EscapeDataString(Status.Detail) : Status.Detail,
            Convert.ToBase64String(_trailer.ValueBytes).TrimEnd('='));
        response.ContentType = "application/grpc";
        response.Headers.GrpcStatus = texts.Code;
        response.Headers.GrpcMessage = texts.Message;
        response.Headers[TrailerKey] = texts.Details;
    }

    /// <summary>Makes this the outcome of a unary call and gives the empty response that goes with it.</summary>
    public T Answer<T>(ServerCallContext context)
        where T : class, new()
    {
        Set(context);
        return new T();
    }

    /// <summary>As they stand in headers; made once for a status that answers often.</summary>
    private sealed record HeaderTexts(StringValues Code, StringValues Message, StringValues Details);
}
