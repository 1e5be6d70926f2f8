using System.Buffers;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Inventory.V1;

namespace Inventory.Grpc.Streams;

/// <summary>
/// The reservation service with <c>ReserveStream</c> and <c>Reserve</c> in a shape of their own: the messages of the one have thousands of lines, of the other
/// there are more than of all others, and the generated classes make six objects of each line. The bytes are those of the proto; tests hold both against each
/// other.
/// </summary>
/// <remarks>
/// It takes the place of the generated base and states every method of the service, because gRPC looks for all of them on the one class that its
/// binding names. A method that the proto has and this class has not stops the start.
/// </remarks>
[BindServiceMethod(typeof(ReservationWire), nameof(Bind))]
internal abstract class ReservationWire
{
    /// <summary>The service, as reflection tells it; found by gRPC under this name.</summary>
    public static ServiceDescriptor Descriptor => ReservationService.Descriptor;

    /// <summary>Answers a stream of messages.</summary>
    public abstract Task ReserveStream(
        IAsyncStreamReader<MessageBytes> requestStream, IServerStreamWriter<StreamReply> responseStream, ServerCallContext context);

    /// <summary>Answers one reservation, and disposes the request.</summary>
    public abstract Task<ReserveReply> Reserve(MessageBytes request, ServerCallContext context);

    // The others, as they are generated.
    public abstract Task<ConfirmReservationResponse> ConfirmReservation(ConfirmReservationRequest request, ServerCallContext context);

    public abstract Task<ExtendReservationResponse> ExtendReservation(ExtendReservationRequest request, ServerCallContext context);

    public abstract Task<ReleaseReservationResponse> ReleaseReservation(ReleaseReservationRequest request, ServerCallContext context);

    public abstract Task<CollectReservationResponse> CollectReservation(CollectReservationRequest request, ServerCallContext context);

    public abstract Task<ShipReservationResponse> ShipReservation(ShipReservationRequest request, ServerCallContext context);

    public abstract Task<ReturnItemsResponse> ReturnItems(ReturnItemsRequest request, ServerCallContext context);

    public abstract Task<GetReservationResponse> GetReservation(GetReservationRequest request, ServerCallContext context);

    public abstract Task<ListReservationsResponse> ListReservations(ListReservationsRequest request, ServerCallContext context);

    /// <summary>Binds all methods; called by gRPC, without a service.</summary>
    /// <exception cref="NotSupportedException">There is a service: a binder of gRPC finds the methods by their names.</exception>
    public static void Bind(ServiceBinderBase binder, ReservationWire? service)
    {
        if (service is not null)
        {
            throw new NotSupportedException("The reservation service is bound by its type, not by an instance: pass null.");
        }

        ReservationService.BindService(new Rebinder(binder), null);
    }

    private static readonly Marshaller<MessageBytes> s_asks = Marshallers.Create<MessageBytes>(
        static (_, _) => throw new NotSupportedException("A service sends no requests."),
        static context => MessageBytes.Copy(context.PayloadAsReadOnlySequence()));

    private static readonly Marshaller<ReserveReply> s_reserved = Marshallers.Create<ReserveReply>(
        static (reply, context) => reply.Write(context),
        static _ => throw new NotSupportedException("A service reads no responses."));

    private static readonly Marshaller<StreamReply> s_replies = Marshallers.Create<StreamReply>(
        static (reply, context) => reply.Write(context),
        static _ => throw new NotSupportedException("A service reads no responses."));

    /// <summary>Passes methods on, two of them with other marshallers.</summary>
    private sealed class Rebinder(ServiceBinderBase binder) : ServiceBinderBase
    {
        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
        {
            if (typeof(TRequest) == typeof(ReserveRequest))
            {
                binder.AddMethod(
                    new Method<MessageBytes, ReserveReply>(method.Type, method.ServiceName, method.Name, s_asks, s_reserved),
                    (UnaryServerMethod<MessageBytes, ReserveReply>?)null);
                return;
            }

            binder.AddMethod(method, handler);
        }

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
                    new Method<MessageBytes, StreamReply>(method.Type, method.ServiceName, method.Name, s_asks, s_replies),
                    (DuplexStreamingServerMethod<MessageBytes, StreamReply>?)null);
                return;
            }

            binder.AddMethod(method, handler);
        }
    }
}
