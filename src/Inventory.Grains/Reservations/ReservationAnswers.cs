using System.Collections.Immutable;
using Inventory.Domain.Reservations;
using Inventory.Domain.Stocks;

namespace Inventory.Grains;

/// <summary>Makes a coordinator's answers from its record, in terms of the lines that its caller asked for: a kit is one line.</summary>
internal static class ReservationAnswers
{
    /// <summary>What was decided about the latest attempt.</summary>
    public static ReservationAnswer ToReserve(ReservationRecord record, bool repeated)
    {
        var decision = record.Decision!;
        var lines = ImmutableArray.CreateBuilder<LineAnswer>(record.Kits.Asked);
        for (var i = 0; i < lines.Capacity; i++)
        {
            lines.Add(LineOf(record, i, decision.Held));
        }

        var refusal = decision.Answers.FirstOrDefault(answer => !answer.Outcome.IsAccepted());
        var outcome = decision.Held ? (repeated ? StockOutcome.AlreadyAccepted : StockOutcome.Accepted) : refusal.Outcome;
        return new ReservationAnswer(outcome, record.DecidedVersion, decision.Held ? record.Intent!.ExpiresAtMs : 0, lines.MoveToImmutable());
    }

    /// <summary>What was decided about an earlier step.</summary>
    public static ReservationAnswer ToStepAgain(ReservationRecord record, in DecidedStep step) =>
        new(step.Outcome.IsAccepted() ? StockOutcome.AlreadyAccepted : step.Outcome, step.Version, step.ExpiresAtMs, [])
        {
            Refused = Asked(record, step.Refused), FirstAdded = FirstAdded(record, step.FirstAdded),
        };

    /// <summary>Place of the first line that a step brought, as lines are asked for; 0 if it brought none.</summary>
    public static int FirstAdded(ReservationRecord record, int first) => first == 0 ? 0 : record.Kits.AskedOf(first);

    /// <summary>Lines that refused, as they were asked for: of a kit the first component that did.</summary>
    public static ImmutableArray<RefusedLine> Asked(ReservationRecord record, ImmutableArray<RefusedLine> refused) => refused.IsEmpty
        ? refused
        : [.. refused.Select(line => line with { Line = record.Kits.AskedOf(line.Line) }).DistinctBy(line => line.Line)];

    private static LineAnswer LineOf(ReservationRecord record, int asked, bool isHeld)
    {
        var first = record.Kits.First(asked);
        var answers = record.Decision!.Answers;
        if (record.Intent!.Lines[first].Kit is not { } kit)
        {
            return new LineAnswer(answers[first], !isHeld && answers[first].Outcome.IsAccepted());
        }

        // The version of a kit's stock is the sum of its components': it rises with each change of any.
        var (version, expiresAtMs) = (0L, long.MaxValue);
        for (var i = first; i < first + record.Kits.Count(asked); i++)
        {
            if (!answers[i].Outcome.IsAccepted())
            {
                return new LineAnswer(answers[i], false) { Component = record.Intent.Lines[i].Key.Sku };
            }

            version += answers[i].Version;
            expiresAtMs = Math.Min(expiresAtMs, answers[i].ExpiresAtMs);
        }

        var units = record.Intent.Lines[first].Units / kit.PerKit;
        return new LineAnswer(new StockAnswer(StockOutcome.Accepted, version, units, expiresAtMs), !isHeld);
    }
}
