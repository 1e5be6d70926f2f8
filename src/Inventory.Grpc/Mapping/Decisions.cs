using Inventory.Domain.Stocks;
using Inventory.V1;

namespace Inventory.Grpc.Mapping;

/// <summary>What the rules decided, as callers are told.</summary>
internal static class Decisions
{
    /// <summary>The decision on one stock.</summary>
    public static Decision Of(in StockAnswer answer)
    {
        if (answer.Outcome.IsAccepted())
        {
            return new Decision { Accepted = true, Repeated = answer.Outcome == StockOutcome.AlreadyAccepted, Version = answer.Version };
        }

        var reason = Refusals.ReasonOf(answer.Outcome);
        return new Decision
        {
            RefusalReason = reason,
            RefusalMessage = Refusals.WordsOf(reason),
            MayPassLater = answer.Outcome.MayPassLater(),
            Version = answer.Version,
        };
    }
}
