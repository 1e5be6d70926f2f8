using Inventory.LoadTests.Measuring;
using Inventory.LoadTests.Service;
using Inventory.V1;

namespace Inventory.LoadTests.Breaking;

/// <summary>
/// One caller who asks one thing after the other and remembers everything: what it asked, under which id, and what it was told. It never asks for the next
/// step of a reservation whose last step has no answer. Used by one thread at a time.
/// </summary>
/// <param name="number">Begins its ids, and chooses its connection.</param>
/// <param name="tag">Begins the ids of all callers.</param>
/// <param name="plan">Its stocks.</param>
/// <param name="seed">Starts its choices.</param>
internal sealed class Caller(int number, string tag, StockPlan plan, int seed)
{
    private const int LiveMax = 40;
    private const int UnitsMax = 3;
    private const double BriefShare = 0.1;

    private readonly Random _random = new(unchecked((seed * 7_919) + number));
    private readonly List<Hold> _live = [];
    private long _asked;

    public int Number => number;

    /// <summary>Every reservation that was asked for.</summary>
    public List<Hold> Holds { get; } = [];

    /// <summary>Every write that was accepted.</summary>
    public List<Write> Acknowledged { get; } = [];

    /// <summary>Writes without an answer.</summary>
    public List<Write> Unanswered { get; } = [];

    /// <summary>Of its calls that had an answer.</summary>
    public Histogram Latency { get; } = new();

    /// <summary>Decides what to ask next.</summary>
    public Write Next()
    {
        var id = $"{tag}-{number}-{++_asked}";
        if (_live.Count > 0 && _random.Next(LiveMax) < _live.Count + (LiveMax / 3))
        {
            var at = _random.Next(_live.Count);
            var hold = _live[at];
            _live[at] = _live[^1];
            _live.RemoveAt(_live.Count - 1);

            // Most of what is firm comes back too, or a long run would soon have nothing to sell.
            var isRelease = _random.Next(4) < (hold.State == HoldState.Soft ? 1 : 3);
            return new Write(isRelease ? WriteKind.Release : hold.State == HoldState.Soft ? WriteKind.Confirm : WriteKind.Ship, id, hold);
        }

        var fresh = new Hold(_random.Next(plan.Stocks), _random.Next(1, UnitsMax + 1), _random.NextDouble() < BriefShare);
        Holds.Add(fresh);
        return new Write(WriteKind.Reserve, id, fresh);
    }

    /// <summary>Learns an answer.</summary>
    /// <returns>What is odd about it; null when nothing is.</returns>
    public string? Learn(Write write, WriteAnswer answer)
    {
        write.Answer = answer;
        var hold = write.Hold;
        if (answer.Accepted)
        {
            Acknowledged.Add(write);
            hold.State = write.Kind switch
            {
                WriteKind.Reserve => HoldState.Soft,
                WriteKind.Confirm => HoldState.Firm,
                WriteKind.Release => HoldState.Released,
                _ => HoldState.Shipped,
            };
            if (write.Kind == WriteKind.Reserve)
            {
                hold.ReservationId = answer.ReservationId;
            }

            if (hold.State is HoldState.Soft or HoldState.Firm)
            {
                _live.Add(hold);
            }

            return null;
        }

        if (write.Kind == WriteKind.Reserve)
        {
            return answer.Reason == RefusalReason.Insufficient ? null : $"{write} was refused: {answer.Reason}";
        }

        var wasSoft = hold.State == HoldState.Soft;
        hold.State = HoldState.Expired;
        return wasSoft && hold.IsBrief && answer.Reason is RefusalReason.ReservationExpired or RefusalReason.ReservationNotFound
            ? null
            : $"{write} was refused: {answer.Reason}";
    }

    /// <summary>Some of the writes that were accepted, drawn anew each time.</summary>
    public IEnumerable<Write> Sample(int size) =>
        Acknowledged.Count <= size ? Acknowledged : Enumerable.Range(0, size).Select(_ => Acknowledged[_random.Next(Acknowledged.Count)]);
}
