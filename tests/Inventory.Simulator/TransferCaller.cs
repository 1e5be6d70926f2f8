using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Domain.Transfers;
using Inventory.Grains;

namespace Inventory.Simulator;

/// <summary>A transfer that somebody made.</summary>
internal sealed class TransferTold(CreateTransfer transfer)
{
    public CreateTransfer Transfer => transfer;

    /// <summary>Its maker was told that it is there.</summary>
    public bool Made { get; set; }
}

/// <summary>Units on their way as drivers and stores see them: drafted, changed, sent, taken in partly, broken or too many, written off and given up.</summary>
internal sealed class TransferCaller(World world, Plan plan, int number, Tally tally)
    : BesideCaller(world, plan, new Random(unchecked((plan.Seed * 5_000_011) + number)), tally, "transfer")
{
    private static readonly long[] s_waits = [0, 2_000, 60_000, 3_600_000, 86_400_000];
    private readonly bool _hasLots = plan.Lots > 0;
    private readonly List<TransferTold> _transfers = [];
    private readonly List<(StockKey Key, HoldId Hold)> _arrived = [];
    private readonly Dictionary<RequestId, (string What, long Version)> _accepted = [];
    private (RequestId Transfer, TransferStep Step)? _last;

    protected override Task CallAsync() => _transfers.Count == 0 ? CreateAsync() : Random.Next(20) switch
    {
        < 4 => CreateAsync(),
        < 6 => _arrived.Count > 0 && Random.Next(2) == 0 ? FulfilAsync() : ReceiveAsync(),
        < 17 => GoOnAsync(),
        17 => RepeatAsync(),
        18 => TwiceAtOnceAsync(),
        _ => LookAsync(),
    };

    private Task CreateAsync()
    {
        var from = Random.Next(Shop.Places.Length);
        var to = (from + Random.Next(1, Shop.Places.Length)) % Shop.Places.Length;
        var content = new TransferContent(Shop.Places[from], Shop.Places[to], AnyLines(), Random.Next(2) == 0, AnyArrival(), "t-" + number);
        var told = new TransferTold(new CreateTransfer(Shop.AnyId(Random), By, content));
        _transfers.Add(told);
        World.Auditor.Transfers.Add(told);
        return RetryAsync(async () =>
        {
            var answer = await World.Transfers.Create(told.Transfer);
            Check("create", told.Transfer.Id, told.Transfer.Id, answer);
            told.Made |= answer.Outcome.IsAccepted();
        });
    }

    // What has come in for somebody is sent on.
    private Task FulfilAsync()
    {
        var (key, hold) = _arrived[Random.Next(_arrived.Count)];
        return AskAsync(key, StockCommand.Ship(Shop.AnyId(Random), hold));
    }

    private Task GoOnAsync()
    {
        var transfer = AnyTransfer();
        var step = AnyStep();
        _last = (transfer, step);
        return StepAsync(transfer, step);
    }

    private Task StepAsync(RequestId transfer, TransferStep step) => RetryAsync(async () =>
    {
        var answer = await World.Transfers.Step(transfer, step);
        Check(step.Verb.ToString().ToLowerInvariant(), transfer, step.Id, answer);
    });

    // The same again, or under the same id something else.
    private Task RepeatAsync() => _last is not var (transfer, step) ? Task.CompletedTask
        : Random.Next(2) == 0 ? StepAsync(transfer, step)
        : RetryAsync(async () =>
        {
            var other = step with { ExpectedAtMs = step.ExpectedAtMs + 1 };
            var answer = await World.Transfers.Step(transfer, other);
            Tally.Add($"answer transfer with a used id {answer.Outcome}");
            if (_accepted.ContainsKey(step.Id) && answer.Outcome != TransferOutcome.IdReused)
            {
                World.Auditor.Fail($"transfer {transfer}: {step.Id} was taken before, but something else under that id is {answer.Outcome}");
            }
            else if (answer.Outcome.IsAccepted())
            {
                _last = (transfer, other);
                _accepted[step.Id] = ("", answer.Version);
            }
        });

    // Two who receive the same lorry; or one who was impatient.
    private Task TwiceAtOnceAsync()
    {
        var (transfer, step) = (AnyTransfer(), AnyStep());
        Tally.Add("transfer step sent twice at once");
        return Task.WhenAll(StepAsync(transfer, step), StepAsync(transfer, Random.Next(2) == 0 ? step : step with { Id = Shop.AnyId(Random) }));
    }

    private Task LookAsync() => RetryAsync(async () =>
    {
        var id = AnyTransfer();
        var book = (TransferBook)World.Auditor.Owners.Of(OwnerBooks.StreamOf(id));
        var told = book.Told;
        if (await World.Transfers.Get(id) is { } view)
        {
            Tally.Add("look at a transfer");
            Check(book, view);
            if (view.Version < told)
            {
                World.Auditor.Fail($"transfer {id}: version {view.Version} is shown, told before was {told}");
            }
        }
    });

    private RequestId AnyTransfer() => _transfers[^(1 + Random.Next(Math.Min(4, _transfers.Count)))].Transfer.Id;

    private TransferStep AnyStep()
    {
        var verb = Random.Next(14) switch
        {
            0 => TransferVerb.Change,
            1 => TransferVerb.Cancel,
            < 6 => TransferVerb.Ship,
            < 10 => TransferVerb.Receive,
            < 12 => TransferVerb.Close,
            _ => TransferVerb.Reschedule,
        };
        ImmutableArray<TransferPart> parts = verb switch
        {
            TransferVerb.Change => [.. AnyLines().Select(line => new TransferPart(line.Sku, line.Units))],
            TransferVerb.Cancel or TransferVerb.Reschedule => [],
            _ when Random.Next(2) == 0 => [],
            TransferVerb.Receive => [new TransferPart(AnySku(), Random.Next(1, 3), Shop.AnyCondition(Random))],
            _ => [new TransferPart(AnySku(), Random.Next(1, 3))],
        };
        return new TransferStep(
            Shop.AnyId(Random), By, verb, parts, verb == TransferVerb.Close ? (LossReason)Random.Next(1, 3) : LossReason.None,
            verb == TransferVerb.Receive && !parts.IsEmpty && Random.Next(3) == 0,
            verb == TransferVerb.Reschedule || (verb == TransferVerb.Ship && Random.Next(3) == 0) ? AnyArrival() : 0);
    }

    // Nobody knows when, now, or at some time to come.
    private long AnyArrival() => Random.Next(4) == 0 ? 0 : World.NowMs + s_waits[Random.Next(s_waits.Length)];

    private ImmutableArray<SkuUnits> AnyLines()
    {
        var both = Random.Next(2) == 0;
        var skus = Shop.Skus.Where((_, i) => both || i == 0).Concat(_hasLots && Random.Next(2) == 0 ? [Shop.Milk] : []);
        return [.. skus.Select(sku => new SkuUnits(sku, Random.Next(1, 4)))];
    }

    private Sku AnySku() => _hasLots && Random.Next(3) == 0 ? Shop.Milk : Shop.Skus[Random.Next(2)];

    private void Check(string what, RequestId transfer, RequestId write, TransferAnswer answer)
    {
        Tally.Add($"answer transfer {what} {answer.Outcome}");
        Tally.Add("transfer line refused while others moved", answer.Outcome == TransferOutcome.Accepted ? answer.Refused.Length : 0);
        var book = (TransferBook)World.Auditor.Owners.Of(OwnerBooks.StreamOf(transfer));
        if (answer.Transfer is { } view)
        {
            Check(book, view);
            _arrived.AddRange(answer.Fulfilled.Select(each => (Key: new StockKey(each.Sku, view.Content.To), each.Promise))
                .Where(each => !SupplyOf(each.Key).Now.Claims.ContainsKey(each.Promise.Promise)) // an order minds its own
                .Select(static each => (each.Key, new HoldId(each.Promise.Reservation, 0))));
        }

        Tally.Add("promise fulfilled by a transfer", answer.Fulfilled.Length);
        Tally.Add("promise concerned by a transfer", answer.Concerned.Length);

        if (answer.Version > book.Version)
        {
            World.Auditor.Fail($"transfer {transfer}: {what} is answered as version {answer.Version}, written are {book.Version}");
            return;
        }

        if (answer.Outcome.IsAccepted())
        {
            book.Tell(answer.Version);
            if (!book.At(answer.Version).Done.Contains(write))
            {
                World.Auditor.Fail($"transfer {transfer}: {what} was accepted as version {answer.Version}, but it is not on record");
            }

            if (!_accepted.TryAdd(write, (what, answer.Version)) && _accepted[write].Version != answer.Version)
            {
                World.Auditor.Fail($"transfer {transfer}: {what} is answered as version {answer.Version}, before as {_accepted[write].Version}");
            }
        }
        else if (answer.Outcome != TransferOutcome.IdReused && book.At(book.Told).Done.Contains(write))
        {
            World.Auditor.Fail($"transfer {transfer}: {what} was accepted before, now it is {answer.Outcome}");
        }
    }

    private void Check(TransferBook book, TransferView view)
    {
        Tally.Add($"transfer seen {view.State}");
        if (book.Problem(view) is { } problem)
        {
            World.Auditor.Fail(problem);
        }
    }

    private SupplyBook SupplyOf(StockKey key) => (SupplyBook)World.Auditor.Owners.Of(OwnerBooks.StreamOf(key));
}
