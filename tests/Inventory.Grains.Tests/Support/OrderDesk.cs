using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Stocks;

namespace Inventory.Grains.Tests;

/// <summary>Orders of one customer in a world of three stores along a meridian: near (10 km), middle (100 km) and far (300 km).</summary>
internal static class OrderDesk
{
    public const long TtlMs = 900_000;
    private const int AsksMax = 5;
    public static readonly Position Home = new(52, 0);
    public static readonly RequestId Order = World.Id("order");
    private static readonly Actor s_by = new(Channel.Web, "shop", "");

    /// <summary>Five MUG and five CUP in each store.</summary>
    public static OnPool<World> Stocked() => World.Start(async world =>
    {
        foreach (var (store, kilometres) in new[] { ("near", 10), ("middle", 100), ("far", 300) })
        {
            await world.Open(store, Home.Latitude + (kilometres / 111.195));
            await world.Receive("MUG@" + store, 5);
            await world.Receive("CUP@" + store, 5);
            await world.Shown("MUG@" + store, row => row.Available == 5);
            await world.Shown("CUP@" + store, row => row.Available == 5);
        }
    });

    public static OrderContent Shipped(params (string Sku, long Units)[] lines) => Content(new Wish(WishKind.Ship, Point: Home), lines);

    public static OrderContent Content(Wish wish, params (string Sku, long Units)[] lines) =>
        new([.. lines.Select(line => new OrderedLine(Sku.Parse(line.Sku), line.Units, wish))], "c-1", Channel.Web, TtlMs);

    public static Task<OrderAnswer> Place(World world, OrderContent content, RequestId? id = null) =>
        Sure(() => world.Orders.Place(new PlaceOrder(id ?? Order, s_by, content)));

    public static Task<OrderAnswer> Step(World world, string id, OrderVerb verb, int? part = null, string? to = null, params LineUnits[] lines) =>
        Sure(() => world.Orders.Step(Order, new OrderStep(
            World.Id(id), s_by, verb, part, [.. lines], TtlMs, to is null ? null : LocationId.Parse(to))));

    /// <summary>
    /// Asks again while the answer is in doubt, as callers are told to: a stock whose lease passes while a step of its reservation is under way asks for the
    /// word, and so ends that step as not done.
    /// </summary>
    public static async Task<OrderAnswer> Sure(Func<ValueTask<OrderAnswer>> ask)
    {
        for (var asked = 1; ; asked++)
        {
            var answer = await ask().AsTask().WaitAsync(World.Patience);
            if (answer.Outcome != OrderOutcome.InDoubt || asked == AsksMax)
            {
                return answer;
            }
        }
    }

    public static async Task<OrderView> Get(World world) => (await world.Orders.Get(Order).AsTask().WaitAsync(World.Patience))!;

    /// <summary>Held and on hand of each stock: <c>MUG@near 2/5</c>, those with nothing held and all five there left out.</summary>
    public static async Task<string> Shelves(World world)
    {
        var told = new List<string>();
        foreach (var sku in new[] { "MUG", "CUP" })
        {
            foreach (var store in new[] { "near", "middle", "far" })
            {
                var view = await world.View($"{sku}@{store}");
                if (view.Held != 0 || view.Sellable != 5)
                {
                    told.Add($"{sku}@{store} {view.Held}/{view.Sellable}");
                }
            }
        }

        return string.Join(", ", told);
    }

    public static string Parts(OrderView order) => string.Join(", ", order.Parts.Select(part =>
        $"{part.Location} {part.State} {string.Join('+', part.Lines.Select(line => $"{line.Line}:{line.Left}/{line.Units}"))}"));
}
