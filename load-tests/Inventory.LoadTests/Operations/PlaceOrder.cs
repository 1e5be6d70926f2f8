using Inventory.LoadTests.Measuring;
using Inventory.LoadTests.Service;
using Inventory.LoadTests.Workers;
using Inventory.V1;

namespace Inventory.LoadTests.Operations;

/// <summary>An order of one unit of each of some neighbouring SKUs, to be sent to a customer anywhere: routed, held and durable before the answer.</summary>
internal sealed class PlaceOrder(Job job, Target target, Ledger ledger, CancellationToken ct) : Operation
{
    private readonly ulong _half = HalfOf(job);

    public override ValueTask<Outcome> RunAsync(long index)
    {
        var drawn = Scatter(job.Seed, index);
        var skus = job.Plan.Stocks / job.Plan.Locations;
        var content = new OrderContent
        {
            Delivery = new Delivery { Kind = DeliveryKind.Ship, Point = StockPlan.PointOf((long)(drawn >> 34)) },
            Ttl = ReserveOne.Ttl,
        };
        for (var line = 0; line < job.Lines; line++)
        {
            var sku = (int)((drawn + (ulong)line) % (ulong)skus);
            content.Lines.Add(new OrderLine { Sku = job.Plan.Sku(sku * job.Plan.Locations), Units = 1 });
        }

        var request = new PlaceOrderRequest { RequestId = IdOf(_half, index), Content = content };
        var call = target.Orders[index % target.Orders.Length].PlaceOrderAsync(request, cancellationToken: ct);
        return BookAsync(call, static answer => answer.Decision, job.Lines, ledger);
    }
}
