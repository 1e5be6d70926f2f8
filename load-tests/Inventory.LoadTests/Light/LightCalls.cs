using System.Text;
using Google.Protobuf;
using Inventory.LoadTests.Measuring;
using Inventory.LoadTests.Operations;
using Inventory.V1;

namespace Inventory.LoadTests.Service;

/// <summary>The standard health check, with nothing in it.</summary>
internal sealed class LightEmpty : LightCall
{
    public override string Path => "/grpc.health.v1.Health/Check";

    public override ReadOnlySpan<byte> Message(long index) => [];

    // HealthCheckResponse { status: SERVING }.
    public override Outcome OutcomeOf(ReadOnlySpan<byte> answer) => answer.SequenceEqual<byte>([0x08, 0x01]) ? Outcome.Granted : Outcome.Refused;
}

/// <summary>
/// Reserves one unit under an id of its own, a UUID. The messages of all stocks are made before the run; a call copies one and writes its id over the one
/// in it.
/// </summary>
internal sealed class LightReserve : LightCall
{
    private const int AcceptedTag = 1 << 3;
    private const int RepeatedTag = 2 << 3;
    private const int ReasonTag = 3 << 3;
    private static readonly string s_noId = new Guid().ToString();
    private readonly byte[][] _messages;
    private readonly byte[] _message;
    private readonly int _idAt;
    private readonly Func<long, (int Stock, Guid Id)> _choose;

    /// <summary>Makes the messages.</summary>
    /// <param name="plan">The stocks.</param>
    /// <param name="choose">The stock and the id of a call; no two calls have the same id.</param>
    public LightReserve(StockPlan plan, Func<long, (int Stock, Guid Id)> choose)
    {
        _choose = choose;
        _messages = [.. Enumerable.Range(0, plan.Stocks).Select(stock => new ReserveRequest
        {
            RequestId = s_noId, Ttl = ReserveOne.Ttl, Lines = { new ReservationLine { Key = plan.Key(stock), Units = 1 } },
        }.ToByteArray())];
        _message = new byte[_messages.Max(message => message.Length)];
        _idAt = _messages[0].AsSpan().IndexOf(Encoding.ASCII.GetBytes(s_noId));
    }

    public override string Path => "/inventory.v1.ReservationService/Reserve";

    public override ReadOnlySpan<byte> Message(long index)
    {
        var (stock, id) = _choose(index);
        var message = _messages[stock];
        message.CopyTo(_message, 0);
        id.TryFormat(_message.AsSpan(_idAt), out _);
        return _message.AsSpan(0, message.Length);
    }

    // ReserveResponse { decision: { accepted, repeated, refusal_reason, ... } }, each below 128 and left out when it is zero.
    public override Outcome OutcomeOf(ReadOnlySpan<byte> answer)
    {
        const int decisionTag = 10;
        if (answer.Length < 2 || answer[0] != decisionTag)
        {
            return Outcome.Failed;
        }

        var (accepted, repeated, reason) = (false, false, RefusalReason.Unspecified);
        for (var at = 2; at + 1 < answer.Length && answer[at] <= ReasonTag; at += 2)
        {
            accepted |= answer[at] == AcceptedTag && answer[at + 1] == 1;
            repeated |= answer[at] == RepeatedTag && answer[at + 1] == 1;
            reason = answer[at] == ReasonTag ? (RefusalReason)answer[at + 1] : reason;
        }

        return accepted ? repeated ? Outcome.Repeated : Outcome.Granted : reason == RefusalReason.Insufficient ? Outcome.SoldOut : Outcome.Refused;
    }
}
