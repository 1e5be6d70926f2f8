using System.CommandLine;
using System.Globalization;
using Grpc.Core;
using Inventory.V1;

namespace Inventory.Cli.Commands;

/// <summary>stock import: sets on hand of many stocks from a file.</summary>
internal static class StockImport
{
    private const int RowsPerMessage = 5_000;
    private static readonly string[] s_columns = ["location_id", "sku", "on_hand"];

    public static Command Create()
    {
        var file = new Argument<string>("file")
        {
            Description = "CSV with the columns location_id, sku, on_hand and, of SKUs with lots, lot and best_before (YYYY-MM-DD); "
                + "gzip if its name ends in .gz.",
        };
        var skipBad = new Option<bool>("--skip-bad") { Description = "Count bad lines instead of stopping at the first." };
        var requestId = Arguments.RequestId();
        var command = new Command("import", "Set on hand of many stocks from a CSV file.") { file, skipBad, requestId };
        command.SetAction(async (parsed, stop) =>
        {
            var path = parsed.GetValue(file)!;
            var (rows, skipped) = CsvTable.Read(path, s_columns, row => (Row: Parse(row), row.Line), parsed.GetValue(skipBad));
            using var channel = Connection.Open(parsed);
            var known = await LocationsAsync(channel, parsed, stop);
            var strangers = rows.Where(each => !known.Contains(each.Row.Key.LocationId)).ToArray();
            if (strangers.Length > 0 && !parsed.GetValue(skipBad))
            {
                throw CsvTable.Bad(path, strangers[0].Line, $"there is no location '{strangers[0].Row.Key.LocationId}'; import it first.");
            }

            ImportRow[] wanted = [.. rows.Where(each => known.Contains(each.Row.Key.LocationId)).Select(each => each.Row)];
            return await new Run(new StockService.StockServiceClient(channel), parsed.IdOf(requestId), wanted)
                .ToEndAsync(skipped + strangers.Length, parsed.GetValue(Connection.Json), stop);
        });
        return command;
    }

    private static ImportRow Parse(CsvRow row) => new()
    {
        Key = Arguments.Key(Arguments.SkuOf(row), Arguments.LocationOf(row, "location_id")),
        OnHandUnits = row.Whole("on_hand", 0, 1_000_000_000),
        Lot = LotOf(row),
        BestBefore = DateOf(row),
    };

    private static string LotOf(CsvRow row)
    {
        var text = row.Optional("lot");
        return text.Length == 0 || Domain.Stocks.LotName.TryParse(text, out _, out var problem) ? text : throw CsvRow.Wrong("lot", text, problem + ".");
    }

    private static string DateOf(CsvRow row)
    {
        var text = row.Optional("best_before");
        return text.Length == 0 || DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            ? text
            : throw CsvRow.Wrong("best_before", text, "must be a date as YYYY-MM-DD.");
    }

    private static async Task<HashSet<string>> LocationsAsync(ChannelBase channel, ParseResult parsed, CancellationToken stop)
    {
        var client = new LocationService.LocationServiceClient(channel);
        var known = new HashSet<string>(StringComparer.Ordinal);
        var request = new ListLocationsRequest { PageSize = 1000 };
        do
        {
            var page = await client.ListLocationsAsync(request, null, Connection.Deadline(parsed), stop);
            known.UnionWith(page.Locations.Select(location => location.Id));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return known;
    }

    /// <summary>One import on its way.</summary>
    private sealed class Run(StockService.StockServiceClient client, string id, ImportRow[] rows)
    {
        private readonly long[] _counts = new long[4];

        private long Changed => _counts[(int)ImportResult.Changed];

        private long Unchanged => _counts[(int)ImportResult.Unchanged];

        private long Refused => _counts[(int)ImportResult.Refused];

        public async Task<int> ToEndAsync(long skipped, bool json, CancellationToken stop)
        {
            try
            {
                await Progress.RunAsync("rows", rows.Length, tick => SendAsync(tick, stop));
            }
            catch (Exception e) when (e is RpcException or OperationCanceledException)
            {
                Errors.Line($"{Changed + Unchanged + Refused:N0} of {rows.Length:N0} rows were answered; import the file again to set the rest.");
                throw;
            }

            Errors.Line(
                $"{Changed:N0} changed, {Unchanged:N0} unchanged, {Refused:N0} refused, {Output.Count(skipped, "bad line")} skipped.");
            if (json)
            {
                Output.Figures(new { Changed, Unchanged, Refused, SkippedLines = skipped });
            }

            return Refused > 0 ? ExitCode.Refused : ExitCode.Done;
        }

        private async Task SendAsync(Action<long> tick, CancellationToken stop)
        {
            using var call = client.ImportStock(cancellationToken: stop);
            var reading = ReadAsync(call.ResponseStream, tick, stop);
            try
            {
                foreach (var chunk in rows.Chunk(RowsPerMessage))
                {
                    var message = new ImportStockRequest { RequestId = id };
                    message.Rows.AddRange(chunk);
                    await call.RequestStream.WriteAsync(message, stop);
                }

                await call.RequestStream.CompleteAsync();
            }
            catch (Exception e) when (e is RpcException or InvalidOperationException or IOException)
            {
                await reading; // it knows why the stream ended
                throw;
            }

            await reading;
        }

        private async Task ReadAsync(IAsyncStreamReader<ImportStockResponse> answers, Action<long> tick, CancellationToken stop)
        {
            await foreach (var answer in answers.ReadAllAsync(stop))
            {
                foreach (var result in answer.Results)
                {
                    _counts[(int)result]++;
                }

                foreach (var problem in answer.Problems)
                {
                    var key = rows[problem.Row].Key;
                    Errors.Tell(
                        "REFUSED", $"{key.Sku}@{key.LocationId}: {problem.Message}", new ErrorDetail($"{key.Sku}@{key.LocationId}", problem.Message));
                }

                tick(answer.Results.Count);
            }
        }
    }
}
