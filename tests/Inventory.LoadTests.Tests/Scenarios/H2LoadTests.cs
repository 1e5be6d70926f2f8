using Inventory.H2Load;
using Inventory.V1;
using Microsoft.AspNetCore.Http;

namespace Inventory.LoadTests.Tests.Scenarios;

public sealed class H2LoadTests
{
    [Fact]
    public async Task Each_reservation_of_the_same_body_gets_an_id_of_its_own_and_a_stock_that_is_there()
    {
        var reserves = new DistinctReserves();
        var spread = new List<ReserveRequest>();
        for (var i = 0; i < 200; i++)
        {
            spread.Add(await PassAsync(reserves));
        }

        reserves.IsHot = true;
        var hot = await PassAsync(reserves);

        Assert.Equal(201, spread.Append(hot).Select(request => request.RequestId).Distinct().Count());
        Assert.True(spread.Select(request => request.Lines[0].Key.Sku).Distinct().Count() > 190);
        Assert.Equal(DistinctReserves.Sku(DistinctReserves.SpreadStocks), hot.Lines[0].Key.Sku);
        Assert.All(spread, request => Assert.Equal(DistinctReserves.Location, request.Lines[0].Key.LocationId));
        Assert.Equal(201, reserves.Sent);
    }

    [Fact]
    public void What_h2load_prints_is_read()
    {
        const string output = """
            finished in 2.00s, 31821.50 req/s, 3.60MB/s
            requests: 63643 total, 63843 started, 63643 done, 63640 succeeded, 2 failed, 1 errored, 0 timeout
            """;
        Assert.Equal(new H2LoadResult(31_821.5, 63_643, 3), H2LoadRun.Parse(output));
        Assert.Throws<InvalidOperationException>(() => H2LoadRun.Parse("h2load: could not connect"));
    }

    [Fact]
    public async Task A_second_of_reservations_by_h2load_is_on_record_to_the_unit()
    {
        Assert.True(H2LoadRun.Find() is not null, "Run eng/install-test-tools.sh once; it installs h2load.");
        await using var served = await Served.StartAsync();
        var body = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(body, served.Reserves.Body);
            var result = await H2LoadRun.RunAsync(H2LoadRun.Command(body, served.Address + DistinctReserves.Path, 2, 10, 1), CancellationToken.None);
            Assert.True(result is { Done: > 0, Failed: 0 }, result.ToString());
            Assert.InRange(await served.HeldAsync(), result.Done, served.Reserves.Sent);
        }
        finally
        {
            File.Delete(body);
        }
    }

    private static async Task<ReserveRequest> PassAsync(DistinctReserves reserves)
    {
        var http = new DefaultHttpContext();
        http.Request.Path = DistinctReserves.Path;
        http.Request.Body = new MemoryStream(reserves.Body);
        ReserveRequest? seen = null;
        await reserves.InvokeAsync(http, async given =>
        {
            var read = await given.Request.BodyReader.ReadAsync();
            seen = ReserveRequest.Parser.ParseFrom(read.Buffer.Slice(5));
        });
        return seen!;
    }
}
