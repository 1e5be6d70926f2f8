using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Codec;
using Inventory.Domain.Stocks;
using Inventory.Domain.Transfers;
using Inventory.Grains;

namespace Inventory.Simulator;

/// <summary>Where the units of one line are.</summary>
internal readonly record struct TransitSums(Sku Sku, long Planned, long Shipped, long Received, long Over, long Lost, long Damaged)
{
    public long InTransit => Shipped - (Received - Over) - Lost - Damaged;
}

/// <summary>A transfer as sums.</summary>
/// <param name="Content">What it was made with; null before that.</param>
/// <param name="Lines">Its lines.</param>
/// <param name="Exists">It came about.</param>
/// <param name="Step">The step that is not decided; null if none is.</param>
/// <param name="IsCancelled">It was given up.</param>
/// <param name="Done">Ids of what took effect.</param>
internal sealed record TransferState(
    TransferContent? Content,
    ImmutableArray<TransitSums> Lines,
    bool Exists,
    TransferStepIntended? Step,
    bool IsCancelled,
    ImmutableHashSet<RequestId> Done)
{
    public static TransferState Empty { get; } = new(null, [], false, null, false, []);

    /// <summary>When it is expected, Unix milliseconds; 0 if nobody knows.</summary>
    public long ExpectedAtMs { get; init; }

    /// <summary>What the destination is to expect of a line, as it stands between two steps: units and when; zeros if nothing.</summary>
    public (long Units, long DueMs) ToCome(int line) =>
        ExpectedAtMs == 0 || Lines[line].InTransit == 0 ? default : (Lines[line].InTransit, ExpectedAtMs);

    /// <summary>True while units may have left a shelf, or come to one, that the sums do not know of yet.</summary>
    public bool IsDeciding => Step is not null;

    /// <summary>Units of a line that are held at the source: more may be until what is not needed was given back.</summary>
    public long HeldOf(int line) =>
        Exists && !IsCancelled && Content!.Hold ? Lines[line].Planned - Lines[line].Shipped : 0;
}

/// <summary>The auditor's book of one transfer: it knows what was written and adds up; which steps are allowed it does not know.</summary>
internal sealed class TransferBook(string stream) : OwnerBook<TransferState>(stream, TransferState.Empty)
{
    /// <summary>The name under which its units are expected.</summary>
    public string Name { get; } = new TransferId(RequestId.ParseToken(stream["transfer/".Length..])).ToString();

    /// <summary>Lots of what never came, by SKU.</summary>
    public IEnumerable<(Sku Sku, ImmutableArray<LotUnits> Lots)> LotsWrittenOff
    {
        get
        {
            TransferStepIntended? step = null;
            for (var version = 1; version <= Version; version++)
            {
                var change = TransferCodec.Decode(EventAt(version));
                step = change as TransferStepIntended ?? step;
                var isWrittenOff = change is TransferStepDecided { Outcome: TransferOutcome.Accepted } && step?.Verb == TransferVerb.Close;
                foreach (var write in isWrittenOff ? step!.Writes : [])
                {
                    yield return (At(version).Lines[write.Line].Sku, write.Lots);
                }

                step = change is TransferStepDecided ? null : step;
            }
        }
    }

    /// <summary>What is wrong with what a reader sees; null if nothing is.</summary>
    public string? Problem(TransferView view)
    {
        if (view.Version > Version)
        {
            return $"{Stream}: version {view.Version} is shown, written are {Version}";
        }

        Tell(view.Version);
        var state = At(view.Version);
        var shown = view.Lines.Select(line => new TransitSums(line.Sku, line.Planned, line.Shipped, line.Received, line.Over, line.Lost, line.Damaged));
        return shown.SequenceEqual(state.Lines) ? null
            : $"{Stream}: version {view.Version} is shown as {string.Join(' ', view.Lines)}; true is {string.Join(' ', state.Lines)}";
    }

    protected override (TransferState After, string? Problem) After(TransferState before, ReadOnlySpan<byte> payload)
    {
        switch (TransferCodec.Decode(payload))
        {
            case TransferCreated created:
                var create = new TransferStepIntended(created.AtMs, created.Id, created.ContentHash, created.By, TransferVerb.Create, [], []);
                return (
                    TransferState.Empty with
                    {
                        Content = created.Content, Step = create, ExpectedAtMs = created.Content.ExpectedAtMs,
                        Lines = [.. created.Content.Lines.Select(line => new TransitSums(line.Sku, line.Units, 0, 0, 0, 0, 0))],
                    },
                    before.Exists || before.IsDeciding ? "it is made a second time" : null);
            case TransferStepIntended intended:
                return (before with { Step = intended }, before.IsDeciding || !before.Exists ? "a step begins while it cannot" : null);
            case TransferStepDecided decided when before.Step is { } step:
                return Decided(before, step, decided);
            case TransferSettled:
                return (before, before.IsDeciding ? "something is given back before it is decided" : null);
            case TransferAnnounced announced:
                var wrong = announced.Lines.Where(line => before.ToCome(line.Line) != (line.Units, line.DueMs) || line.IsRefused);
                return (before, before.IsDeciding || !before.Exists ? "units are announced of which it is not decided whether they have left"
                    : wrong.Any() ? $"it announces {string.Join(' ', wrong)}; true is {string.Join(' ', before.Lines)}"
                    : null);
            default:
                return (before, "nothing was to be decided");
        }
    }

    private static (TransferState After, string? Problem) Decided(TransferState before, TransferStepIntended step, TransferStepDecided decided)
    {
        var after = before with { Step = null };
        if (!decided.Outcome.IsAccepted())
        {
            return (after, null);
        }

        var lines = before.Lines.ToBuilder();
        foreach (var (sku, units) in step.Planned)
        {
            var at = lines.ToList().FindIndex(line => line.Sku == sku);
            if (at < 0)
            {
                lines.Add(new TransitSums(sku, units, 0, 0, 0, 0, 0));
            }
            else
            {
                lines[at] = lines[at] with { Planned = units };
            }
        }

        for (var i = 0; i < step.Writes.Length; i++)
        {
            var refused = decided.Refused.Where(each => each.Write == i).Sum(each => each.Units == 0 ? step.Writes[i].Units : each.Units);
            if (step.Verb is TransferVerb.Ship or TransferVerb.Receive or TransferVerb.Close)
            {
                lines[step.Writes[i].Line] = Moved(lines[step.Writes[i].Line], step, step.Writes[i].Units - refused);
            }
        }

        for (var i = 0; step.Last && i < lines.Count; i++)
        {
            lines[i] = lines[i] with { Planned = lines[i].Shipped };
        }

        after = after with
        {
            Exists = true, IsCancelled = step.Verb == TransferVerb.Cancel, Lines = lines.ToImmutable(), Done = before.Done.Add(step.Id),
            ExpectedAtMs = step.Verb == TransferVerb.Reschedule || step.ExpectedAtMs > 0 ? step.ExpectedAtMs : before.ExpectedAtMs,
        };
        return (after, before.Done.Contains(step.Id) ? $"{step.Verb} took effect before"
            : after.Lines.Any(line => line.InTransit < 0) ? $"fewer than no units are in transit: {string.Join(' ', after.Lines)}"
            : after.Lines.Any(line => line.Shipped > line.Planned) ? $"more was sent than planned: {string.Join(' ', after.Lines)}"
            : null);
    }

    private static TransitSums Moved(TransitSums line, TransferStepIntended step, long units) => (step.Verb, step.Reason) switch
    {
        (TransferVerb.Ship, _) => line with { Shipped = line.Shipped + units },
        (TransferVerb.Receive, _) => line with { Received = line.Received + units, Over = line.Over + Math.Max(0, units - line.InTransit) },
        (_, LossReason.Damaged) => line with { Damaged = line.Damaged + units },
        _ => line with { Lost = line.Lost + units },
    };
}
