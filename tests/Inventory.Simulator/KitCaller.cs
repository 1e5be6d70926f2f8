using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Catalog;
using Inventory.Domain.Stocks;
using Inventory.Grains;

namespace Inventory.Simulator;

/// <summary>Units of a kit that somebody brought back without an order.</summary>
internal sealed class KitReturnTold(StockKey kit, RequestId id, long units, Condition condition, ImmutableArray<ReturnedLot> lots)
{
    public RequestId Id => id;

    /// <summary>Its sender was told that it is done.</summary>
    public bool Done { get; set; }

    public ValueTask<StockAnswer> AskAsync(World world) => world.Service.ReturnKit(kit, id, units, condition, lots);
}

/// <summary>Whoever sells kits: defines them anew again and again, reserves them beside their own components, goes on with them and takes them back.</summary>
internal sealed class KitCaller : BesideCaller
{
    private readonly ManyCalls _many;

    public KitCaller(World world, Plan plan, int number, Tally tally)
        : base(world, plan, new Random(unchecked((plan.Seed * 9_000_011) + number)), tally, "kit") =>
        _many = new ManyCalls(world, tally, Random, RetryAsync);

    /// <summary>Describes the kit by one of its definitions.</summary>
    public static async Task DefineAsync(World world, Tally tally, Random random, RequestId id)
    {
        var definitions = world.Plan.Lots > 0 ? Shop.KitDefinitionsWithMilk : Shop.KitDefinitions;
        var facts = new CatalogFacts { Kit = definitions[random.Next(definitions.Length)] };
        var answer = await world.Catalog.Upsert(id, Shop.Kit, facts);
        tally.Add($"answer kit defined {answer.Outcome}");
        if (!answer.Outcome.IsAccepted())
        {
            world.Auditor.Fail($"the kit cannot be described: {answer.Outcome}");
        }

        var book = world.Auditor.Owners.Catalog;
        var version = book.Now.FindIndex(change => change.Id == id) + 1; // of the catalogue: the kit's own counts the kit's alone
        if (version == 0 || book.At(version).Count(change => change.Sku == Shop.Kit) != answer.Version)
        {
            world.Auditor.Fail($"the kit was described as version {answer.Version}, but that is not on record");
            return;
        }

        book.Tell(version);
    }

    protected override Task CallAsync() => Random.Next(20) switch
    {
        0 => RedefineAsync(),
        < 3 => ReceiveAsync(),
        < 9 => _many.ReserveAsync(AnyLines(), "kit"),
        < 16 => _many.GoOnAsync("kit"),
        < 18 => BringBackAsync(),
        18 => LookAsync(),
        _ => DeliverAsync(),
    };

    private Task RedefineAsync()
    {
        var (id, choice) = (Shop.AnyId(Random), Random.Next());
        return RetryAsync(() => DefineAsync(World, Tally, new Random(choice), id));
    }

    private ImmutableArray<ReserveLine> AnyLines()
    {
        var kits = new List<ReserveLine> { new(new StockKey(Shop.Kit, AnyPlace()), Random.Next(1, 3)) };
        if (Random.Next(3) == 0)
        {
            kits.Add(new ReserveLine(new StockKey(Shop.Kit, AnyPlace()), 1));
        }

        if (Random.Next(2) == 0)
        {
            kits.Insert(Random.Next(kits.Count + 1), new ReserveLine(AnyStock(), Random.Next(1, 3)));
        }

        return [.. kits, .. Random.Next(3) == 0 ? new[] { Shop.AnyWork(Random, World.NowMs) } : []];
    }

    private Task BringBackAsync()
    {
        var told = new KitReturnTold(
            new StockKey(Shop.Kit, AnyPlace()), Shop.AnyId(Random), Random.Next(1, 3), Shop.AnyCondition(Random),
            World.Plan.Lots > 0 && Random.Next(2) == 0 ? [Shop.AnyReturnedLot(Random, World.NowMs)] : []);
        World.Auditor.KitReturns.Add(told);
        return RetryAsync(async () =>
        {
            var answer = await told.AskAsync(World);
            Tally.Add($"answer kit back {answer.Outcome}");
            told.Done |= answer.Outcome.IsAccepted();
        });
    }

    private Task LookAsync() => RetryAsync(async () =>
    {
        var rows = (await World.Service.Get(new BoardQuery(Shop.Kit, Shop.AnyChannel(Random), null))).Rows;
        Tally.Add("look at a board of a kit");
        if (rows.Any(row => row.Available < 0))
        {
            World.Auditor.Fail($"fewer than no kits are available: {string.Join(' ', rows)}");
        }
    });

    // A kit has no shelf.
    private Task DeliverAsync() => RetryAsync(async () =>
    {
        var answer = await World.Service.Do(new StockKey(Shop.Kit, AnyPlace()), StockCommand.Receive(Shop.AnyId(Random), 1));
        Tally.Add($"answer kit delivered {answer.Outcome}");
        if (answer.Outcome.IsAccepted())
        {
            World.Auditor.Fail("a kit was delivered to a shelf of its own");
        }
    });
}
