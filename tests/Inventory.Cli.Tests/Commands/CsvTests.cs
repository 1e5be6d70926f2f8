using System.Globalization;
using System.IO.Compression;
using System.Text;
using Grpc.Core;

namespace Inventory.Cli.Tests.Commands;

/// <summary>Files as people send them: what is wrong is named by file and line, and nothing of such a file is applied.</summary>
public sealed class CsvTests(Service service) : IClassFixture<Service>
{
    private const string Head = "location_id,sku,on_hand\n";

    [Theory]
    [InlineData("no-column", "location_id,on_hand\nleeds,1\n", "line 1: missing column sku; it needs location_id, sku, on_hand")]
    [InlineData("empty", "", "line 1: the file is empty; its first line must name the columns location_id, sku, on_hand")]
    [InlineData("number", Head + "leeds,CUP-1,5\nleeds,CUP-2,five\n", "line 3: column on_hand is 'five'; it must be a whole number from 0 to")]
    [InlineData("negative", Head + "leeds,CUP-1,5\nleeds,CUP-2,-1\n", "line 3: column on_hand is '-1'; it must be a whole number from 0 to")]
    [InlineData("huge", Head + "leeds,CUP-1,99999999999999999999\n", "line 2: column on_hand is '99999999999999999999'")]
    [InlineData("blank", Head + "leeds,CUP-1,5\nleeds,,5\n", "line 3: column sku is empty")]
    [InlineData("sku", Head + "leeds,CUP-1,5\nleeds,CUP 2,5\n", "line 3: column sku is 'CUP 2'; it has the character U+0020")]
    [InlineData("place", Head + "leeds,CUP-1,5\n\nnowhere,CUP-1,5\n", "line 4: there is no location 'nowhere'; import it first")]
    [InlineData("quote", Head + "leeds,CUP-1,5\nleeds,\"CUP-2,5\nleeds,CUP-3,5\n", "line 3:", "quote")]
    [InlineData("fields", Head + "leeds,CUP-1,1,200\n", "line 2: it has 4 fields, but the header has 3")]
    public async Task A_bad_file_is_named_with_its_line_and_nothing_of_it_is_applied(string name, string text, params string[] words)
    {
        var file = service.Write($"{name}.csv", text);
        (await service.RunAsync("stock", "import", file)).Ends(2).Says([file, .. words]);
        await NothingOfCups();
    }

    [Fact]
    public async Task A_line_of_a_million_characters_is_refused_without_repeating_it()
    {
        var file = service.Write("wide.csv", $"{Head}leeds,CUP-1,5\nleeds,{new string('x', 1_000_000)},5\n");
        var result = (await service.RunAsync("stock", "import", file)).Ends(2).Says(file, "line 3: column sku is 'xxxx", "has 1000000 characters");
        Assert.InRange(result.Error.Length, 1, 1_000);
        await NothingOfCups();
    }

    [Fact]
    public async Task What_is_not_gzip_or_is_cut_short_is_said_plainly()
    {
        var fake = service.Write("fake.csv.gz", Head + "leeds,CUP-1,5\n");
        (await service.RunAsync("stock", "import", fake)).Ends(2).Says(fake);

        var cut = service.PathOf("cut.csv.gz");
        var rows = string.Concat(Enumerable.Range(0, 5_000).Select(i => $"leeds,CUP-{i * 7919 % 10_000},{i}\n"));
        File.WriteAllBytes(cut, Gzip(Head + rows)[..^400]);
        (await service.RunAsync("stock", "import", cut)).Ends(2).Says(cut);
        await NothingOfCups();
    }

    [Fact]
    public async Task Bad_lines_are_counted_and_the_others_applied_when_that_is_asked_for()
    {
        var file = service.Write("some.csv", Head + "leeds,JAR-1,5\nleeds,JAR-2,five\nnowhere,JAR-3,5\nleeds,JAR 4,5\nleeds,JAR-5,6,7\nyork,JAR-6,8\n");
        (await service.RunAsync("stock", "import", file, "--skip-bad")).Ends(0).Says("2 changed, 0 unchanged, 0 refused, 4 bad lines skipped.");
        Assert.Equal(5, (await service.StockAsync("JAR-1", "leeds")).OnHandUnits);
        Assert.Equal(8, (await service.StockAsync("JAR-6", "york")).OnHandUnits);
        Assert.Equal(0, (await service.StockAsync("JAR-5", "leeds")).OnHandUnits);
        var nowhere = await Assert.ThrowsAsync<RpcException>(() => service.StockAsync("JAR-3", "nowhere"));
        Assert.Equal(StatusCode.NotFound, nowhere.StatusCode);
    }

    [Theory]
    [InlineData("mark", "\uFEFFlocation_id,sku,on_hand\nleeds,POT-1,5\n")]
    [InlineData("windows", "location_id,sku,on_hand\r\nleeds,POT-2,5\r\n")]
    [InlineData("excel", "\uFEFF\"location_id\";\"sku\";\"on_hand\"\r\n\"leeds\";\"POT-3\";\"5\"\r\n")]
    [InlineData("order", "note,On_Hand,SKU,location_id\n\"a, b\",5,pot-4,leeds")]
    public async Task Files_of_other_programs_are_read_as_well(string name, string text)
    {
        var sku = "POT-" + text[text.IndexOf("POT-", StringComparison.OrdinalIgnoreCase) + 4];
        (await service.RunAsync("stock", "import", service.Write($"{name}.csv", text))).Ends(0).Says("1 changed, 0 unchanged, 0 refused");
        Assert.Equal(5, (await service.StockAsync(sku, "leeds")).OnHandUnits);
    }

    [Fact]
    public async Task A_compressed_file_is_read_as_it_is()
    {
        File.WriteAllBytes(service.PathOf("small.csv.gz"), Gzip(Head + "leeds,POT-9,5\n"));
        (await service.RunAsync("stock", "import", service.PathOf("small.csv.gz"))).Ends(0).Says("1 changed");
        Assert.Equal(5, (await service.StockAsync("POT-9", "leeds")).OnHandUnits);
    }

    [Theory]
    [InlineData("kind", "a1,A,shop,1,2\n", "line 2: column kind is 'shop'; it must be store, warehouse, dark-store or pop-up")]
    [InlineData("point", "a1,A,store,1,2\na2,A,store,91,2\n", "line 3: column latitude is '91'; it must be a number from -90 to 90")]
    [InlineData("id", "a 1,A,store,1,2\n", "line 2: column id is 'a 1'; it has the character U+0020")]
    public async Task Places_are_checked_before_the_first_is_made(string name, string rows, string words)
    {
        var file = service.Write($"place-{name}.csv", "id,name,kind,latitude,longitude\n" + rows);
        (await service.RunAsync("locations", "import", file)).Ends(2).Says(file, words);
        (await service.RunAsync("locations", "show", "a1")).Ends(2).Says("no Location");
    }

    [Fact]
    public async Task A_place_that_only_the_service_can_judge_is_refused_by_name_and_the_others_are_made()
    {
        var file = service.Write("towns.csv", $"id,name,kind,latitude,longitude,town\nb1,B,store,1,2,Bath\nb2,B,store,1,2,{new string('x', 500)}\n");
        (await service.RunAsync("locations", "import", file)).Ends(1)
            .Says("b2: location.town:").Says("1 location imported, 1 refused, 0 bad lines skipped.");
        (await service.RunAsync("locations", "show", "b1")).Ends(0).Prints("Address", "Bath");
    }

    [Fact]
    public async Task An_import_that_is_interrupted_says_how_far_it_came()
    {
        var rows = new StringBuilder(Head);
        for (var i = 0; i < 100_000; i++)
        {
            rows.Append(CultureInfo.InvariantCulture, $"leeds,BULK-{i},1\n");
        }

        await using var wire = new StallingRelay(service.Address, bytes: 1_000_000);
        await using var import = CliProcess.Start("stock", "import", service.Write("bulk.csv", rows.ToString()), "--address", wire.Address);
        await wire.Stalled;
        await Service.WhenAsync(async () => (await service.StockAsync("BULK-0", "leeds")).OnHandUnits == 1);
        import.Interrupt();
        (await import.ExitAsync()).Ends(130).Says("of 100,000 rows were answered; import the file again").Says("Stopped.");
        Assert.Equal(0, (await service.StockAsync("BULK-99999", "leeds")).OnHandUnits);
    }

    private async Task NothingOfCups()
    {
        Assert.Equal(0, (await service.StockAsync("CUP-1", "leeds")).Version);
        Assert.Equal(0, (await service.StockAsync("CUP-3", "leeds")).Version);
    }

    private static byte[] Gzip(string text)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return bytes.ToArray();
    }
}
