using Grpc.Net.Client;
using Inventory.Silo.Tests;
using Inventory.V1;

namespace Inventory.Cli.Tests.Commands;

/// <summary>One real service for a class of tests, with three places: Leeds and York 36 km apart, and a warehouse in Swindon.</summary>
public sealed class Service : IAsyncLifetime, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private SiloProcess? _silo;
    private GrpcChannel? _channel;

    /// <summary>Where it listens.</summary>
    public string Address => _silo!.Endpoint.ToString();

    /// <summary>A path for a file that goes with the class.</summary>
    public string PathOf(string name) => Path.Combine(_directory.Path, name);

    /// <summary>Writes a file that goes with the class; returns its path.</summary>
    public string Write(string name, string text)
    {
        File.WriteAllText(PathOf(name), text);
        return PathOf(name);
    }

    public async Task InitializeAsync()
    {
        _silo = await SiloProcess.StartAsync("--data", PathOf("journal"));
        _channel = _silo.Connect();
        var places = Write("places.csv", """
            id,name,kind,latitude,longitude,postal_code,town,country,time_zone,preparation_minutes
            leeds,"Hearth, Leeds",store,53.800,-1.549,LS1 1AA,Leeds,GB,Europe/London,30
            york,Hearth York,store,53.959,-1.081,YO1 7HH,York,GB,Europe/London,
            swindon,Hearth Swindon,warehouse,51.556,-1.780,SN1 1AA,Swindon,GB,Europe/London,
            """);
        (await RunAsync("locations", "import", places)).Ends(0).Says("3 locations imported, 0 refused, 0 bad lines skipped.");
    }

    public async Task DisposeAsync()
    {
        _channel?.Dispose();
        await (_silo?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    /// <summary>After <see cref="DisposeAsync"/>.</summary>
    public void Dispose() => _directory.Dispose();

    /// <summary>Runs the command line against this service.</summary>
    internal Task<CliResult> RunAsync(params string[] args) => CliProcess.RunAsync([.. args, "--address", Address]);

    /// <summary>Starts the command line against this service and lets it run.</summary>
    internal CliProcess Start(params string[] args) => CliProcess.Start([.. args, "--address", Address]);

    /// <summary>Puts units on a shelf.</summary>
    internal async Task ReceiveAsync(string sku, string location, int units)
    {
        var request = new ReceiveStockRequest { RequestId = $"{sku}/{location}", Key = Key(sku, location), Units = units };
        var answer = await new StockService.StockServiceClient(_channel).ReceiveStockAsync(request);
        Assert.True(answer.Decision.Accepted, answer.ToString());
    }

    /// <summary>Holds units; returns the reservation's id.</summary>
    internal async Task<string> ReserveAsync(string sku, string location, int units)
    {
        var request = new ReserveRequest { RequestId = $"hold/{sku}/{location}" };
        request.Lines.Add(new ReservationLine { Key = Key(sku, location), Units = units });
        var answer = await new ReservationService.ReservationServiceClient(_channel).ReserveAsync(request);
        Assert.True(answer.Decision.Accepted, answer.ToString());
        return answer.ReservationId;
    }

    /// <summary>Asks again and again until the answer is yes.</summary>
    internal static async Task WhenAsync(Func<Task<bool>> isSo)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        while (!await isSo())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>A stock as the service tells it.</summary>
    internal async Task<Stock> StockAsync(string sku, string location) =>
        (await new StockService.StockServiceClient(_channel).GetStockAsync(new GetStockRequest { Key = Key(sku, location) })).Stock;

    private static StockKey Key(string sku, string location) => new() { Sku = sku, LocationId = location };
}
