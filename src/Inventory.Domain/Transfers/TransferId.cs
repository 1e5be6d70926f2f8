using System.Diagnostics.CodeAnalysis;

namespace Inventory.Domain.Transfers;

/// <summary>Name of a transfer for callers: <c>TRANSFER~TOKEN</c>.</summary>
/// <param name="Request">Fingerprint of the request that made it.</param>
public readonly record struct TransferId(RequestId Request)
{
    private const string Prefix = "TRANSFER~";

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse(string? text, out TransferId id, [NotNullWhen(false)] out string? problem)
    {
        var request = default(RequestId);
        var isOne = text is not null && text.StartsWith(Prefix, StringComparison.Ordinal) && RequestId.TryParseToken(text.AsSpan(Prefix.Length), out request);
        id = new TransferId(request);
        problem = isOne ? null : "must be the id of a transfer from an answer of CreateTransfer, such as TRANSFER~TOKEN";
        return isOne;
    }

    /// <inheritdoc/>
    public override string ToString() => Prefix + Request;
}
