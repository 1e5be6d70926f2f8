using System.CommandLine.Parsing;
using Inventory.V1;

namespace Inventory.Cli;

/// <summary>What the values of the API are called on the command line, in files and in tables.</summary>
internal static class Names
{
    public static readonly IReadOnlyDictionary<string, Condition> Conditions = new Dictionary<string, Condition>(StringComparer.OrdinalIgnoreCase)
    {
        ["sellable"] = Condition.Sellable, ["damaged"] = Condition.Damaged, ["quarantine"] = Condition.Quarantine, ["display"] = Condition.Display,
    };

    public static readonly IReadOnlyDictionary<string, AdjustReason> Reasons = new Dictionary<string, AdjustReason>(StringComparer.OrdinalIgnoreCase)
    {
        ["damage"] = AdjustReason.Damage, ["shrink"] = AdjustReason.Shrink, ["found"] = AdjustReason.Found, ["expired"] = AdjustReason.Expired,
        ["internal-use"] = AdjustReason.InternalUse, ["correction"] = AdjustReason.Correction,
    };

    public static readonly IReadOnlyDictionary<string, LocationKind> Kinds = new Dictionary<string, LocationKind>(StringComparer.OrdinalIgnoreCase)
    {
        ["store"] = LocationKind.Store, ["warehouse"] = LocationKind.Warehouse, ["dark-store"] = LocationKind.DarkStore, ["pop-up"] = LocationKind.PopUp,
    };

    public static readonly IReadOnlyDictionary<string, OrderState> OrderStates = new Dictionary<string, OrderState>(StringComparer.OrdinalIgnoreCase)
    {
        ["routing"] = OrderState.Routing, ["quoted"] = OrderState.Quoted, ["held"] = OrderState.Held, ["confirmed"] = OrderState.Confirmed,
        ["fulfilled"] = OrderState.Fulfilled, ["cancelled"] = OrderState.Cancelled, ["expired"] = OrderState.Expired,
        ["refused"] = OrderState.Refused, ["returned"] = OrderState.Returned, ["waiting"] = OrderState.Waiting,
    };

    public static readonly IReadOnlyDictionary<string, DeliveryKind> Deliveries = new Dictionary<string, DeliveryKind>(StringComparer.OrdinalIgnoreCase)
    {
        ["collect-at"] = DeliveryKind.CollectAt, ["collect-near"] = DeliveryKind.CollectNear, ["ship"] = DeliveryKind.Ship,
        ["fitting"] = DeliveryKind.Fitting, ["decide-later"] = DeliveryKind.DecideLater,
    };

    private static readonly Google.Protobuf.Reflection.EnumDescriptor s_refusals =
        CommonReflection.Descriptor.EnumTypes.Single(each => each.ClrType == typeof(RefusalReason));

    /// <summary>The name of a value; what its number is called in code if it has no name yet.</summary>
    public static string Of<T>(IReadOnlyDictionary<string, T> names, T value)
        where T : struct, Enum =>
        names.FirstOrDefault(each => EqualityComparer<T>.Default.Equals(each.Value, value)).Key ?? value.ToString().ToLowerInvariant();

    /// <summary>As docs/api.md writes it, such as INSUFFICIENT.</summary>
    public static string Of(RefusalReason reason) =>
        s_refusals.FindValueByNumber((int)reason)?.Name["REFUSAL_REASON_".Length..] ?? $"{(int)reason}";

    /// <summary>All names, for messages.</summary>
    public static string List<T>(IReadOnlyDictionary<string, T> names) =>
        string.Join(", ", names.Keys.SkipLast(1)) + " or " + names.Keys.Last();

    /// <summary>Reads the value of an option; a wrong one becomes an error that lists the names.</summary>
    public static T Parse<T>(ArgumentResult result, string option, IReadOnlyDictionary<string, T> names)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (names.TryGetValue(text, out var value))
        {
            return value;
        }

        result.AddError($"{option} '{text}' must be {List(names)}.");
        return default!;
    }
}
