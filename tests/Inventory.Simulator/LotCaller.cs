using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Catalog;
using Inventory.Domain.Stocks;
using Inventory.Grains;

namespace Inventory.Simulator;

/// <summary>Whoever sells what has a date: takes it in lot by lot, promises and hands it over, counts it, takes it back and writes it off.</summary>
internal sealed class LotCaller(World world, Plan plan, int number, Tally tally)
    : BesideCaller(world, plan, new Random(unchecked((plan.Seed * 11_000_027) + number)), tally, "lot")
{
    private readonly List<(StockKey Key, HoldId Hold)> _holds = [];
    private (StockKey Key, StockCommand Command)? _last;

    /// <summary>Says that milk has lots.</summary>
    public static async Task DescribeAsync(World world, Tally tally, RequestId id)
    {
        var answer = await world.Catalog.Upsert(id, Shop.Milk, new CatalogFacts { HasLots = true });
        tally.Add($"answer lots described {answer.Outcome}");
        if (!answer.Outcome.IsAccepted())
        {
            world.Auditor.Fail($"milk cannot be described: {answer.Outcome}");
        }
    }

    protected override Task CallAsync() => Random.Next(20) switch
    {
        < 5 => DeliverAsync(),
        < 9 => ReserveAsync(),
        < 13 => GoOnAsync(),
        < 17 => MindAsync(),
        17 => RepeatAsync(),
        _ => LookAsync(),
    };

    // Of eight one forgets to say which lot it is.
    private Task DeliverAsync()
    {
        var command = StockCommand.Receive(Shop.AnyId(Random), Random.Next(1, 5));
        return DoAsync(AnyMilk(), Random.Next(8) == 0 ? command : Dated(command));
    }

    private Task ReserveAsync()
    {
        var (key, command) = (AnyMilk(), StockCommand.Reserve(Shop.AnyId(Random), Random.Next(1, 4), Shop.AnyChannel(Random), Shop.AnyTtl(Random)));
        _holds.Add((key, command.Hold));
        return DoAsync(key, command);
    }

    private Task GoOnAsync()
    {
        if (_holds.Count == 0)
        {
            return Task.CompletedTask;
        }

        var (key, hold) = _holds[^(1 + Random.Next(Math.Min(6, _holds.Count)))];
        var (id, units) = (Shop.AnyId(Random), Random.Next(3));
        var command = Random.Next(6) switch
        {
            0 => StockCommand.Confirm(id, hold),
            1 => StockCommand.Release(id, hold, units),
            2 => StockCommand.Collect(id, hold, units),
            3 => StockCommand.Ship(id, hold, units),
            _ => StockCommand.Collect(id, hold, units).Of(Shop.LotOf(Shop.AnyDate(Random, World.NowMs))), // somebody has looked
        };
        return DoAsync(key, command);
    }

    // Counted, taken back, set aside, thrown away.
    private Task MindAsync()
    {
        var (id, units) = (Shop.AnyId(Random), Random.Next(1, 3));
        return DoAsync(AnyMilk(), Random.Next(8) switch
        {
            0 => StockCommand.Return(id, units, Shop.AnyCondition(Random)),
            1 => Dated(StockCommand.Return(id, units, Shop.AnyCondition(Random))),
            2 => Dated(StockCommand.Count(id, Random.Next(4), 0)),
            3 => Dated(StockCommand.Move(id, units, Condition.Sellable, Condition.Damaged)),
            4 => Dated(StockCommand.Adjust(id, -units, AdjustReason.Damage)),
            5 => StockCommand.Adjust(id, -units, AdjustReason.Damage),
            _ => StockCommand.Adjust(id, -units, AdjustReason.Expired),
        });
    }

    private Task RepeatAsync() => _last is var (key, command) ? AskAsync(key, command) : Task.CompletedTask;

    private Task LookAsync() => RetryAsync(async () =>
    {
        var key = AnyMilk();
        var (book, channel, askedAtMs) = (World.Auditor.Books.Of(key), Shop.AnyChannel(Random), World.NowMs);
        var told = book.Told;
        var view = await World.Service.Stocks.Get(key, channel);
        World.Auditor.Shown(key, view.Version, view.Sellable, view.Available, channel, told, askedAtMs, "the owner of lots");
        if (view.Version > book.Version)
        {
            return;
        }

        Tally.Add("look at lots");
        var state = book.At(view.Version);
        var shown = view.Lots.Where(lot => !lot.Name.IsNone).SelectMany(lot => new[]
        {
            ((lot.Name, Condition.Sellable), lot.Sellable), ((lot.Name, Condition.Damaged), lot.Damaged),
            ((lot.Name, Condition.Quarantine), lot.Quarantine), ((lot.Name, Condition.Display), lot.Display),
        }).Where(lot => lot.Item2 != 0).ToDictionary();
        var right = state.Lots.Where(lot => lot.Value != 0).ToDictionary();
        if (shown.Count != right.Count || shown.Any(lot => right.GetValueOrDefault(lot.Key) != lot.Value)
            || view.Lots.Any(lot => !lot.Name.IsNone && lot.BestBefore != state.Dates[lot.Name]))
        {
            World.Auditor.Fail($"{key} version {view.Version}: shown are {string.Join(' ', view.Lots)}; true are {string.Join(' ', right)}");
        }

        var (least, most) = (state.Past(Math.Min(askedAtMs, state.AtMs)), state.Past(World.NowMs));
        Tally.Add("unit seen past its date", view.PastDate);
        if (view.PastDate < least || view.PastDate > most)
        {
            World.Auditor.Fail($"{key} version {view.Version}: {view.PastDate} are past their date; true are {least} to {most}");
        }
    });

    private Task DoAsync(StockKey key, StockCommand command)
    {
        _last = (key, command);
        return AskAsync(key, command);
    }

    private StockKey AnyMilk() => new(Shop.Milk, AnyPlace());

    private StockCommand Dated(StockCommand command)
    {
        var date = Shop.AnyDate(Random, World.NowMs);
        return command.Of(Shop.LotOf(date), date);
    }
}
