using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Domain.Supply;
using Inventory.Domain.Transfers;
using Inventory.Grains;

namespace Inventory.Simulator;

/// <summary>Suppliers who announce, come late and bring less, and customers who are promised what is not there yet.</summary>
internal sealed class SupplyCaller(World world, Plan plan, int number, Tally tally)
    : BesideCaller(world, plan, new Random(unchecked((plan.Seed * 3_000_017) + number)), tally, "supply")
{
    private static readonly string[] s_names = ["PO-1", "PO-2", "PO-3"];
    private static readonly long[] s_waits = [2_000, 10_000, 60_000, 3_600_000, 86_400_000];
    private readonly List<(StockKey Key, string Name)> _announced = [];
    private readonly List<(StockKey Key, RequestId Promise)> _promises = [];
    private readonly List<(StockKey Key, HoldId Hold)> _arrived = [];
    private readonly Dictionary<RequestId, long> _accepted = [];
    private (StockKey Key, SupplyCommand Command)? _last;

    protected override Task CallAsync() => Random.Next(20) switch
    {
        < 5 => World.Plan is { Kits: > 0, BackOrders: > 0 } && Random.Next(3) == 0 ? ExpectKitAsync() : ExpectAsync(),
        < 10 => PromiseAsync(),
        < 14 => ArriveAsync(),
        14 => ReleaseAsync(),
        < 17 => FulfilAsync(),
        17 => RepeatAsync(),
        18 => TwiceAtOnceAsync(),
        _ => LookAsync(),
    };

    // What has a date arrives by lots.
    private new StockKey AnyStock() => World.Plan.Lots > 0 && Random.Next(3) == 0 ? new StockKey(Shop.Milk, AnyPlace()) : base.AnyStock();

    // How sure supply must be for the promises of a place: the same for all of them there, those of orders too, so that sums tell which can be kept.
    private int ConfidenceOf(LocationId place) => place == Shop.Places[2] && World.Plan.BackOrders == 0 ? 80 : 0;

    // Half of the time one that is known already: it moves, mostly later, or there is less of it.
    private Task ExpectAsync()
    {
        var (key, name) = Random.Next(2) == 0 ? AnyAnnounced() : (AnyStock(), AnyName());
        _announced.Add((key, name));
        var units = Random.Next(6) == 0 ? 0 : Random.Next(1, 7);
        return DoAsync(key, new SupplyCommand(SupplyVerb.Expect, Shop.AnyId(Random), By, units, name, AnyTime(), Random.Next(50, 101)));
    }

    // Enough of everything for some kits; each on a day of its own.
    private async Task ExpectKitAsync()
    {
        var (place, kits) = (AnyPlace(), Random.Next(1, 4));
        foreach (var part in World.Auditor.Owners.Catalog.DefinitionsOf(Shop.Kit).Last())
        {
            var (key, name) = (new StockKey(part.Sku, place), AnyName());
            _announced.Add((key, name));
            await DoAsync(key, new SupplyCommand(SupplyVerb.Expect, Shop.AnyId(Random), By, kits * part.Units, name, AnyTime(), Random.Next(50, 101)));
        }
    }

    private async Task PromiseAsync()
    {
        var key = AnyAnnounced().Key;
        var command = new SupplyCommand(
            SupplyVerb.Promise, Shop.AnyId(Random), By, Random.Next(1, 4), "", Math.Max(AnyTime(), AnyTime()), ConfidenceOf(key.Location), default,
            Shop.AnyChannel(Random), "c-" + number);
        _promises.Add((key, command.Id));
        await DoAsync(key, command);
    }

    private Task ArriveAsync()
    {
        var (key, name) = AnyAnnounced();
        return DoAsync(key, Dated(key, new SupplyCommand(SupplyVerb.Receive, Shop.AnyId(Random), By, Random.Next(1, 6), name)));
    }

    // Of eight one forgets to say which lot it is.
    private SupplyCommand Dated(StockKey key, SupplyCommand command)
    {
        if (key.Sku != Shop.Milk || Random.Next(8) == 0)
        {
            return command;
        }

        var date = Shop.AnyDate(Random, World.NowMs);
        return command with { Lot = Shop.LotOf(date), BestBefore = date };
    }

    private (StockKey Key, string Name) AnyAnnounced() =>
        _announced.Count == 0 || Random.Next(8) == 0 ? (AnyStock(), AnyName()) : _announced[^(1 + Random.Next(Math.Min(4, _announced.Count)))];

    private async Task ReleaseAsync()
    {
        if (_promises.Count > 0)
        {
            var (key, promise) = _promises[Random.Next(_promises.Count)];
            await DoAsync(key, new SupplyCommand(SupplyVerb.Release, Shop.AnyId(Random), By, Random.Next(2), Promise: promise));
        }
    }

    // What has come in for somebody is collected, sent, or not wanted any more.
    private async Task FulfilAsync()
    {
        if (_arrived.Count > 0)
        {
            var (key, hold) = _arrived[Random.Next(_arrived.Count)];
            var (id, units) = (Shop.AnyId(Random), Random.Next(2));
            await AskAsync(key, Random.Next(3) switch
            {
                0 => StockCommand.Collect(id, hold, units),
                1 => StockCommand.Ship(id, hold, units),
                _ => StockCommand.Release(id, hold, units),
            });
        }
    }

    private Task RepeatAsync()
    {
        if (_last is not var (key, command))
        {
            return Task.CompletedTask;
        }

        return Random.Next(2) == 0 ? DoAsync(key, command) : RetryAsync(async () =>
        {
            var answer = await World.Supply.Do(key, command with { Units = command.Units + 1 });
            Tally.Add($"answer supply with a used id {answer.Outcome}");
            if (_accepted.ContainsKey(command.Id) && answer.Outcome != SupplyOutcome.IdReused)
            {
                World.Auditor.Fail($"supply of {key}: {command.Id} was taken before, but something else under that id is {answer.Outcome}");
            }
            else if (answer.Outcome.IsAccepted())
            {
                _last = (key, command with { Units = command.Units + 1 });
                _accepted[command.Id] = answer.Version;
            }
        });
    }

    private Task TwiceAtOnceAsync()
    {
        var (key, name) = AnyAnnounced();
        var command = Dated(key, new SupplyCommand(SupplyVerb.Receive, Shop.AnyId(Random), By, Random.Next(1, 4), name));
        Tally.Add("supply call sent twice at once");
        return Task.WhenAll(DoAsync(key, command), DoAsync(key, Random.Next(2) == 0 ? command : command with { Id = Shop.AnyId(Random) }));
    }

    private Task LookAsync() => RetryAsync(async () =>
    {
        var key = AnyAnnounced().Key;
        var book = BookOf(key);
        var (told, askedAtMs) = (book.Told, World.NowMs);
        var look = new SupplyLook(AnyTime(), ConfidenceOf(key.Location), Shop.AnyChannel(Random));
        var view = (await World.Supply.Get(key, look)).Supply;
        Tally.Add("look at supply");
        Tally.Add("late promise seen", view.Promises.Count(each => each.IsLate));
        if (book.Problem(view, look, askedAtMs) is { } problem)
        {
            World.Auditor.Fail(problem);
        }
        else if (view.Version < told)
        {
            World.Auditor.Fail($"supply of {key}: version {view.Version} is shown, told before was {told}");
        }
    });

    private async Task DoAsync(StockKey key, SupplyCommand command)
    {
        _last = (key, command);
        await RetryAsync(async () =>
        {
            var askedAtMs = World.NowMs;
            Check(key, command, await World.Supply.Do(key, command), askedAtMs);
        });
    }

    private void Check(StockKey key, SupplyCommand command, SupplyAnswer answer, long askedAtMs)
    {
        var (what, book) = ($"supply of {key}: {command.Verb} {command.Units}", BookOf(key));
        Tally.Add($"answer supply {command.Verb.ToString().ToLowerInvariant()} {answer.Outcome}");
        Tally.Add($"answer supply of a lot {command.Verb.ToString().ToLowerInvariant()} {answer.Stock}", key.Sku == Shop.Milk ? 1 : 0);
        Tally.Add("promise concerned by what was announced", command.Verb == SupplyVerb.Expect ? answer.Concerned.Length : 0);
        Tally.Add("promise fulfilled", answer.Fulfilled.Length);
        var others = answer.Fulfilled.Where(each => !book.Now.Claims.ContainsKey(each.Promise)).ToArray(); // an order minds its own
        Tally.Add("promise of an order fulfilled", answer.Fulfilled.Length - others.Length);
        _arrived.AddRange(others.Select(each => (key, new HoldId(each.Reservation, 0))));
        if (answer.Version > book.Version)
        {
            World.Auditor.Fail($"{what} is answered as version {answer.Version}, written are {book.Version}");
            return;
        }

        var before = book.At(answer.Version);
        book.Tell(answer.Version);
        if (answer.Outcome.IsAccepted())
        {
            CheckAccepted(what, command, answer, book);
        }
        else if (_accepted.ContainsKey(command.Id) && answer.Outcome != SupplyOutcome.IdReused)
        {
            World.Auditor.Fail($"{what} was accepted before, now it is {answer.Outcome}");
        }
        else if (answer.Outcome == SupplyOutcome.Insufficient
            && before.Due(World.NowMs, command.AtMs, command.Confidence) - before.Promises.Sum(each => each.Left) >= command.Units)
        {
            World.Auditor.Fail($"{what} is {answer.Outcome} though there would be enough if all others were served, asked at {askedAtMs}");
        }
    }

    private void CheckAccepted(string what, SupplyCommand command, SupplyAnswer answer, SupplyBook book)
    {
        var state = book.At(answer.Version);
        if (!state.Done.Contains(command.Id))
        {
            World.Auditor.Fail($"{what} was accepted as version {answer.Version}, but it is not on record");
        }

        if (!_accepted.TryAdd(command.Id, answer.Version) && _accepted[command.Id] != answer.Version)
        {
            World.Auditor.Fail($"{what} is answered as version {answer.Version}, before as {_accepted[command.Id]}");
        }

        if (answer.Outcome == SupplyOutcome.AlreadyAccepted)
        {
            return;
        }

        var arrived = answer.Fulfilled.Sum(each => each.Units) + answer.Free;
        if (command.Verb == SupplyVerb.Receive && (arrived > command.Units || (answer.Stock == StockOutcome.Accepted && arrived < command.Units)))
        {
            World.Auditor.Fail($"{what}: {arrived} are told of");
        }

        // Whoever was to get units that are not announced any more must be named.
        var kind = state.Promises.Select(each => each.Confidence).FirstOrDefault();
        var before = book.At(answer.Version - 1);
        var (lacked, lack) = (Lacking(before, kind), Lacking(state, kind));
        if (command.Verb == SupplyVerb.Expect && state.IsOfOneKind && lack > lacked && answer.Concerned.Sum(each => each.Lacking) < lack - lacked)
        {
            World.Auditor.Fail($"{what}: {lack} units are lacking now, but those concerned are {string.Join(' ', answer.Concerned)}");
        }
    }

    private static long Lacking(SupplyState state, int kind) => Math.Max(0, state.Promises.Sum(each => each.Left) - state.Expected(kind));

    private SupplyBook BookOf(StockKey key) => (SupplyBook)World.Auditor.Owners.Of(OwnerBooks.StreamOf(key));

    // Now and then that of a transfer, which is not for callers.
    private string AnyName() => World.Auditor.Transfers.Count > 0 && Random.Next(10) == 0
        ? new TransferId(World.Auditor.Transfers[Random.Next(World.Auditor.Transfers.Count)].Transfer.Id).ToString()
        : s_names[Random.Next(s_names.Length)];

    private long AnyTime() => World.NowMs + s_waits[Random.Next(s_waits.Length)];
}
