using System.Diagnostics.CodeAnalysis;

namespace Inventory.Domain.Orders;

/// <summary>Name of an order for callers: <c>ORDER~TOKEN</c>.</summary>
/// <param name="Request">Fingerprint of the request that placed it.</param>
public readonly record struct OrderId(RequestId Request)
{
    private const string Prefix = "ORDER~";

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse(string? text, out OrderId id, [NotNullWhen(false)] out string? problem)
    {
        var request = default(RequestId);
        var isOne = text is not null && text.StartsWith(Prefix, StringComparison.Ordinal) && RequestId.TryParseToken(text.AsSpan(Prefix.Length), out request);
        id = new OrderId(request);
        problem = isOne ? null : "must be the id of an order from an answer of PlaceOrder, such as ORDER~TOKEN";
        return isOne;
    }

    /// <inheritdoc/>
    public override string ToString() => Prefix + Request;
}
