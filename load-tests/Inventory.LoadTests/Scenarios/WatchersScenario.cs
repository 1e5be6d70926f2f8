using Grpc.Core;
using Inventory.LoadTests.Measuring;
using Inventory.LoadTests.Operations;
using Inventory.LoadTests.Reporting;
using Inventory.LoadTests.Service;
using Inventory.LoadTests.Workers;
using Inventory.V1;

namespace Inventory.LoadTests.Scenarios;

/// <summary>Many open watches while units are sold: how long until a watcher sees a sale.</summary>
internal sealed class WatchersScenario : Scenario
{
    private const int UnitsEach = 1_000_000_000;
    private const int WatchersPerSku = 10;
    private const int WatchersPerConnection = 500;
    private const double RateDefault = 500;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    public override string Name => "watchers";

    public override string Title => "Watchers of availability";

    public override async Task<ReportSection> RunAsync(ScenarioContext context, CancellationToken ct)
    {
        var settings = context.Settings;
        var count = settings.Sizes.Watchers;
        var plan = await context.PrepareAsync(Math.Max(1, count / WatchersPerSku), 1, UnitsEach, ct);
        using var target = new Target(context.Address, Math.Max(settings.Connections, (count + WatchersPerConnection - 1) / WatchersPerConnection));
        var watches = new List<Watch>();
        try
        {
            for (var i = 0; i < count; i++)
            {
                watches.Add(new Watch(target.Availabilities[i % target.Availabilities.Length], plan.Sku(i % plan.Stocks), ct));
            }

            await Task.WhenAll(watches.Select(watch => watch.SeenAsync(1).WaitAsync(s_patience, TimeProvider.System, ct)));
            var before = watches.Sum(watch => watch.Updates);
            var rate = settings.Rate ?? RateDefault;
            context.Tell($"{Format.Count(count)} watches open; {Format.Number(rate)} reservations/s");
            var ledger = new Ledger();
            var job = context.NewJob(JobKind.Reserve, plan);
            var run = await OpenLoop.RunAsync(
                rate, settings.Window, settings.WarmUp, index => ReserveAndSeeAsync(job, target, watches, ledger, index, ct), ct: ct);
            ct.ThrowIfCancellationRequested();
            var updates = watches.Sum(watch => watch.Updates) - before;
            var right = await CountRightAsync(context, plan, watches, ct);
            return new ReportSection
            {
                Name = Name,
                Title = Title,
                Says = $"{Format.Count(count)} open WatchAvailability streams, {WatchersPerSku} on each SKU, while {Format.Number(rate)} units are reserved "
                    + "per second by a schedule. Latency ends when a watcher of the SKU has seen the reservation, so it holds the write to the disk too.",
                Figures =
                [
                    new("watches", count, ""),
                    new("messages to watchers", updates / (settings.Seconds + settings.WarmUpSeconds), "/s"),
                ],
                Runs = [new ReportRun("reserved until seen", run)],
                Books =
                [
                    BookCheck.Exactly("Every watcher ended with what the owner of the stock says", count, right),
                    .. await context.CheckHeldAsync(plan, UnitsEach, ledger, ct),
                ],
            };
        }
        finally
        {
            foreach (var watch in watches)
            {
                await watch.DisposeAsync();
            }
        }
    }

    private static async ValueTask<Outcome> ReserveAndSeeAsync(
        Job job, Target target, List<Watch> watches, Ledger ledger, long index, CancellationToken ct)
    {
        // In turn over all watches: which one of a SKU is asked changes, so a watcher that is served late shows.
        var watch = (int)(index % watches.Count);
        var request = new ReserveRequest { RequestId = $"{job.Tag}-{index}", Ttl = ReserveOne.Ttl };
        request.Lines.Add(new ReservationLine { Key = job.Plan.Key(watch % job.Plan.Stocks), Units = 1 });
        Decision decision;
        try
        {
            decision = (await target.Reservations[index % target.Reservations.Length].ReserveAsync(request, cancellationToken: ct)).Decision;
        }
        catch (RpcException)
        {
            ledger.Doubt(1);
            throw;
        }

        if (!decision.Accepted)
        {
            return Outcome.Refused;
        }

        ledger.Hold(1);
        await watches[watch].SeenAsync(decision.Version);
        return Outcome.Granted;
    }

    private static async Task<long> CountRightAsync(ScenarioContext context, StockPlan plan, List<Watch> watches, CancellationToken ct)
    {
        long right = 0;
        for (var sku = 0; sku < plan.Stocks; sku++)
        {
            var stock = (await context.Target.Stocks.GetStockAsync(new GetStockRequest { Key = plan.Key(sku) }, cancellationToken: ct)).Stock;
            for (var i = sku; i < watches.Count; i += plan.Stocks)
            {
                await watches[i].SeenAsync(stock.Version).WaitAsync(s_patience, TimeProvider.System, ct);
                right += watches[i].Available == stock.AvailableUnits ? 1 : 0;
            }
        }

        return right;
    }
}
