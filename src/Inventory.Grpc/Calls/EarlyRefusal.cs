using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Inventory.Grpc.Calls;

/// <summary>Refuses calls to a full service before anything is made, read or parsed for them.</summary>
/// <remarks>
/// Under overload most requests are refused, and what each refusal costs is taken from those that are admitted. <see cref="CallRunner"/> refuses too, whoever
/// comes between this look and its own; so this needs to be cheap, not exact.
/// </remarks>
internal static class EarlyRefusal
{
    private const string ContentType = "application/grpc";

    /// <summary>Puts the look in front of all unary methods among the endpoints.</summary>
    /// <param name="mapped">The endpoints of one service.</param>
    /// <param name="gateOf">Its gate for unary calls, by its full name.</param>
    public static void RefuseEarly(this IEndpointConventionBuilder mapped, Func<string, CallGate> gateOf) => mapped.Add(endpoint =>
    {
        if (endpoint.RequestDelegate is { } next
            && endpoint.Metadata.OfType<GrpcMethodMetadata>().FirstOrDefault() is { Method: { Type: MethodType.Unary, ServiceName: var service } })
        {
            var gate = gateOf(service);
            endpoint.RequestDelegate = http => gate.IsFull && IsCall(http.Request) && HasCome(http.Request) ? Refuse(http, gate) : next(http);
        }
    });

    // What is no call has another answer, whoever is inside.
    private static bool IsCall(HttpRequest request) =>
        HttpMethods.IsPost(request.Method) && request.ContentType?.StartsWith(ContentType, StringComparison.Ordinal) == true;

    // An answer to half a request would be followed by a reset of the stream, which not every client takes well. Nearly always it is whole.
    private static bool HasCome(HttpRequest request)
    {
        if (!request.BodyReader.TryRead(out var body))
        {
            return false;
        }

        request.BodyReader.AdvanceTo(body.IsCompleted ? body.Buffer.End : body.Buffer.Start);
        return body.IsCompleted;
    }

    private static Task Refuse(HttpContext http, CallGate gate)
    {
        gate.Full.Answer(http.Response);
        return Task.CompletedTask;
    }
}
