using Inventory.LoadTests.Service;

namespace Inventory.LoadTests.Tests.Scenarios;

/// <summary>One real service for the tests of a class.</summary>
public sealed class ServiceFixture : IAsyncLifetime
{
    private OwnService? _service;

    internal Uri Address => _service!.Silo.Address;

    public async Task InitializeAsync() => _service = await OwnService.StartAsync(CancellationToken.None);

    public async Task DisposeAsync() => await _service!.DisposeAsync();

    /// <summary>Settings that make each scenario short; what is measured means nothing then, the books still do.</summary>
    internal static Settings Tiny(Uri? address) => new()
    {
        Address = address,
        Seconds = 1, // so that a machine that stops for a moment does not leave a window without any call
        WarmUpSeconds = 0.1,
        Callers = 8,
        Connections = 2,
        Rate = 200,
        Search = false,
        Sizes = new Sizes
        {
            Stocks = 50,
            FlashUnits = 20,
            FlashBuyers = 200,
            Lines = [1, 7],
            Orders = [(1, 6), (3, 6)],
            BatchLines = 25,
            ImportRows = 300,
            Watchers = 20,
            Events = 2_000,
        },
    };
}
