using Grpc.Core;
using Inventory.Grpc.Tests.Doubles;
using Inventory.V1;

namespace Inventory.Grpc.Tests.Services;

public sealed class StockServiceTests : IAsyncLifetime
{
    private static readonly StockKey Key = new() { Sku = "A", LocationId = "L-1" };

    private TestServer _server = null!;

    private StockService.StockServiceClient Stocks => _server.Stocks;

    public async Task InitializeAsync() => _server = await TestServer.Start();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_stock_never_touched_reads_as_zero()
    {
        var stock = await Get();
        Assert.Equal((0, 0, null), (stock.OnHandUnits, stock.Version, stock.UpdateTime));
        Assert.Equal(Key, stock.Key);
    }

    [Fact]
    public async Task Every_figure_of_a_stock_is_shown()
    {
        await _server.Receive("a", "L-1", 20);
        await Adjust(-3, AdjustReason.Shrink);
        await Adjust(1, AdjustReason.Found);
        await Move(Condition.Unspecified, Condition.Damaged, 2);
        await Move(Condition.Sellable, Condition.Display, 1);
        var counted = await Stocks.CountStockAsync(new CountStockRequest { RequestId = "c", Key = Key, CountedUnits = 12 });
        Assert.Equal((true, -3L), (counted.Decision.Accepted, counted.ChangedUnits));
        await _server.Reserve("A", "L-1", 4);
        var policy = new StockPolicy
        {
            SafetyStockUnits = 1, OversellUnits = 2, MinUnitsPerReservation = 1, MaxUnitsPerReservation = 9,
            RingFences = { new RingFence { Channel = "pos", Units = 3 } },
        };
        Assert.True((await Stocks.SetStockPolicyAsync(new SetStockPolicyRequest { RequestId = "p", Key = Key,
            Policy = policy })).Decision.Accepted);
        var stock = await Get();
        Assert.Equal((12, 4, 2, 0, 1), (stock.OnHandUnits, stock.HeldUnits, stock.DamagedUnits, stock.QuarantineUnits, stock.DisplayUnits));
        Assert.Equal((6, 1, 8), (stock.AvailableUnits, stock.Holds, stock.Version));   // 12 - 4 - 1 + 2 - 3
        Assert.Equal(policy, stock.Policy);
        Assert.Equal((20, -3), (stock.Ledger.ReceivedUnits, stock.Ledger.CountedUnits));
        Assert.Equal(
            [(AdjustReason.Shrink, -3L), (AdjustReason.Found, 1L)], stock.Ledger.AdjustedUnits.Select(sum => (sum.Reason, sum.Units)));
        Assert.Equal(9, (await Stocks.GetStockAsync(new GetStockRequest { Key = Key, Channel = "pos" })).Stock.AvailableUnits);
    }

    [Fact]
    public async Task Refusals_are_answers()
    {
        await _server.Receive("A", "L-1", 2);
        Assert.Equal(RefusalReason.ExceedsOnHand, (await Adjust(-3, AdjustReason.Damage)).RefusalReason);
        Assert.Equal(RefusalReason.ExceedsOnHand, (await Move(Condition.Sellable, Condition.Damaged, 3)).RefusalReason);
        var future = await Stocks.CountStockAsync(new CountStockRequest { RequestId = "c", Key = Key, CountedUnits = 1, SeenVersion = 99 });
        Assert.Equal(RefusalReason.CountFromFuture, future.Decision.RefusalReason);
        Assert.Equal(0, future.ChangedUnits);
        var receive = new ReceiveStockRequest { RequestId = "r", Key = Key, Units = 1 };
        Assert.True((await Stocks.ReceiveStockAsync(receive)).Decision is { Accepted: true, Repeated: false, Version: 2 });
        Assert.True((await Stocks.ReceiveStockAsync(receive)).Decision is { Accepted: true, Repeated: true, Version: 2 });
        receive.Units = 2;
        Assert.Equal(RefusalReason.IdReused, (await Stocks.ReceiveStockAsync(receive)).Decision.RefusalReason);
    }

    [Fact]
    public async Task A_count_older_than_what_is_remembered_is_refused()
    {
        for (var i = 0; i < Domain.Limits.CountHistoryMax + 2; i++)
        {
            await _server.Receive("A", "L-1", 1);
        }

        var late = await Stocks.CountStockAsync(new CountStockRequest { RequestId = "c", Key = Key, CountedUnits = 1, SeenVersion = 1 });
        Assert.Equal(RefusalReason.CountTooOld, late.Decision.RefusalReason);
    }

    [Fact]
    public async Task The_stocks_of_a_location_are_listed_page_by_page()
    {
        foreach (var sku in new[] { "C", "A", "D", "B" })
        {
            await _server.Receive(sku, "L-1", 1);
        }

        await _server.Receive("E", "L-2", 1);
        var first = await Stocks.ListStocksAsync(new ListStocksRequest { LocationId = "L-1", PageSize = 3 });
        Assert.Equal(["A", "B", "C"], first.Stocks.Select(stock => stock.Key.Sku));
        var next = new ListStocksRequest { LocationId = "L-1", PageSize = 3, PageToken = first.NextPageToken };
        var second = await Stocks.ListStocksAsync(next);
        Assert.Equal(["D"], second.Stocks.Select(stock => stock.Key.Sku));
        Assert.Empty(second.NextPageToken);
        next.LocationId = "L-2";
        await Failed.Fields(async () => await Stocks.ListStocksAsync(next), "page_token");
    }

    [Fact]
    public async Task An_audit_streams_what_it_finds()
    {
        await _server.Receive("A", "L-1", 1);
        await _server.Receive("CROOKED", "L-1", 1);
        await _server.Receive("A", "L-2", 1);
        Assert.Equal((3, "on hand 5, journal 4"), await Verify(new VerifyStockRequest()));
        Assert.Equal((2, "on hand 5, journal 4"), await Verify(new VerifyStockRequest { LocationId = "L-1" }));
        Assert.Equal((1, null), await Verify(new VerifyStockRequest { Key = Key }));
        await Failed.Fields(() => Verify(new VerifyStockRequest { LocationId = "" }), "location_id");
        await Failed.Fields(() => Verify(new VerifyStockRequest { Key = new StockKey() }), "key.sku", "key.location_id");
    }

    [Fact]
    public async Task Wrong_requests_name_their_fields()
    {
        await Failed.Fields(async () => await Stocks.ReceiveStockAsync(new ReceiveStockRequest()), "request_id", "key", "units");
        await Failed.Fields(
            async () => await Stocks.AdjustStockAsync(new AdjustStockRequest { RequestId = "r", Key = Key, Units = -1_000_000_001 }),
            "units", "reason");
        await Failed.Fields(
            async () => await Stocks.CountStockAsync(new CountStockRequest { RequestId = "r", Key = Key, CountedUnits = -1,
                SeenVersion = -1 }),
            "counted_units", "seen_version");
        await Failed.Fields(
            async () => await Stocks.MoveStockAsync(new MoveStockRequest { RequestId = "r", Key = Key, Units = 1,
                To = Condition.Sellable }), "to");
        await Failed.Fields(async () => await Stocks.GetStockAsync(new GetStockRequest { Channel = "WEB" }), "key", "channel");
        await Failed.Fields(
            async () => await Stocks.ListStocksAsync(new ListStocksRequest { PageSize = 1_001 }), "location_id", "page_size");
        await Failed.Fields(
            async () => await Stocks.SetStockPolicyAsync(new SetStockPolicyRequest { RequestId = "r", Key = Key }), "policy");
        await Failed.Fields(
            async () => await Stocks.SetStockPolicyAsync(new SetStockPolicyRequest
            {
                RequestId = "r",
                Key = Key,
                Policy = new StockPolicy
                {
                    SafetyStockUnits = -1, OversellUnits = 1_000_000_001, MinUnitsPerReservation = 5, MaxUnitsPerReservation = 4,
                    RingFences =
                    {
                        new RingFence { Channel = "pos", Units = -1 }, new RingFence { Channel = "pos" }, new RingFence { Channel = "" },
                    },
                },
            }),
            "policy.safety_stock_units", "policy.oversell_units", "policy.max_units_per_reservation",
            "policy.ring_fences[0].units", "policy.ring_fences[1].channel", "policy.ring_fences[2].channel");
        var fences = new StockPolicy();
        fences.RingFences.Add(Enumerable.Range(0, 17).Select(i => new RingFence { Channel = $"c{i}" }));
        await Failed.Fields(
            async () => await Stocks.SetStockPolicyAsync(new SetStockPolicyRequest { RequestId = "r", Key = Key, Policy = fences }),
            "policy.ring_fences");
    }

    private async Task<Stock> Get() => (await Stocks.GetStockAsync(new GetStockRequest { Key = Key })).Stock;

    private async Task<Decision> Adjust(long units, AdjustReason reason) => (await Stocks.AdjustStockAsync(
        new AdjustStockRequest { RequestId = Guid.NewGuid().ToString(), Key = Key, Units = units, Reason = reason })).Decision;

    private async Task<Decision> Move(Condition from, Condition to, long units) => (await Stocks.MoveStockAsync(
        new MoveStockRequest { RequestId = Guid.NewGuid().ToString(), Key = Key, Units = units, From = from, To = to })).Decision;

    private async Task<(long Stocks, string? Difference)> Verify(VerifyStockRequest request)
    {
        using var call = Stocks.VerifyStock(request);
        (long, string?) last = default;
        while (await call.ResponseStream.MoveNext(CancellationToken.None))
        {
            last = (call.ResponseStream.Current.StocksVerified, call.ResponseStream.Current.Differences.FirstOrDefault()?.Message);
        }

        return last;
    }
}
