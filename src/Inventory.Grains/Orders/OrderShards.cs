using Inventory.Domain;
using Inventory.Domain.Orders;

namespace Inventory.Grains;

/// <summary>
/// Names of the lists of orders. That of all orders is in parts by the beginning of their names, so that no owner has to keep all. Those that are alive and
/// those that are over are apart: the first are few and asked for all day, the second grow for ever.
/// </summary>
internal static class OrderShards
{
    private const int HighBits = 6;

    /// <summary>True if nothing is left to do for an order in this state, unless goods come back.</summary>
    public static bool IsOver(OrderState state) =>
        state is not (OrderState.Routing or OrderState.Quoted or OrderState.Held or OrderState.Confirmed or OrderState.Waiting);

    /// <summary>Which part an order is in; parts are in the order of names.</summary>
    public static int Of(RequestId order) => (int)(order.High >> (64 - HighBits));

    public static string Open(RequestId order) => Open(Of(order));

    public static string Open(int shard) => $"open/{shard:00}";

    public static string Done(RequestId order) => Done(Of(order));

    public static string Done(int shard) => $"done/{shard:00}";

    /// <summary>The list of orders with something left to do at a location.</summary>
    public static string At(LocationId location) => "location/" + location;
}
