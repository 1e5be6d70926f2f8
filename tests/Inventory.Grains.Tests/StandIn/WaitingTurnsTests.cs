using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Routing;
using Inventory.Domain.Stocks;
using Inventory.Journal;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Simulation;

namespace Inventory.Grains.Tests.StandIn;

/// <summary>
/// Lists of those who wait and their orders call each other: neither may keep the other busy for nothing, whatever the order of their turns. Only the
/// stand-in draws it from a seed.
/// </summary>
public sealed class WaitingTurnsTests
{
    private const int Seeds = 40;
    private const int Orders = 4;
    private static readonly Actor s_by = new(Channel.Web, "shop", "");

    [Fact]
    public void A_silo_stops_while_orders_wait_and_they_wait_in_the_next()
    {
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var simulation = Start(seed);
            Do(simulation, () => PlaceAsync(simulation, 2));
            var receiving = simulation.Start(() => Get<IStocks>(simulation).Do(World.Key("MUG@near"), StockCommand.Receive(World.Id("one"), 1)).AsTask());
            simulation.Run(20 * seed); // it wakes them, and some of that is done
            simulation.Stop(); // throws if it does not come to an end

            Assert.True(receiving.IsCompleted);
            simulation.Restart();
            Assert.All(Views(simulation), static view => Assert.Equal(4, view.Unfilled.Sum(static line => line.Units) + view.Parts.Length));
            simulation.Crash();
        }
    }

    [Fact]
    public void Who_is_refused_by_a_stock_that_shows_units_is_not_tried_again_and_again()
    {
        var simulation = Start(seed: 1);
        Do(simulation, async () =>
        {
            var key = World.Key("MUG@near");
            await Get<IStocks>(simulation).Do(key, StockCommand.SetPolicy(World.Id("least"), new StockPolicy { MinUnits = 2 }));
            await Get<IStocks>(simulation).Do(key, StockCommand.Receive(World.Id("five"), 5));
        });
        Do(simulation, () => PlaceAsync(simulation, 1));
        simulation.Advance(TimeSpan.FromMinutes(10));
        Assert.All(Views(simulation), static view => Assert.Equal(
            (OrderState.Waiting, true), (view.State, view.Steps.Count(static note => note.Verb == OrderVerb.Retry) <= 2 * Orders)));
    }

    [Fact]
    public void Who_waits_anew_while_the_list_hears_that_he_does_not_is_called_when_units_come()
    {
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var (simulation, answers) = (Start(seed), 0);
            simulation.Crash();
            simulation.Delays = (_, method) => method.EndsWith("IOrderGrain.Wake", StringComparison.Ordinal) && answers++ >= 0 ? TimeSpan.FromSeconds(5) : null;
            simulation.Restart();
            Do(simulation, async () =>
            {
                var facts = new LocationFacts { Name = "Store", Kind = LocationKind.Store, Position = new Position(53, 0) };
                await Get<ILocations>(simulation).Upsert(World.Id("other-store"), LocationId.Parse("far"), facts);
            });
            var order = World.Id("order");
            Do(simulation, async () =>
            {
                var line = new OrderedLine(Sku.Parse("MUG"), 1, new Wish(WishKind.Ship, Point: new Position(52, 0)));
                await Get<IOrders>(simulation).Place(new PlaceOrder(order, s_by, new OrderContent([line], "c-1", Channel.Web, 900_000, Policy: "back")));
                await Get<IOrders>(simulation).Step(order, new OrderStep(World.Id("pay"), s_by, OrderVerb.Confirm, null, []));
            });
            simulation.Advance(TimeSpan.FromMinutes(1));
            var before = answers;
            Do(simulation, () => Get<IStocks>(simulation).Do(World.Key("MUG@near"), StockCommand.Receive(World.Id("one"), 1)).AsTask());

            // It is held there, and not found, before the list has heard that nobody waits any more.
            Do(simulation, async () =>
            {
                while ((await Get<IOrders>(simulation).Get(order))!.Parts.IsEmpty)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(50), simulation.Time);
                }

                var rejected = await Get<IOrders>(simulation).Step(order, new OrderStep(World.Id("lost"), s_by, OrderVerb.Reject, null, []));
                Assert.Equal((OrderOutcome.Accepted, 1L), (rejected.Outcome, rejected.Order!.Unfilled.Sum(static each => each.Units)));
            });
            Assert.True(answers > before, $"seed {seed}: nobody tried it");
            simulation.Advance(TimeSpan.FromSeconds(10));
            Do(simulation, () => Get<IStocks>(simulation).Do(World.Key("MUG@far"), StockCommand.Receive(World.Id("two"), 1)).AsTask());
            simulation.Advance(TimeSpan.FromMinutes(1));
            OrderView? view = null;
            Do(simulation, async () => view = await Get<IOrders>(simulation).Get(order));
            Assert.True(view!.Parts.LastOrDefault() is { Location.Value: "far", State: PartState.Open }, $"seed {seed}: {OrderDesk.Parts(view)}");
            simulation.Crash();
        }
    }

    private static GrainSimulation Start(int seed)
    {
        GrainSimulation? simulation = null;
        var journal = new MemoryJournal();
        simulation = new GrainSimulation(seed, silo =>
        {
            silo.Services.AddSingleton(_ => simulation!.Scheduler);
            silo.Services.AddSingleton<IJournal>(new Shared(journal));
            silo.Services.AddInventoryGrains();
        });
        Do(simulation, async () =>
        {
            var facts = new LocationFacts { Name = "Store", Kind = LocationKind.Store, Position = new Position(52, 0) };
            await Get<ILocations>(simulation).Upsert(World.Id("store"), LocationId.Parse("near"), facts);
            var policies = Get<IPolicies>(simulation);
            var policy = new RoutingPolicy { Name = "back", Unfillable = Unfillable.BackOrder };
            await policies.Write(new PolicyCommand(PolicyVerb.Create, World.Id("create"), default, Policy: policy));
            await policies.Write(new PolicyCommand(PolicyVerb.Activate, World.Id("activate"), default, "back", 1));
        });
        return simulation;
    }

    private static async Task PlaceAsync(GrainSimulation simulation, int units)
    {
        for (var i = 0; i < Orders; i++)
        {
            var lines = new[] { "MUG", "CUP" }.Select(sku => new OrderedLine(Sku.Parse(sku), units, new Wish(WishKind.Ship, Point: new Position(52, 0))));
            var content = new OrderContent([.. lines], "c-1", Channel.Web, 900_000, Policy: "back");
            await Get<IOrders>(simulation).Place(new PlaceOrder(World.Id("order-" + i), s_by, content));
            await Get<IOrders>(simulation).Step(World.Id("order-" + i), new OrderStep(World.Id("pay-" + i), s_by, OrderVerb.Confirm, null, []));
        }
    }

    private static List<OrderView> Views(GrainSimulation simulation)
    {
        var views = new List<OrderView>();
        Do(simulation, async () =>
        {
            for (var i = 0; i < Orders; i++)
            {
                views.Add((await Get<IOrders>(simulation).Get(World.Id("order-" + i)))!);
            }
        });
        return views;
    }

    private static T Get<T>(GrainSimulation simulation)
        where T : notnull => simulation.Services.GetRequiredService<T>();

    private static void Do(GrainSimulation simulation, Func<Task> work)
    {
        var task = simulation.Start(work);
        for (var round = 0; round < 200 && !task.IsCompleted; round++)
        {
            simulation.Advance(TimeSpan.FromMilliseconds(100));
        }

        task.WaitAsync(TimeSpan.Zero).GetAwaiter().GetResult();
    }

    /// <summary>Outlives the silos that stand on it.</summary>
    private sealed class Shared(MemoryJournal journal) : IJournal
    {
        public long DurablePosition => journal.DurablePosition;

        public JournalHealth Health => journal.Health;

        public ValueTask<IJournalStream> OpenAsync(string stream, IStreamReader reader, CancellationToken cancellationToken = default) =>
            journal.OpenAsync(stream, reader, cancellationToken);

        public JournalPosition? TryBegin(string prefix, string name, ReadOnlySpan<byte> payload) => journal.TryBegin(prefix, name, payload);

        public ValueTask<long> ReadAsync(string stream, IStreamReader reader, CancellationToken cancellationToken = default) =>
            journal.ReadAsync(stream, reader, cancellationToken);

        public IAsyncEnumerable<JournalEntry> TailAsync(long fromPosition, CancellationToken cancellationToken = default) =>
            journal.TailAsync(fromPosition, cancellationToken);

        public ValueTask WhenDurable(JournalPosition position) => journal.WhenDurable(position);

        public ValueTask DisposeAsync() => default;
    }
}
