using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Catalog;
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
    private const int ComponentStep = 1 << 12; // between the numbers of the holds of a kit's components
    private readonly Dictionary<int, ImmutableArray<LineUnits>> _kits = [];

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

        var isBegun = units.Any(each => Taken(auditor, each, Settlement.Collect) + Taken(auditor, each, Settlement.Ship) > 0);
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
        var left = lines.Select(line => Taken(auditor, line, word)).ToArray();
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
        - ((Settlement[])[Settlement.Collect, Settlement.Ship, Settlement.Release]).Sum(word => Taken(auditor, line, word));

    /// <summary>Units of a line that a word took. Of a kit every component's are in proportion, or some were taken alone.</summary>
    private long Taken(Auditor auditor, int line, Settlement word)
    {
        var taken = PartsOf(auditor, line).Select(part => (
            Units: part.Book.Events.Where(change => change.Hold == part.Hold && change.Verb == StockVerb.Settle && change.Settlement == word)
                .Sum(change => change.Units), part.PerUnit)).ToArray();
        var units = taken[0].Units / taken[0].PerUnit;
        if (taken.Any(part => part.Units != units * part.PerUnit))
        {
            auditor.Fail($"reservation {order.Id}: line {line}: {word} took {string.Join('/', taken)} of a kit's components");
        }

        return units;
    }

    /// <summary>The best that a line came to; of a kit all components alike. A coordinator's holds count lines from 1.</summary>
    private Settlement Fate(Auditor auditor, int line)
    {
        var fates = PartsOf(auditor, line).Select(Fate).ToArray();
        if (fates.Any(fate => fate != fates[0]))
        {
            auditor.Fail($"reservation {order.Id}: line {line}: a kit's components came to {string.Join('/', fates)}");
        }

        return fates.Min();
    }

    private static Settlement Fate(LineUnits part)
    {
        var best = Settlement.Restore;
        foreach (var change in part.Book.Events.Where(change => change.Hold == part.Hold && change.Verb == StockVerb.Settle))
        {
            var word = change.Settlement is Settlement.Soft or Settlement.Firm ? change.Settlement : Settlement.Restore;
            best = word > best ? word : best;
        }

        return best;
    }

    /// <summary>The holds of a line: one, or of a kit one for each component, by the definition under which all of them were granted.</summary>
    private ImmutableArray<LineUnits> PartsOf(Auditor auditor, int line)
    {
        if (order.Lines[line].Key.Sku != Shop.Kit)
        {
            return [new LineUnits(BookOf(auditor, line), new HoldId(order.Id, line + 1), 1)];
        }

        if (_kits.TryGetValue(line, out var known))
        {
            return known;
        }

        var found = auditor.Owners.Catalog.DefinitionsOf(Shop.Kit).Select(definition => Parts(auditor, line, definition)).ToArray();
        var fitting = found.Where(parts => parts.All(part => GrantOf(part) is 0 || GrantOf(part) == order.Lines[line].Units * part.PerUnit)).ToArray();
        if (fitting.Length == 0)
        {
            var granted = string.Join('/', found[0].Select(GrantOf));
            auditor.Fail($"reservation {order.Id}: line {line}: of {order.Lines[line].Units} kits {granted} were granted, which no definition says");
        }

        return _kits[line] = (fitting.Length == 0 ? found : fitting)[0];
    }

    private ImmutableArray<LineUnits> Parts(Auditor auditor, int line, ImmutableArray<KitComponent> definition) =>
    [
        .. definition.Select((component, i) => new LineUnits(
            auditor.Books.Of(order.Lines[line].Key with { Sku = component.Sku }), new HoldId(order.Id, line + 1 + (i * ComponentStep)), component.Units)),
    ];

    // What was granted last: an attempt that was refused may be followed by another.
    private static long GrantOf(LineUnits part)
    {
        var granted = 0L;
        for (var version = 1L; version <= part.Book.Version; version++)
        {
            var change = part.Book.EventAt(version);
            var isGrant = change.Verb == StockVerb.Lease && change.Hold == part.Hold;
            granted = isGrant && part.Book.At(version - 1).HoldAt(part.Hold, change.AtMs).Units == 0 ? change.Units : granted;
        }

        return granted;
    }

    private readonly record struct LineUnits(StockBook Book, HoldId Hold, long PerUnit);
}
