using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Grains;

namespace Inventory.Simulator;

/// <summary>A reservation of several lines and what its caller was told.</summary>
internal sealed class ManyRecord(ReserveMany order)
{
    public ReserveMany Order => order;

    /// <summary>The caller was told that it is held.</summary>
    public bool ToldHeld { get; set; }

    /// <summary>The caller was told that it is firm.</summary>
    public bool ToldFirm { get; set; }

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

        if (ToldFirm && !order.Partial && lines.Any(fate => fate != Settlement.Firm))
        {
            auditor.Fail($"{name}: the caller was told that it is firm: {string.Join(' ', lines)}");
        }
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
