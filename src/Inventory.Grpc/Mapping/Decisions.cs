using Inventory.Domain.Catalog;
using Inventory.Domain.Orders;
using Inventory.Domain.Routing;
using Inventory.Domain.Stocks;
using Inventory.Domain.Supply;
using Inventory.Domain.Transfers;
using Inventory.Grains;
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

    /// <summary>The decision on a reservation of several lines.</summary>
    public static Decision Of(ReservationAnswer answer) => Of(new StockAnswer(answer.Outcome, answer.Version));

    /// <summary>The decision on an item of the catalogue.</summary>
    public static Decision Of(CatalogAnswer answer)
    {
        var reason = Refusals.ReasonOf(answer.Outcome);
        return new Decision
        {
            Accepted = answer.Outcome.IsAccepted(),
            Repeated = answer.Outcome == CatalogOutcome.AlreadyAccepted,
            RefusalReason = reason,
            RefusalMessage = Refusals.WordsOf(reason),
            MayPassLater = answer.Outcome.MayPassLater(),
            Version = answer.Version,
        };
    }

    /// <summary>The decision on an order.</summary>
    public static Decision Of(OrderOutcome outcome, long version)
    {
        if (outcome.IsAccepted())
        {
            return new Decision { Accepted = true, Repeated = outcome == OrderOutcome.AlreadyAccepted, Version = version };
        }

        var reason = Refusals.ReasonOf(outcome);
        return new Decision
        {
            RefusalReason = reason, RefusalMessage = Refusals.WordsOf(reason), MayPassLater = outcome.MayPassLater(), Version = version,
        };
    }

    /// <summary>The decision on a policy.</summary>
    public static Decision Of(PolicyOutcome outcome, long revision)
    {
        var reason = Refusals.ReasonOf(outcome);
        return new Decision
        {
            Accepted = reason == RefusalReason.Unspecified,
            Repeated = outcome == PolicyOutcome.AlreadyAccepted,
            RefusalReason = reason,
            RefusalMessage = Refusals.WordsOf(reason),
            MayPassLater = outcome is PolicyOutcome.InUse or PolicyOutcome.NoEarlier or PolicyOutcome.TooMany,
            Version = revision,
        };
    }

    /// <summary>The decision on a transfer: if stocks refused, with the reason of the first; if its state does, with the steps that it allows.</summary>
    public static Decision Of(TransferAnswer answer)
    {
        if (answer.Outcome.IsAccepted())
        {
            return new Decision { Accepted = true, Repeated = answer.Outcome == TransferOutcome.AlreadyAccepted, Version = answer.Version };
        }

        var reason = answer.Outcome == TransferOutcome.StockRefused && answer.Refused.Length > 0
            ? Refusals.ReasonOf(answer.Refused[0].Outcome)
            : Refusals.ReasonOf(answer.Outcome);
        var words = answer.Outcome == TransferOutcome.WrongState ? StepWords.Of(answer) ?? Refusals.WordsOf(reason) : Refusals.WordsOf(reason);
        return new Decision
        {
            RefusalReason = reason, RefusalMessage = words, MayPassLater = answer.Outcome.MayPassLater(), Version = answer.Version,
        };
    }

    /// <summary>The decision on supply: if the stock refused, with its reason.</summary>
    public static Decision Of(SupplyAnswer answer)
    {
        if (answer.Outcome.IsAccepted())
        {
            return new Decision { Accepted = true, Repeated = answer.Outcome == SupplyOutcome.AlreadyAccepted, Version = answer.Version };
        }

        var byStock = answer.Outcome == SupplyOutcome.StockRefused && !answer.Stock.IsAccepted();
        var reason = byStock ? Refusals.ReasonOf(answer.Stock) : Refusals.ReasonOf(answer.Outcome);
        var words = answer.LastDate is { } last ? Refusals.WordsOfEnd(last) : Refusals.WordsOf(reason);
        return new Decision
        {
            RefusalReason = reason, RefusalMessage = words, MayPassLater = answer.Outcome.MayPassLater(), Version = answer.Version,
        };
    }

    /// <summary>The decision on one of several lines, given the outcome of the whole.</summary>
    public static Decision Of(in LineAnswer line, StockOutcome whole) => !line.OtherLineRefused
        ? Of(line.Answer)
        : new Decision
        {
            RefusalReason = RefusalReason.OtherLineRefused,
            RefusalMessage = Refusals.WordsOf(RefusalReason.OtherLineRefused),
            MayPassLater = whole.MayPassLater(),
            Version = line.Answer.Version,
        };
}
