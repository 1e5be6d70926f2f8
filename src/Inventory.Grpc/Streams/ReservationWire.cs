using System.Buffers;
using Grpc.Core;
using Inventory.V1;

namespace Inventory.Grpc.Streams;

/// <summary>
/// The reservation service with <c>ReserveStream</c> in a shape of its own: its messages have thousands of lines, and the generated classes make six
/// objects of each. The bytes are those of the proto; a test holds both against each other.
/// </summary>
[BindServiceMethod(typeof(ReservationWire), nameof(Bind))]
internal abstract class ReservationWire : ReservationService.ReservationServiceBase
{
    /// <summary>Answers a stream of messages; takes the place of the generated method with this name.</summary>
    public abstract Task ReserveStream(
        IAsyncStreamReader<StreamAsk> requestStream, IServerStreamWriter<StreamReply> responseStream, ServerCallContext context);

    /// <summary>Binds all methods; called by gRPC, without a service.</summary>
    public static void Bind(ServiceBinderBase binder, ReservationWire? service) => ReservationService.BindService(new Rebinder(binder), service);

    private static readonly Marshaller<StreamAsk> s_asks = Marshallers.Create<StreamAsk>(
        static (_, _) => throw new NotSupportedException("A service sends no requests."),
        static context => StreamAsk.Copy(context.PayloadAsReadOnlySequence()));

    private static readonly Marshaller<StreamReply> s_replies = Marshallers.Create<StreamReply>(
        static (reply, context) => reply.Write(context),
        static _ => throw new NotSupportedException("A service reads no responses."));

    /// <summary>Passes methods on, one of them with other marshallers.</summary>
    private sealed class Rebinder(ServiceBinderBase binder) : ServiceBinderBase
    {
        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) =>
            binder.AddMethod(method, handler);

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler) => binder.AddMethod(method, handler);

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler) => binder.AddMethod(method, handler);

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
        {
            if (typeof(TRequest) == typeof(ReserveStreamRequest))
            {
                binder.AddMethod(
                    new Method<StreamAsk, StreamReply>(method.Type, method.ServiceName, method.Name, s_asks, s_replies),
                    (DuplexStreamingServerMethod<StreamAsk, StreamReply>?)null);
                return;
            }

            binder.AddMethod(method, handler);
        }
    }
}
