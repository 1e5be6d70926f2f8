using Google.Protobuf;
using Grpc.Core;
using Inventory.Domain.Stocks;
using Inventory.Grains;
using Inventory.Grpc.Errors;
using Inventory.Grpc.Mapping;
using Inventory.Grpc.Streams;
using Inventory.V1;

namespace Inventory.Grpc.Services;

/// <content>New reservations. There are more of these than of all other writes, so that each object that a call leaves behind counts.</content>
internal sealed partial class ReservationApi
{
    private static readonly RichStatus s_malformed = RichStatus.Of(
        StatusCode.Internal, "MALFORMED_MESSAGE", "The message could not be parsed as inventory.v1.ReserveRequest.");

    public override Task<ReserveReply> Reserve(MessageBytes request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static (ReservationApi api, MessageBytes ask, ServerCallContext call, ReserveReply reply) =>
            api.Reserve(ask, call, reply));

    private ValueTask Reserve(MessageBytes request, ServerCallContext context, ReserveReply reply)
    {
        using (request)
        {
            return PlainReserve.TryRead(request.Bytes, out var ask)
                && stocks.Find(stocks.HashOf(ask.Sku, ask.Location), ask.Sku, ask.Location) is { } stock
                    ? ReserveOne(stock, ask.Command, reply)
                    : Reserve(Parse(request.Bytes), context, reply);
        }
    }

    private ValueTask Reserve(ReserveRequest request, ServerCallContext context, ReserveReply reply)
    {
        var violations = default(Violations);
        var id = Fields.RequestId(request.RequestId, ref violations);
        var channel = Fields.Channel(request.Channel, ref violations);
        var ttlMs = ReservationRequests.TtlMs(request.Ttl, ref violations);
        if (request.Lines.Count == 1)
        {
            var line = ReservationRequests.Line(request.Lines[0], ref violations);
            return violations.Any
                ? Refuse(violations, context)
                : ReserveOne(stocks.Find(line.Key), StockCommand.Reserve(id, line.Units, channel, ttlMs), reply);
        }

        var lines = ReservationRequests.Lines(request.Lines, ref violations);
        return violations.Any ? Refuse(violations, context) : ReserveMany(new ReserveMany(id, lines, channel, ttlMs, request.Partial), reply);
    }

    private static ValueTask Refuse(in Violations violations, ServerCallContext context)
    {
        violations.Status().Set(context);
        return ValueTask.CompletedTask;
    }

    private ValueTask ReserveOne(KnownStock stock, in StockCommand command, ReserveReply reply)
    {
        var begun = stocks.Begin(stock, command);
        return begun.IsCompletedSuccessfully ? End(begun.Result, stock, command, reply) : EndLater(begun, stock, command, reply);
    }

    // The answer is set before it is durable, and shown after.
    private ValueTask End(in BegunWrite begun, KnownStock stock, in StockCommand command, ReserveReply reply)
    {
        if (begun.Answer.Outcome == StockOutcome.SkuIsKit)
        {
            return ReserveKit(begun.Position, ReservationRequests.Kit(command.Id, stock.Key, command), reply);
        }

        reply.Set(begun.Answer, stock.Key, command.Id);
        return stocks.WhenDurableTogether(begun.Position);
    }

    private async ValueTask EndLater(ValueTask<BegunWrite> begun, KnownStock stock, StockCommand command, ReserveReply reply) =>
        await End(await begun, stock, command, reply);

    // Only here is a kit looked for: other lines pay nothing for kits.
    private async ValueTask ReserveKit(long position, ReserveMany order, ReserveReply reply)
    {
        await stocks.WhenDurable(position);
        await ReserveMany(order, reply);
    }

    private async ValueTask ReserveMany(ReserveMany order, ReserveReply reply) =>
        reply.Set(ReservationMapping.Many(await reservations.Reserve(order), order.Id));

    private static ReserveRequest Parse(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return ReserveRequest.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            throw new CallRefusedException(s_malformed);
        }
    }
}
