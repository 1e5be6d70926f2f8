using System.Collections.Immutable;
using Inventory.Domain.Stocks;
using Inventory.Grains;

namespace Inventory.Simulator;

/// <summary>One caller's reservations of several lines, and what he does with them.</summary>
internal sealed class ManyCalls(World world, Tally tally, Random random, Func<Func<Task>, Task> retry)
{
    private readonly List<ManyRecord> _many = [];

    public async Task ReserveAsync(ImmutableArray<ReserveLine> lines, string kind = "many")
    {
        var order = new ReserveMany(Shop.AnyId(random), lines, Shop.AnyChannel(random), Shop.AnyTtl(random), random.Next(4) == 0);
        var record = world.Auditor.Send(order);
        await retry(async () =>
        {
            var answer = await world.Service.Reserve(order);
            tally.Add($"answer {kind} {answer.Outcome}");
            tally.Add($"answer {kind} with work {answer.Outcome}", order.Lines[^1].Slot is null ? 0 : 1);
            record.ToldHeld |= answer.Outcome.IsAccepted();
        });
        _many.Add(record);
    }

    public async Task GoOnAsync(string kind = "many")
    {
        if (_many.Count == 0)
        {
            return;
        }

        var record = _many[random.Next(_many.Count)];
        record = random.Next(4) == 0 ? record : _many.FindLast(each => each.ToldHeld) ?? record;
        var verb = random.Next(9) switch
        {
            0 or 1 or 2 => StockVerb.Confirm,
            3 => StockVerb.Extend,
            4 => StockVerb.Release,
            5 or 6 => StockVerb.Ship,
            _ => StockVerb.Collect,
        };
        var takes = verb is not (StockVerb.Confirm or StockVerb.Extend);
        var all = verb == StockVerb.Release && random.Next(2) == 0;
        var parts = all ? AllParts(record.Order) : takes ? AnyParts(record.Order) : [];
        var step = new ReservationStep(Shop.AnyId(random), verb, parts, verb == StockVerb.Extend ? Shop.AnyTtl(random) : 0);
        var told = new ManyStep(verb, parts);
        record.Steps.AddRange(takes ? [told] : []);
        await retry(async () =>
        {
            var wasInDoubt = told.InDoubt;
            told.InDoubt = true;
            var answer = await world.Service.Step(record.Order.Id, step);
            tally.Add($"answer {kind} {verb} {answer.Outcome}");
            told.InDoubt = wasInDoubt || answer.Outcome == StockOutcome.ReservationInDoubt;
            told.ToldDone |= answer.Outcome.IsAccepted();
            record.ToldFirm |= verb == StockVerb.Confirm && answer.Outcome.IsAccepted();
        });
    }

    private static ImmutableArray<LinePart> AllParts(ReserveMany order) =>
        [.. order.Lines.Where(line => line.Slot is null).Select((line, i) => new LinePart(i, line.Units))];

    // One unit of some lines, so that several steps may follow each other.
    private ImmutableArray<LinePart> AnyParts(ReserveMany order)
    {
        var lines = order.Lines.Count(line => line.Slot is null);
        var first = random.Next(lines);
        var count = random.Next(1, lines - first + 1);
        return [.. Enumerable.Range(first, count).Select(line => new LinePart(line, 1))];
    }
}
