using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Grains;

namespace Inventory.Simulator;

/// <summary>A step that takes units of several lines, and what its caller was told.</summary>
internal sealed class ManyStep(StockVerb verb, ImmutableArray<LinePart> parts)
{
    public StockVerb Verb => verb;

    /// <summary>The caller was told that it happened.</summary>
    public bool ToldDone { get; set; }

    /// <summary>The caller had no answer to one attempt, or was told that it is in doubt: it happened or it did not.</summary>
    public bool InDoubt { get; set; }

    public long UnitsOf(int line) => parts.Sum(part => part.Line == line ? part.Units : 0);
}

/// <summary>A reservation of several lines and what its caller was told.</summary>
internal sealed class ManyRecord(ReserveMany order)
{
    private const int DoubtsMax = 10;

    public ReserveMany Order => order;

    /// <summary>The caller was told that it is held.</summary>
    public bool ToldHeld { get; set; }

    /// <summary>The caller was told that it is firm.</summary>
    public bool ToldFirm { get; set; }

    /// <summary>Steps that take units.</summary>
    public List<ManyStep> Steps { get; } = [];

    /// <summary>Once nothing is in doubt any more: all lines were held or none, and what the caller was told is true.</summary>
    public void Check(Auditor auditor)
    {
        // Of work at a place without a limit there is no record.
        int[] recorded = [.. Enumerable.Range(0, order.Lines.Length).Where(line => !IsWork(line) || Shop.MostParcels(order.Lines[line].Key.Location) > 0)];
        var lines = recorded.Select(line => Fate(auditor, line)).ToArray();
        var held = lines.Count(fate => fate >= Settlement.Soft);
        var name = $"reservation {order.Id} of {order.Lines.Length} lines";
        if (held > 0 && held < lines.Length && !order.Partial)
        {
            auditor.Fail($"{name}: {held} were held: {string.Join(' ', lines)}");
        }

        if (ToldHeld && held == 0)
        {
            auditor.Fail($"{name}: the caller was told that it is held, but no line is");
        }

        // A line of which nothing was left when the others were confirmed has no part in that.
        var isFirm = lines.Select((fate, i) => fate == Settlement.Firm || LeftOf(auditor, recorded[i]) == 0);
        if (ToldFirm && !order.Partial && isFirm.Contains(false))
        {
            auditor.Fail($"{name}: the caller was told that it is firm: {string.Join(' ', lines)}");
        }

        foreach (var (verb, word) in (ReadOnlySpan<(StockVerb, Settlement)>)
            [(StockVerb.Collect, Settlement.Collect), (StockVerb.Ship, Settlement.Ship), (StockVerb.Release, Settlement.Release)])
        {
            CheckSteps(auditor, name, verb, word);
        }

        foreach (var line in recorded.Where(line => IsWork(line) && Fate(auditor, line) >= Settlement.Soft))
        {
            CheckWork(auditor, $"{name}: work line {line}", line);
        }
    }

    private bool IsWork(int line) => order.Lines[line].Slot is not null;

    private StockBook BookOf(Auditor auditor, int line) => order.Lines[line].Slot is { } slot
        ? auditor.Work.Of(order.Lines[line].Key.Location, slot)
        : auditor.Books.Of(order.Lines[line].Key);

    /// <summary>Once any unit has left, the work is used for good; if all went back before that, so did the work.</summary>
    private void CheckWork(Auditor auditor, string name, int line)
    {
        int[] all = [.. Enumerable.Range(0, order.Lines.Length).Where(each => !IsWork(each))];
        int[] here = [.. all.Where(each => order.Lines[each].Key.Location == order.Lines[line].Key.Location)];
        int[] units = [.. (here.Length > 0 ? here : all).Where(each => Fate(auditor, each) >= Settlement.Soft)];
        if (units.Length == 0)
        {
            return; // it goes with the reservation as a whole
        }

        var isBegun = units.Any(each => Words(auditor, each, Settlement.Collect).Concat(Words(auditor, each, Settlement.Ship)).Any());
        var isBack = !isBegun && units.All(each => LeftOf(auditor, each) == 0);
        var (left, book) = (LeftOf(auditor, line), BookOf(auditor, line));
        auditor.Met(isBegun ? "work used" : isBack ? "work given back" : "work held");
        if (left != (isBack ? 0 : order.Lines[line].Units))
        {
            auditor.Fail($"{name}: {left} are left, though units {(isBack ? "all went back" : "did not all go back before any left")}");
        }

        if (isBegun && book.Now.Holds.GetValueOrDefault(new HoldId(order.Id, line + 1)) is not { IsFirm: true })
        {
            auditor.Fail($"{name}: units have left, but the work is not firm");
        }
    }

    /// <summary>What left the lines is what the steps took that the caller was told of, and those in doubt each as a whole or not at all.</summary>
    private void CheckSteps(Auditor auditor, string name, StockVerb verb, Settlement word)
    {
        var lines = Enumerable.Range(0, order.Lines.Count(line => line.Slot is null));
        var left = lines.Select(line => Words(auditor, line, word).Sum(change => change.Units)).ToArray();
        var done = Steps.Where(step => step.Verb == verb && step.ToldDone).ToArray();
        var doubtful = Steps.Where(step => step.Verb == verb && !step.ToldDone && step.InDoubt).Take(DoubtsMax).ToArray();
        var isExplained = Enumerable.Range(0, 1 << doubtful.Length).Any(choice => lines.All(line =>
            left[line] == done.Sum(step => step.UnitsOf(line)) + doubtful.Where((_, i) => (choice & (1 << i)) != 0).Sum(step => step.UnitsOf(line))));
        if (!isExplained)
        {
            var steps = $"{done.Length} done and {doubtful.Length} doubtful steps";
            auditor.Fail($"{name}: {verb} took {string.Join('/', left)} of its lines; no choice of {steps} does");
        }
    }

    private long LeftOf(Auditor auditor, int line) => order.Lines[line].Units
        - ((Settlement[])[Settlement.Collect, Settlement.Ship, Settlement.Release]).Sum(word => Words(auditor, line, word).Sum(change => change.Units));

    private IEnumerable<StockEvent> Words(Auditor auditor, int line, Settlement word)
    {
        var hold = new HoldId(order.Id, line + 1);
        return BookOf(auditor, line).Events
            .Where(change => change.Hold == hold && change.Verb == StockVerb.Settle && change.Settlement == word);
    }

    /// <summary>The best that a line came to. A coordinator's holds count lines from 1.</summary>
    private Settlement Fate(Auditor auditor, int line)
    {
        var hold = new HoldId(order.Id, line + 1);
        var best = Settlement.Restore;
        foreach (var change in BookOf(auditor, line).Events.Where(change => change.Hold == hold && change.Verb == StockVerb.Settle))
        {
            var word = change.Settlement is Settlement.Soft or Settlement.Firm ? change.Settlement : Settlement.Restore;
            best = word > best ? word : best;
        }

        return best;
    }
}
