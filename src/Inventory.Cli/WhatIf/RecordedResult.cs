using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Routing;

namespace Inventory.Cli.WhatIf;

/// <summary>What the service itself made of orders that it recorded, in the figures of a <see cref="WhatIfResult"/>; and the state before it did.</summary>
internal static class RecordedResult
{
    /// <summary>What the comparison calls it.</summary>
    public const string Name = "as recorded";

    /// <summary>Null if none of the orders was placed with the service.</summary>
    /// <remarks>Carriage is priced by the zones of the first preset, since what the carrier really asked is not on record.</remarks>
    public static WhatIfResult? Of(WhatIfState state, IReadOnlyList<WhatIfOrder> orders, WhatIfSettings settings)
    {
        if (orders.All(order => order.Recorded.IsEmpty))
        {
            return null;
        }

        var facts = state.Locations.ToDictionary(location => location.Id, location => location.Facts);
        var (result, carrier) = (new WhatIfResult(Name), RoutingPolicy.Presets[0]);
        foreach (var order in orders)
        {
            var (score, left) = (new OrderScore(), order.Lines.Select(line => line.Units).ToArray());
            foreach (var part in order.Recorded)
            {
                result.Rejects += part.Rejected > 0 ? 1 : 0;
                if (part.Lines.IsEmpty || !facts.TryGetValue(part.Location, out var at))
                {
                    continue;
                }

                foreach (var line in part.Lines)
                {
                    left[line.Line] -= line.Units;
                }

                var metres = order.Lines[part.Lines[0].Line].Wish.Point is { } point ? point.DistanceMetres(at.Position) : 0;
                var grams = part.Lines.Sum(line => line.Units * order.Lines[line.Line].UnitGrams);
                var zone = carrier.ZoneOf(metres);
                var paid = part.IsShipped ? zone.ParcelsMinor(grams) + (zone.KilogramMinor * grams / 1_000) + at.ParcelCostMinor : 0;
                score.Add(part.PromisedAtMs, metres, paid, part.Lines.Sum(line => line.Units));
            }

            score.Enter(result, order, left, settings.LateMs);
        }

        return result;
    }

    /// <summary>The state with what the recorded orders hold or took put back where it came from.</summary>
    public static WhatIfState Before(WhatIfState state, IEnumerable<WhatIfOrder> orders)
    {
        var stock = state.CopyStock();
        var indexOf = state.Locations.Index().ToDictionary(location => location.Item.Id, location => location.Index);
        foreach (var order in orders)
        {
            foreach (var part in order.Recorded.Where(part => indexOf.ContainsKey(part.Location)))
            {
                foreach (var line in part.Lines)
                {
                    var sku = order.Lines[line.Line].Sku;
                    if (!stock.TryGetValue(sku, out var rows))
                    {
                        stock.Add(sku, rows = []);
                    }

                    rows[indexOf[part.Location]] = rows.GetValueOrDefault(indexOf[part.Location]) + line.Units;
                }
            }
        }

        return state with { Stock = stock };
    }
}
