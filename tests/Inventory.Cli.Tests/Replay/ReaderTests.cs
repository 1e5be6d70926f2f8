using System.IO.Compression;
using Inventory.Cli.Replay;

namespace Inventory.Cli.Tests.Replay;

public sealed class ReaderTests : IDisposable
{
    private const string OrdersHeader = "invoice,line,stock_code,quantity,invoice_time_utc_iso,unit_price,customer_id,country,is_product";
    private const string ProductsHeader =
        "stock_code,description,first_seen_utc_iso,lines,units_sold,units_cancelled,median_unit_price,is_product";

    private const string StoresHeader =
        "id,name,kind,latitude,longitude,postal_code,region,country,retailer,fascia,town,size_band";

    private const string PostcodesHeader = "postal_code,level,latitude,longitude,unit_postcodes,country";
    private const string Order = "536365,1,85123A,6,2010-12-01T08:26:00Z,2.55,17850,United Kingdom,1";
    private readonly string _folder = Directory.CreateTempSubdirectory("replay-").FullName;

    public ReaderTests()
    {
        Write("products.csv", ProductsHeader, "85123A,\"HEART, WHITE\",x,1,1,0,2.55,1", "84406B,COAT,x,1,1,0,2.55,1",
            "POST,POSTAGE,x,1,1,0,18,0");
        Write("stores.csv", StoresHeader, "1010,Aldi Bracknell,supermarket,51.39,-0.75,RG12 7DE,Berkshire,GB,Aldi,Aldi,Bracknell,C");
        Write("postcodes.csv", PostcodesHeader, "AB,area,57.3,-2.3,39238,GB", "AB1 0,sector,57.10023,-2.25814,231,GB");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("536365", 6, "2.55", LineKind.Sale)]
    [InlineData("C536379", -1, "27.50", LineKind.Return)]
    [InlineData("C536379", -1, "0", LineKind.Return)]
    [InlineData("536589", -10, "0", LineKind.WriteOff)]
    [InlineData("536589", -10, "1.25", LineKind.WriteOff)]
    [InlineData("536414", 56, "0", LineKind.Found)]
    [InlineData("A563186", 1, "-11062.06", LineKind.Found)]
    [InlineData("C536379", 1, "27.50", null)]
    public void A_line_means_what_invoice_quantity_and_price_say(string invoice, int quantity, string price, object? kind) =>
        Assert.Equal((LineKind?)kind, OrdersReader.Classify(invoice, quantity, decimal.Parse(price,
            System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public void Codes_in_two_letter_cases_are_one_sku()
    {
        Write("orders.csv", OrdersHeader, Order, "536365,2,85123a,1,2010-12-01T08:26:00Z,2.55,17850,United Kingdom,1");

        var data = Read();

        Assert.Equal(["85123A", "85123A"], data.Lines.Select(line => line.Sku));
        Assert.Equal("HEART, WHITE", data.Descriptions["85123A"]);
    }

    [Fact]
    public void Postage_is_left_out_and_counted()
    {
        Write("orders.csv", OrdersHeader, Order, "536365,2,POST,1,2010-12-01T08:26:00Z,18,17850,United Kingdom,0");

        var data = Read();

        Assert.Single(data.Lines);
        Assert.Equal(1, data.NotProductLines);
    }

    [Fact]
    public void Lines_come_in_the_order_of_time_and_keep_it_within_a_minute()
    {
        Write(
            "orders.csv",
            OrdersHeader,
            "3,1,85123A,6,2010-12-01T08:27:00Z,2.55,,UK,1",
            "2,1,85123A,6,2010-12-01T08:26:00Z,2.55,,UK,1",
            "1,1,85123A,6,2010-12-01T08:27:00Z,2.55,,UK,1");

        Assert.Equal(["2", "3", "1"], Read().Lines.Select(line => line.Invoice));
    }

    [Theory]
    [InlineData("536365,1,85123A,six,2010-12-01T08:26:00Z,2.55,17850,United Kingdom,1", "quantity 'six'")]
    [InlineData("536365,1,85123A,0,2010-12-01T08:26:00Z,2.55,17850,United Kingdom,1", "quantity '0'")]
    [InlineData("536365,1,85123A,2000000000,2010-12-01T08:26:00Z,2.55,17850,United Kingdom,1", "quantity '2000000000'")]
    [InlineData("536365,0,85123A,6,2010-12-01T08:26:00Z,2.55,17850,United Kingdom,1", "line '0'")]
    [InlineData("536365,1,85123A,6,01/12/2010,2.55,17850,United Kingdom,1", "invoice_time_utc_iso '01/12/2010'")]
    [InlineData("536365,1,85123A,6,2010-12-01T08:26:00Z,cheap,17850,United Kingdom,1", "unit_price 'cheap'")]
    [InlineData("536365,1,85123A,6,2010-12-01T08:26:00Z,2.55,17850,United Kingdom,yes", "is_product 'yes'")]
    [InlineData("536365,1,85 123,6,2010-12-01T08:26:00Z,2.55,17850,United Kingdom,1", "stock_code '85 123'")]
    [InlineData("536365,1,99999,6,2010-12-01T08:26:00Z,2.55,17850,United Kingdom,1", "not in the products file")]
    [InlineData("C536365,1,85123A,6,2010-12-01T08:26:00Z,2.55,17850,United Kingdom,1", "must be negative")]
    [InlineData(",1,85123A,6,2010-12-01T08:26:00Z,2.55,17850,United Kingdom,1", "1 to 20 characters")]
    [InlineData("536365,1,85123A,6,2010-12-01T08:26:00Z,2.55,17850", "7 fields where the header has 9")]
    [InlineData("536365,1,85\"123A,6,2010-12-01T08:26:00Z,2.55,17850,United Kingdom,1", "malformed")]
    public void A_bad_line_is_named_by_file_and_line(string line, string problem)
    {
        Write("orders.csv", OrdersHeader, "1" + Order, line, "2" + Order);

        var refusal = Assert.Throws<BadInputException>(() => Read());

        Assert.Contains("orders.csv:3:", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(problem, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("nothing was applied", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_bad_lines_are_told_at_once_and_can_be_skipped_with_a_count()
    {
        Write("orders.csv", OrdersHeader, Order, Order, "x", "536366,1,85123A,x,2010-12-01T08:26:00Z,2.55,,UK,1", "7" + Order);

        var refusal = Assert.Throws<BadInputException>(() => Read());
        var data = Read(skipBad: true);

        Assert.Contains("orders.csv:3: invoice 536365 has line 1 twice", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("orders.csv:4:", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("3 bad line(s)", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(["536365", "7536365"], data.Lines.Select(line => line.Invoice));
        Assert.Equal(3, data.SkippedLines);
    }

    [Fact]
    public void Another_header_is_refused()
    {
        Write("orders.csv", "invoice,line", Order);

        Assert.Contains("orders.csv:1: the header must be", Assert.Throws<BadInputException>(() => Read()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_file_and_a_missing_file_are_refused()
    {
        Write("orders.csv");
        Assert.Contains("orders.csv:1:", Assert.Throws<BadInputException>(() => Read()).Message, StringComparison.Ordinal);

        File.Delete(Path.Combine(_folder, "orders.csv"));
        Assert.Contains("There is no file", Assert.Throws<BadInputException>(() => Read()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_that_is_no_utf8_is_refused()
    {
        File.WriteAllBytes(Path.Combine(_folder, "orders.csv"), [.. System.Text.Encoding.UTF8.GetBytes(OrdersHeader + "\n"), 0xC3, 0x28,
            0x0A]);

        Assert.Contains("UTF-8", Assert.Throws<BadInputException>(() => Read()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Gzip_is_read_whatever_the_name()
    {
        using (var zip = new GZipStream(File.Create(Path.Combine(_folder, "orders.csv")), CompressionLevel.Fastest))
        {
            zip.Write(System.Text.Encoding.UTF8.GetBytes($"{OrdersHeader}\n{Order}\n"));
        }

        Assert.Single(Read().Lines);
    }

    [Theory]
    [InlineData("stores.csv", StoresHeader, "1010,Aldi,kiosk,51.39,-0.75,RG12 7DE,Berkshire,GB,Aldi,Aldi,Bracknell,C", "kind 'kiosk'")]
    [InlineData("stores.csv", StoresHeader, "1010,Aldi,supermarket,91,-0.75,RG12,Berkshire,GB,Aldi,Aldi,Bracknell,C", "latitude '91'")]
    [InlineData("stores.csv", StoresHeader, "10 10,Aldi,supermarket,51,-0.75,RG12,Berkshire,GB,Aldi,Aldi,Bracknell,C", "id '10 10'")]
    [InlineData("postcodes.csv", PostcodesHeader, "AB1 0,street,57.1,-2.2,231,GB", "level 'street'")]
    [InlineData("postcodes.csv", PostcodesHeader, "AB1 0,sector,57.1,-2.2,0,GB", "unit_postcodes '0'")]
    public void Stores_and_postcodes_are_checked_too(string file, string header, string line, string problem)
    {
        Write("orders.csv", OrdersHeader, Order);
        Write(file, header, line);

        var refusal = Assert.Throws<BadInputException>(() => Read());

        Assert.Contains($"{file}:2: {problem}", refusal.Message, StringComparison.Ordinal);
    }

    private void Write(string file, params string[] lines) => File.WriteAllLines(Path.Combine(_folder, file), lines);

    private RetailData Read(bool skipBad = false) => RetailFiles.In(_folder).Read(skipBad, out _);
}
