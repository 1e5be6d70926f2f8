using System.CommandLine;
using Grpc.Core;
using Inventory.V1;

namespace Inventory.Cli.Commands;

/// <summary>catalog: upsert, import, show, list.</summary>
internal static class CatalogCommands
{
    private static readonly string[] s_columns = ["sku"];

    public static Command Create() => new("catalog", "What is known of SKUs: kits and their components, lots, weight, handling.")
    {
        Upsert(), Import(), Show(), List(),
    };

    private static Command Upsert()
    {
        var (sku, requestId) = (Arguments.Sku(), Arguments.RequestId());
        var components = new Option<string[]>("--component", "-k")
        {
            Description = "A component of a kit, as SKU or SKU=UNITS; may be repeated. With none it is no kit.",
            HelpName = "sku=units",
        };
        var lots = new Option<bool>("--lots") { Description = "Its units belong to lots with a best-before date." };
        var shelf = Arguments.Whole("--min-shelf-days", "Whole days that are to remain of a lot while it is promised.", 0, 0, 3_650);
        var grams = Arguments.Whole("--grams", "Weight of one unit in grams; 0 if not told.", 0, 0, 1_000_000_000);
        var hazardous = new Option<bool>("--hazardous") { Description = "Hazardous goods." };
        var oversized = new Option<bool>("--oversized") { Description = "Oversized goods." };
        var command = new Command("upsert", "Describe a SKU, all of it: what is not given is not so.")
        {
            sku, components, lots, shelf, grams, hazardous, oversized, requestId,
        };
        command.SetAction(async (parsed, stop) =>
        {
            var item = new CatalogItem
            {
                Sku = parsed.GetValue(sku), HasLots = parsed.GetValue(lots), MinShelfDays = parsed.GetValue(shelf),
                UnitGrams = parsed.GetValue(grams), Hazardous = parsed.GetValue(hazardous), Oversized = parsed.GetValue(oversized),
            };
            item.Components.AddRange((parsed.GetValue(components) ?? []).Select(text => ParseComponent(text, "--component")));
            using var channel = Connection.Open(parsed);
            var request = new UpsertItemRequest { RequestId = parsed.IdOf(requestId), Item = item };
            var answer = await Client(channel).UpsertItemAsync(request, null, Connection.Deadline(parsed), stop);
            return Output.Decided(parsed, answer, answer.Decision, $"{answer.Item?.Sku} is described; version {answer.Decision.Version}.");
        });
        return command;
    }

    private static Command Import()
    {
        var file = new Argument<string>("file")
        {
            Description = "CSV with the column sku and, if you like, components (SKU=UNITS, separated by spaces), lots (yes or no), min_shelf_days, "
                + "grams, hazardous, oversized (yes or no); gzip if its name ends in .gz.",
        };
        var skipBad = new Option<bool>("--skip-bad") { Description = "Count bad lines instead of stopping at the first." };
        var requestId = Arguments.RequestId();
        var command = new Command("import", "Describe many SKUs from a CSV file.") { file, skipBad, requestId };
        command.SetAction(async (parsed, stop) =>
        {
            var (items, skipped) = CsvTable.Read(parsed.GetValue(file)!, s_columns, Parse, parsed.GetValue(skipBad));
            using var channel = Connection.Open(parsed);
            var (client, id, refused) = (Client(channel), parsed.IdOf(requestId), 0);
            await Progress.RunAsync("items", items.Count, async tick =>
            {
                // One after the other: whether something may be a kit hangs on what was described before it.
                foreach (var (index, item) in items.Index())
                {
                    var request = new UpsertItemRequest { RequestId = $"{id}/{index}", Item = item };
                    if (await RefusalAsync(client.UpsertItemAsync(request, null, Connection.Deadline(parsed), stop)) is { } refusal)
                    {
                        refused++;
                        Errors.Tell("REFUSED", $"{item.Sku}: {refusal}", new ErrorDetail(item.Sku, refusal));
                    }

                    tick(1);
                }
            });
            Errors.Line(
                $"{Output.Count(items.Count - refused, "item")} imported, {refused:N0} refused, {Output.Count(skipped, "bad line")} skipped.");
            if (parsed.GetValue(Connection.Json))
            {
                Output.Figures(new { Imported = items.Count - refused, Refused = refused, SkippedLines = skipped });
            }

            return refused > 0 ? ExitCode.Refused : ExitCode.Done;
        });
        return command;
    }

    private static Command Show()
    {
        var sku = Arguments.Sku();
        var command = new Command("show", "Show what is known of one SKU.") { sku };
        command.SetAction(async (parsed, stop) =>
        {
            using var channel = Connection.Open(parsed);
            var answer = await Client(channel).GetItemAsync(new GetItemRequest { Sku = parsed.GetValue(sku) }, null, Connection.Deadline(parsed), stop);
            return Output.Show(parsed, answer, () => Print([answer.Item]));
        });
        return command;
    }

    private static Command List()
    {
        var limit = Arguments.Whole("--limit", "At most this many.", 100, 1, 10_000_000);
        var command = new Command("list", "List the SKUs of which something is known.") { limit };
        command.SetAction(async (parsed, stop) =>
        {
            using var channel = Connection.Open(parsed);
            var (client, items, left) = (Client(channel), new List<CatalogItem>(), parsed.GetValue(limit));
            var request = new ListItemsRequest { PageSize = 1000 };
            do
            {
                var page = await client.ListItemsAsync(request, null, Connection.Deadline(parsed), stop);
                items.AddRange(page.Items.Take(left - items.Count));
                request.PageToken = page.NextPageToken;
            }
            while (request.PageToken.Length > 0 && items.Count < left);
            if (parsed.GetValue(Connection.Json))
            {
                items.ForEach(Output.Json);
            }
            else
            {
                Print(items);
                Console.Out.WriteLine($"{Output.Count(items.Count, "item")}{(request.PageToken.Length > 0 ? "; there are more, see --limit" : "")}.");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static void Print(IReadOnlyList<CatalogItem> items)
    {
        var table = new TextTable(("SKU", false), ("Kit of", false), ("Lots", false), ("Grams", true), ("Goods", false), ("Version", true));
        foreach (var item in items)
        {
            var lots = !item.HasLots ? "no" : item.MinShelfDays > 0 ? $"yes, {Output.Count(item.MinShelfDays, "day")} left at least" : "yes";
            string[] goods = [item.Hazardous ? "hazardous" : "", item.Oversized ? "oversized" : ""];
            table.Row(
                item.Sku, string.Join(", ", item.Components.Select(part => $"{part.Units:N0} × {part.Sku}")), lots,
                item.UnitGrams > 0 ? $"{item.UnitGrams:N0}" : "-", string.Join(", ", goods.Where(word => word.Length > 0)), $"{item.Version}");
        }

        table.Write(Console.Out);
    }

    private static CatalogItem Parse(CsvRow row)
    {
        var item = new CatalogItem
        {
            Sku = Arguments.SkuOf(row), HasLots = YesNo(row, "lots"), MinShelfDays = Whole(row, "min_shelf_days", 3_650),
            UnitGrams = Whole(row, "grams", 1_000_000_000), Hazardous = YesNo(row, "hazardous"), Oversized = YesNo(row, "oversized"),
        };
        item.Components.AddRange(
            row.Optional("components").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => ParseComponent(text, "column components")));
        return item;
    }

    private static KitComponent ParseComponent(string text, string where)
    {
        var parts = text.Split('=');
        var units = 1;
        return parts.Length <= 2 && (parts.Length == 1 || int.TryParse(parts[1], out units)) && Domain.Sku.TryParse(parts[0], out var sku, out _)
            ? new KitComponent { Sku = sku.Value, Units = units }
            : throw new BadInputException($"{where}: '{text}' is wrong; write it as SKU or SKU=UNITS, such as MUG-001=2.");
    }

    private static int Whole(CsvRow row, string column, int most) => row.Optional(column).Length == 0 ? 0 : (int)row.Whole(column, 0, most);

    private static bool YesNo(CsvRow row, string column) => row.Optional(column).ToLowerInvariant() switch
    {
        "yes" => true,
        "no" or "" => false,
        var other => throw CsvRow.Wrong(column, other, "must be yes or no."),
    };

    // Why one item was not taken in; null if it was. Another one may be right all the same.
    private static async Task<string?> RefusalAsync(AsyncUnaryCall<UpsertItemResponse> call)
    {
        try
        {
            var answer = await call;
            return answer.Decision.Accepted ? null : Output.Refusal(answer.Decision);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.InvalidArgument)
        {
            return e.Status.Detail;
        }
    }

    private static CatalogService.CatalogServiceClient Client(ChannelBase channel) => new(channel);
}
