using System.Buffers;
using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Grains;
using Inventory.Silo;

namespace Inventory.H2Load;

/// <summary>The service in this process, with its journal in a temporary directory, ready for h2load.</summary>
internal sealed class Served : IAsyncDisposable
{
    /// <summary>Answers what the health check answers, byte by byte, from Kestrel alone.</summary>
    public const string PlainPath = "/plain";

    private const int UnitsEach = 1_000_000_000;
    private const int RowsAtOnce = 512;
    private static readonly byte[] s_serving = [0, 0, 0, 0, 2, 0x08, 0x01];
    private readonly DirectoryInfo _directory;
    private readonly WebApplication _app;

    private Served(DirectoryInfo directory, WebApplication app, DistinctReserves reserves) => (_directory, _app, Reserves) = (directory, app, reserves);

    public DistinctReserves Reserves { get; }

    /// <summary>Where it listens, without a slash at the end.</summary>
    public string Address => _app.Urls.Single().TrimEnd('/');

    /// <summary>Starts it and puts units on its shelves.</summary>
    public static async Task<Served> StartAsync()
    {
        var directory = Directory.CreateTempSubdirectory("inventory-h2load-");
        var reserves = new DistinctReserves();
        var app = SiloHost.Build(new SiloOptions { Data = Path.Combine(directory.FullName, "journal"), Port = 0 });
        app.Use((http, next) => reserves.InvokeAsync(http, next));
        app.MapPost(PlainPath, AnswerAsync);
        await app.StartAsync();
        var served = new Served(directory, app, reserves);
        await served.FillAsync();
        return served;
    }

    /// <summary>Units held of all stocks, as their owners say.</summary>
    public async Task<long> HeldAsync()
    {
        var stocks = _app.Services.GetRequiredService<IStocks>();
        var held = 0L;
        Sku? after = null;
        while (true)
        {
            var page = await stocks.List(LocationId.Parse(DistinctReserves.Location), Channel.Web, after, 1_000);
            held += page.Stocks.Sum(stock => stock.Held);
            if (!page.More)
            {
                return held;
            }

            after = page.Stocks[^1].Key.Sku;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    private static async Task AnswerAsync(HttpContext http)
    {
        while (true)
        {
            var read = await http.Request.BodyReader.ReadAsync();
            http.Request.BodyReader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                break;
            }
        }

        http.Response.ContentType = "application/grpc";
        http.Response.BodyWriter.Write(s_serving); // leaves together with the trailer, as the health check's answer does
        http.Response.AppendTrailer("grpc-status", "0");
    }

    private async Task FillAsync()
    {
        var location = LocationId.Parse(DistinctReserves.Location);
        var facts = new LocationFacts { Name = "Under load", Kind = LocationKind.Warehouse, Position = new Position(52, 13) };
        await _app.Services.GetRequiredService<ILocations>().Upsert(RequestId.Parse("h2-location"), location, facts);
        var stocks = _app.Services.GetRequiredService<IStocks>();
        var all = Enumerable.Range(0, DistinctReserves.SpreadStocks + DistinctReserves.HotStocks);
        foreach (var chunk in all.Select(number => new Domain.StockKey(Sku.Parse(DistinctReserves.Sku(number)), location)).Chunk(RowsAtOnce))
        {
            await stocks.Prepare(chunk);
            await Task.WhenAll(chunk.Select(key => stocks.Do(key, StockCommand.Import(RequestId.Parse("h2-stock"), UnitsEach)).AsTask()));
        }
    }
}
