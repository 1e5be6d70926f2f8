using Inventory.Domain.Transfers;
using Inventory.Grains;

namespace Inventory.Grpc.Mapping;

/// <summary>Says to a step that the state does not allow what the state is, and which steps it allows, by the names in the tables of docs.</summary>
internal static class StepWords
{
    /// <summary>Of an order; null if its state is not what refused.</summary>
    /// <param name="answer">What was answered.</param>
    /// <param name="part">The part that was named; null for the whole order.</param>
    public static string? Of(OrderAnswer answer, int? part)
    {
        if (answer is not { Order: { } order, Allowed: { } allowed })
        {
            return null;
        }

        var states = order.Parts.Where(each => part is null || each.Number == part).Select(static each => each.State).Distinct().Order();
        var parts = string.Join(" and ", states);
        return Text($"The order is {order.State.ToString().ToUpperInvariant()}"
            + (parts.Length == 0 ? "" : part is null ? $" (parts: {parts})" : $" and its part {part} {parts}"), allowed.Select(static verb => verb.ToString()));
    }

    /// <summary>Of a transfer; null if there is none.</summary>
    public static string? Of(TransferAnswer answer) => answer.Transfer is not { } transfer ? null
        : Text($"The transfer is {transfer.State}", Enum.GetValues<TransferVerb>().Where(verb => !TransferSteps.Next(transfer.State, verb).IsEmpty)
            .Select(static verb => verb.ToString()));

    private static string Text(string state, IEnumerable<string> allowed) =>
        string.Join(", ", allowed) is { Length: > 0 } list ? $"{state}: the state allows {list}." : $"{state}: the state allows no step any more.";
}
