using System.Buffers;
using System.Text;
using Grpc.Core;
using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Grpc.Mapping;
using Inventory.V1;

namespace Inventory.Grpc.Streams;

/// <summary>The answer to one message of <c>ReserveStream</c>: what was decided on each line, in order. Written once, then not to be used any more.</summary>
internal sealed class StreamReply(int count)
{
    // Field numbers and types of the proto, as they stand on the wire.
    private const byte ResultTag = (ReserveStreamResponse.ResultsFieldNumber << 3) | 2;
    private const byte ExpireTimeTag = (ReserveStreamResponse.ExpireTimeFieldNumber << 3) | 2;
    private const byte AcceptedTag = StreamResult.AcceptedFieldNumber << 3;
    private const byte RepeatedTag = StreamResult.RepeatedFieldNumber << 3;
    private const byte ReasonTag = StreamResult.RefusalReasonFieldNumber << 3;
    private const byte VersionTag = StreamResult.VersionFieldNumber << 3;
    private const byte ProblemTag = (StreamResult.ProblemFieldNumber << 3) | 2;
    private const byte ReservationTag = (StreamResult.ReservationIdFieldNumber << 3) | 2;

    private readonly StreamAnswer[] _answers = ArrayPool<StreamAnswer>.Shared.Rent(count);
    private Dictionary<int, string>? _problems;
    private Dictionary<int, string>? _reservations;
    private long _expiresAtMs = long.MaxValue;

    /// <summary>How many lines.</summary>
    public int Count => count;

    /// <summary>The answers as they will be told, for a line that was judged.</summary>
    public void Set(int line, in StockAnswer answer)
    {
        _answers[line] = new StreamAnswer(answer.Outcome, answer.Version);
        if (answer.Outcome == StockOutcome.Accepted && answer.ExpiresAtMs < _expiresAtMs)
        {
            _expiresAtMs = answer.ExpiresAtMs;
        }
    }

    /// <summary>Says what is wrong with a line that cannot be judged.</summary>
    public void SetProblem(int line, string problem)
    {
        _answers[line] = StreamAnswer.None;
        (_problems ??= [])[line] = problem;
    }

    /// <summary>Names the reservation of a kit, after its answer was set.</summary>
    public void SetReservation(int line, in ReservationId reservation) => (_reservations ??= [])[line] = reservation.ToString();

    /// <summary>Writes the message.</summary>
    public void Write(SerializationContext context)
    {
        var time = _expiresAtMs == long.MaxValue ? null : Times.Timestamp(_expiresAtMs);
        var timeBytes = time?.CalculateSize() ?? 0;
        var bytes = time is null ? 0 : 2 + timeBytes;
        for (var i = 0; i < count; i++)
        {
            var length = LengthOf(i);
            bytes += 1 + Varints.LengthOf((ulong)length) + length;
        }

        context.SetPayloadLength(bytes);
        var output = context.GetBufferWriter();
        var span = output.GetSpan(bytes);
        var at = 0;
        for (var i = 0; i < count; i++)
        {
            WriteResult(span, ref at, i);
        }

        if (time is not null)
        {
            span[at++] = ExpireTimeTag;
            span[at++] = (byte)timeBytes;
            Google.Protobuf.MessageExtensions.WriteTo(time, span.Slice(at, timeBytes));
            at += timeBytes;
        }

        output.Advance(at);
        context.Complete();
        ArrayPool<StreamAnswer>.Shared.Return(_answers);
    }

    private int LengthOf(int line)
    {
        ref readonly var answer = ref _answers[line];
        if (answer.IsNone)
        {
            var problem = Encoding.UTF8.GetByteCount(_problems![line]);
            return problem == 0 ? 0 : 1 + Varints.LengthOf((ulong)problem) + problem;
        }

        var length = answer.Version == 0 ? 0 : 1 + Varints.LengthOf((ulong)answer.Version);
        length += _reservations is not null && _reservations.TryGetValue(line, out var name) ? 2 + name.Length : 0; // ASCII of under 128 characters
        return length + (answer.Outcome switch
        {
            StockOutcome.Accepted => 2,
            StockOutcome.AlreadyAccepted => 4,
            _ => 1 + Varints.LengthOf((ulong)Refusals.ReasonOf(answer.Outcome)),
        });
    }

    private void WriteResult(Span<byte> span, ref int at, int line)
    {
        ref readonly var answer = ref _answers[line];
        span[at++] = ResultTag;
        Varints.Write(span, ref at, (ulong)LengthOf(line));
        if (answer.IsNone)
        {
            var problem = _problems![line];
            if (problem.Length > 0)
            {
                span[at++] = ProblemTag;
                Varints.Write(span, ref at, (ulong)Encoding.UTF8.GetByteCount(problem));
                at += Encoding.UTF8.GetBytes(problem, span[at..]);
            }

            return;
        }

        if (answer.Outcome.IsAccepted())
        {
            span[at++] = AcceptedTag;
            span[at++] = 1;
            if (answer.Outcome == StockOutcome.AlreadyAccepted)
            {
                span[at++] = RepeatedTag;
                span[at++] = 1;
            }
        }
        else
        {
            span[at++] = ReasonTag;
            Varints.Write(span, ref at, (ulong)Refusals.ReasonOf(answer.Outcome));
        }

        if (answer.Version != 0)
        {
            span[at++] = VersionTag;
            Varints.Write(span, ref at, (ulong)answer.Version);
        }

        if (_reservations is not null && _reservations.TryGetValue(line, out var name))
        {
            span[at++] = ReservationTag;
            span[at++] = (byte)name.Length;
            at += Encoding.ASCII.GetBytes(name, span[at..]);
        }
    }

    /// <summary>What is told of a line.</summary>
    private readonly record struct StreamAnswer(StockOutcome Outcome, long Version)
    {
        /// <summary>Of a line that was not judged.</summary>
        public static StreamAnswer None => new(default, -1);

        public bool IsNone => Version < 0;
    }
}
