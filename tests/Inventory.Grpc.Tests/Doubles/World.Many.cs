using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Grains;

namespace Inventory.Grpc.Tests.Doubles;

/// <summary>Reservations of several lines, without a coordinator: nothing can come in between here. Hold lines count from 1.</summary>
internal sealed partial class World : IReservations
{
    private readonly Dictionary<RequestId, (ReserveMany Order, ReservationAnswer Answer)> _many = [];

    public ValueTask<ReservationAnswer> Reserve(ReserveMany order)
    {
        lock (_gate)
        {
            if (_many.TryGetValue(order.Id, out var earlier))
            {
                var same = earlier.Order.Lines.SequenceEqual(order.Lines) && earlier.Order.TtlMs == order.TtlMs;
                return ValueTask.FromResult(earlier.Answer with { Outcome = same ? StockOutcome.AlreadyAccepted : StockOutcome.IdReused });
            }

            var answers = order.Lines.Select((line, i) => Do_UnderLock(line.Key, new StockCommand
            {
                Verb = StockVerb.Reserve,
                Id = order.Id.Derive((uint)i),
                Units = line.Units,
                Channel = order.Channel,
                TimeMs = order.TtlMs,
                Hold = new HoldId(order.Id, i + 1),
            })).ToArray();
            var answer = Judge_UnderLock(order, answers);
            if (answer.Outcome == StockOutcome.Accepted)
            {
                _many.Add(order.Id, (order, answer));
            }

            return ValueTask.FromResult(answer);
        }
    }

    public ValueTask<StockAnswer> ReturnKit(
        StockKey kit, RequestId id, long units, Condition condition, ImmutableArray<ReturnedLot> lots = default) =>
        throw new NotSupportedException("This world has no catalogue: kits are tried over the real owners.");

    public ValueTask<ReservationAnswer> Step(RequestId reservation, ReservationStep step)
    {
        lock (_gate)
        {
            if (!_many.TryGetValue(reservation, out var known))
            {
                return ValueTask.FromResult(new ReservationAnswer(StockOutcome.ReservationNotFound, 0, 0, []));
            }

            var outcome = StockOutcome.Accepted;
            var expires = 0L;
            for (var i = 0; i < known.Order.Lines.Length; i++)
            {
                var part = step.Parts.FirstOrDefault(part => part.Line == i);
                if (step.Parts.Length > 0 && part.Units == 0)
                {
                    continue;
                }

                var answer = Do_UnderLock(known.Order.Lines[i].Key, new StockCommand
                {
                    Verb = step.Verb,
                    Id = step.Id.Derive((uint)i),
                    Hold = new HoldId(reservation, i + 1),
                    Units = part.Units,
                    TimeMs = step.TtlMs,
                });
                outcome = outcome == StockOutcome.Accepted ? answer.Outcome : outcome;
                expires = answer.ExpiresAtMs;
            }

            return ValueTask.FromResult(new ReservationAnswer(outcome, 2, expires, []));
        }
    }

    public ValueTask<ReservationView?> Get(ReservationId id)
    {
        lock (_gate)
        {
            if (id.Stock is { } key)
            {
                return ValueTask.FromResult(Stock_UnderLock(key).TryGetHold(new HoldId(id.Request, 0), out var hold)
                    ? View(key, new HoldId(id.Request, 0), hold) is var one
                        ? new ReservationView(id, [one.Line], one.Channel, one.ExpiresAtMs, Stock_UnderLock(key).Version)
                        : null
                    : null);
            }

            if (!_many.TryGetValue(id.Request, out var known))
            {
                return ValueTask.FromResult<ReservationView?>(null);
            }

            var lines = known.Order.Lines.Select((line, i) => Line_UnderLock(id.Request, line, i)).ToImmutableArray();
            return ValueTask.FromResult<ReservationView?>(
                new ReservationView(id, lines, known.Order.Channel, known.Answer.ExpiresAtMs, known.Answer.Version));
        }
    }

    private LineView Line_UnderLock(RequestId reservation, ReserveLine line, int place) =>
        Stock_UnderLock(line.Key).TryGetHold(new HoldId(reservation, place + 1), out var hold)
            ? View(line.Key, new HoldId(reservation, place + 1), hold).Line
            : new LineView { Line = place, Key = line.Key, State = LineState.Ended, Reserved = line.Units };

    private ReservationAnswer Judge_UnderLock(ReserveMany order, StockAnswer[] answers)
    {
        var refused = Array.Find(answers, answer => !answer.Outcome.IsAccepted());
        var any = Array.Exists(answers, answer => answer.Outcome.IsAccepted());
        var accepted = refused == default || (order.Partial && any);
        for (var i = 0; !accepted && i < answers.Length; i++)
        {
            if (answers[i].Outcome.IsAccepted())
            {
                Do_UnderLock(order.Lines[i].Key, StockCommand.Release(order.Id.Derive(5_000 + (uint)i), new HoldId(order.Id, i + 1)));
            }
        }

        var lines = answers.Select(answer => new LineAnswer(answer, !accepted && answer.Outcome.IsAccepted())).ToImmutableArray();
        return new ReservationAnswer(
            accepted ? StockOutcome.Accepted : refused.Outcome, 1, accepted ? answers.Max(answer => answer.ExpiresAtMs) : 0, lines);
    }
}
