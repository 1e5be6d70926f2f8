using System.CommandLine;
using Grpc.Core;
using Inventory.V1;

namespace Inventory.Cli.Commands;

/// <summary>verify: audits ledgers against journals.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var location = new Option<string?>("--location", "-l") { Description = "Only this location.", HelpName = "id" };
        var sku = new Option<string?>("--sku") { Description = "Only this SKU at --location.", HelpName = "sku" };
        var command = new Command("verify", "Audit every stock: its ledger against its journal. Prints any difference.") { location, sku };
        command.SetAction(async (parsed, stop) =>
        {
            var request = new VerifyStockRequest();
            var (where, what) = (parsed.GetValue(location), parsed.GetValue(sku));
            if (what is not null)
            {
                request.Key = Arguments.Key(what, where ?? throw new BadInputException("--sku needs --location."));
            }
            else if (where is not null)
            {
                request.LocationId = where;
            }

            using var channel = Connection.Open(parsed);
            using var call = new StockService.StockServiceClient(channel).VerifyStock(request, cancellationToken: stop);
            var (verified, differences) = (0L, 0L);
            await foreach (var answer in call.ResponseStream.ReadAllAsync(stop))
            {
                verified = answer.StocksVerified;
                differences += Tell(parsed, answer.Differences);
            }

            // Transfers join locations: they are audited with all of them.
            var isWhole = request.ScopeCase == VerifyStockRequest.ScopeOneofCase.None;
            var transfers = isWhole ? await VerifyTransfers(parsed, new TransferService.TransferServiceClient(channel), stop) : default;
            var promises = isWhole ? await VerifySupply(parsed, new SupplyService.SupplyServiceClient(channel), stop) : default;
            differences += transfers.Differences + promises.Differences;
            if (transfers.Verified > 0)
            {
                Errors.Line($"{Output.Count(transfers.Verified, "transfer")} verified.");
            }

            if (promises.Verified > 0)
            {
                Errors.Line($"{Output.Count(promises.Verified, "promise")} verified.");
            }

            Errors.Line($"{Output.Count(verified, "stock")} verified, {Output.Count(differences, "difference")}.");
            if (parsed.GetValue(Connection.Json))
            {
                Output.Figures(new { Verified = verified, Transfers = transfers.Verified, Promises = promises.Verified, Differences = differences });
            }

            if (differences > 0)
            {
                Errors.TellPrograms("DIFFERENCES", $"{Output.Count(differences, "difference")} found; standard output has them.");
            }

            return differences > 0 ? ExitCode.Refused : ExitCode.Done;
        });
        return command;
    }

    private static async Task<(long Verified, long Differences)> VerifyTransfers(
        ParseResult parsed, TransferService.TransferServiceClient client, CancellationToken stop)
    {
        using var call = client.VerifyTransfers(new VerifyTransfersRequest(), cancellationToken: stop);
        var (verified, differences) = (0L, 0L);
        await foreach (var answer in call.ResponseStream.ReadAllAsync(stop))
        {
            verified = answer.TransfersVerified;
            differences += Tell(parsed, answer.Differences);
        }

        return (verified, differences);
    }

    // Promises join orders and stocks: they too are audited with all.
    private static async Task<(long Verified, long Differences)> VerifySupply(
        ParseResult parsed, SupplyService.SupplyServiceClient client, CancellationToken stop)
    {
        using var call = client.VerifySupply(new VerifySupplyRequest(), cancellationToken: stop);
        var (verified, differences) = (0L, 0L);
        await foreach (var answer in call.ResponseStream.ReadAllAsync(stop))
        {
            verified = answer.PromisesVerified;
            differences += Tell(parsed, answer.Differences);
        }

        return (verified, differences);
    }

    private static int Tell(ParseResult parsed, IReadOnlyCollection<StockDifference> differences)
    {
        foreach (var difference in differences)
        {
            Output.Show(parsed, difference, () =>
                Console.Out.WriteLine($"{difference.Key.Sku}@{difference.Key.LocationId}: {difference.Message}"));
        }

        return differences.Count;
    }
}
