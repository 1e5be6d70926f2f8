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
    public void Check(Books books, Auditor auditor)
    {
        var lines = Enumerable.Range(0, order.Lines.Length).Select(line => Fate(books, line)).ToArray();
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
        var isFirm = lines.Select((fate, line) => fate == Settlement.Firm || LeftOf(books, line) == 0);
        if (ToldFirm && !order.Partial && isFirm.Contains(false))
        {
            auditor.Fail($"{name}: the caller was told that it is firm: {string.Join(' ', lines)}");
        }

        foreach (var (verb, word) in (ReadOnlySpan<(StockVerb, Settlement)>)
            [(StockVerb.Collect, Settlement.Collect), (StockVerb.Ship, Settlement.Ship), (StockVerb.Release, Settlement.Release)])
        {
            CheckSteps(books, auditor, name, verb, word);
        }
    }

    /// <summary>What left the lines is what the steps took that the caller was told of, and those in doubt each as a whole or not at all.</summary>
    private void CheckSteps(Books books, Auditor auditor, string name, StockVerb verb, Settlement word)
    {
        var lines = Enumerable.Range(0, order.Lines.Length);
        var left = lines.Select(line => Words(books, line, word).Sum(change => change.Units)).ToArray();
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

    private long LeftOf(Books books, int line) => order.Lines[line].Units
        - ((Settlement[])[Settlement.Collect, Settlement.Ship, Settlement.Release]).Sum(word => Words(books, line, word).Sum(change => change.Units));

    private IEnumerable<StockEvent> Words(Books books, int line, Settlement word)
    {
        var hold = new HoldId(order.Id, line + 1);
        return books.Of(order.Lines[line].Key).Events
            .Where(change => change.Hold == hold && change.Verb == StockVerb.Settle && change.Settlement == word);
    }

    /// <summary>The best that a line came to. A coordinator's holds count lines from 1.</summary>
    private Settlement Fate(Books books, int line)
    {
        var hold = new HoldId(order.Id, line + 1);
        var best = Settlement.Restore;
        foreach (var change in books.Of(order.Lines[line].Key).Events.Where(change => change.Hold == hold && change.Verb == StockVerb.Settle))
        {
            var word = change.Settlement is Settlement.Soft or Settlement.Firm ? change.Settlement : Settlement.Restore;
            best = word > best ? word : best;
        }

        return best;
    }
}
