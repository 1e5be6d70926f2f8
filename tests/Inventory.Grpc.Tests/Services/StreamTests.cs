using Grpc.Core;
using Inventory.Grpc.Tests.Doubles;
using Inventory.V1;

namespace Inventory.Grpc.Tests.Services;

public sealed class StreamTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.Start();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_hundred_thousand_rows_come_in_through_one_stream_and_again_unchanged()
    {
        const int Rows = 100_000;
        Assert.Equal((Rows, 0, 0), await Import("first", Rows));
        Assert.Equal((0, Rows, 0), await Import("second", Rows));
        Assert.Equal(Rows, _server.World.Prepared); // what is known already need not be made known
        var stock = await _server.Stocks.GetStockAsync(new GetStockRequest { Key = new StockKey { Sku = "S99", LocationId = "L-999" } });
        Assert.Equal(10, stock.Stock.OnHandUnits);
    }

    [Fact]
    public async Task Wrong_rows_have_their_problem_and_the_others_go_on()
    {
        using var import = _server.Stocks.ImportStock();
        await import.RequestStream.WriteAsync(Rows("i", ("A", "L-1", 5), ("A", "L-1", 5), ("bad sku", "L-1", 5)));
        await import.RequestStream.WriteAsync(Rows("i", ("B", "", -1), ("A", "L-1", 7)));
        await import.RequestStream.CompleteAsync();
        Assert.True(await import.ResponseStream.MoveNext(default));
        var first = import.ResponseStream.Current;
        Assert.Equal([ImportResult.Changed, ImportResult.Unchanged, ImportResult.Refused], first.Results);
        Assert.Equal((0, 2), (first.FirstRow, first.Problems.Single().Row));
        Assert.Contains("key.sku", first.Problems.Single().Message, StringComparison.Ordinal);
        Assert.True(await import.ResponseStream.MoveNext(default));
        var second = import.ResponseStream.Current;
        Assert.Equal([ImportResult.Refused, ImportResult.Changed], second.Results);
        Assert.Equal((3, 3), (second.FirstRow, second.Problems.Single().Row));
        Assert.Contains("on_hand_units", second.Problems.Single().Message, StringComparison.Ordinal);
        Assert.False(await import.ResponseStream.MoveNext(default));
    }

    [Fact]
    public async Task A_wrong_message_ends_an_import_after_the_answers_before_it()
    {
        using var import = _server.Stocks.ImportStock();
        await import.RequestStream.WriteAsync(Rows("i", ("A", "L-1", 5)));
        await import.RequestStream.WriteAsync(Rows("another", ("A", "L-1", 6)));
        Assert.True(await import.ResponseStream.MoveNext(default));
        await Failed.Fields(() => import.ResponseStream.MoveNext(default), "request_id");
        await Failed.Fields(() => Once(Rows("i")), "rows");
        await Failed.Fields(() => Once(Rows(new string('x', 49), ("A", "L-1", 1))), "request_id");
        var large = Rows("i");
        large.Rows.Add(Enumerable.Repeat(new ImportRow { Key = new StockKey { Sku = "A", LocationId = "L-1" } }, 10_001));
        await Failed.Fields(() => Once(large), "rows");
    }

    [Fact]
    public async Task Reservations_in_a_message_are_answered_in_order_with_one_call_for_each_stock()
    {
        await _server.Receive("A", "L-1", 3);
        await _server.Receive("B", "L-1", 1);
        var before = _server.World.StockCalls;
        using var stream = _server.Reservations.ReserveStream();
        await stream.RequestStream.WriteAsync(Message(("1", "A", 1), ("2", "B", 1), ("3", "A", 2), ("4", "A", 1), ("5", "B", 1),
            ("1", "A", 1)));
        Assert.True(await stream.ResponseStream.MoveNext(default));
        var results = stream.ResponseStream.Current.Results;
        Assert.Equal([true, true, true, false, false, true], results.Select(result => result.Accepted));
        Assert.Equal([false, false, false, false, false, true], results.Select(result => result.Repeated));
        Assert.Equal(RefusalReason.Insufficient, results[3].RefusalReason);
        Assert.Equal([2L, 2L, 3L], results.Take(3).Select(result => result.Version));
        Assert.Equal(2, _server.World.StockCalls - before);
        Assert.Equal(_server.World.NowMs + 900_000, stream.ResponseStream.Current.ExpireTime.ToDateTimeOffset().ToUnixTimeMilliseconds());
        await stream.RequestStream.CompleteAsync();
        Assert.False(await stream.ResponseStream.MoveNext(default));
    }

    [Fact]
    public async Task A_malformed_entry_has_its_problem_and_the_others_go_on()
    {
        await _server.Receive("A", "L-1", 3);
        using var stream = _server.Reservations.ReserveStream();
        await stream.RequestStream.WriteAsync(Message(("", "A", 1), ("2", "no sku", 0), ("3", "A", 1)));
        Assert.True(await stream.ResponseStream.MoveNext(default));
        var results = stream.ResponseStream.Current.Results;
        Assert.Contains("request_id", results[0].Problem, StringComparison.Ordinal);
        Assert.Contains("sku", results[1].Problem, StringComparison.Ordinal);
        Assert.Contains("units", results[1].Problem, StringComparison.Ordinal);
        Assert.True(results[2] is { Accepted: true, Problem: "" });
    }

    [Fact]
    public async Task A_stream_entry_has_the_reservation_id_that_Reserve_would_have_given()
    {
        await _server.Receive("A", "L-1", 3);
        using var stream = _server.Reservations.ReserveStream();
        await stream.RequestStream.WriteAsync(Message(("order-7", "A", 1)));
        Assert.True(await stream.ResponseStream.MoveNext(default));
        var again = await _server.Reserve("A", "L-1", 1, "order-7");
        Assert.True(again.Decision.Repeated);
        Assert.NotEmpty(again.ReservationId);
    }

    [Fact]
    public async Task Messages_are_answered_in_order_and_a_wrong_one_ends_the_stream()
    {
        await _server.Receive("A", "L-1", 100);
        using var stream = _server.Reservations.ReserveStream();
        for (var i = 0; i < 50; i++)
        {
            await stream.RequestStream.WriteAsync(Message(($"m{i}", "A", 1)));
        }

        await stream.RequestStream.WriteAsync(new ReserveStreamRequest { Channel = "?", Ttl = new() { Seconds = 0 } });
        for (var i = 0; i < 50; i++)
        {
            Assert.True(await stream.ResponseStream.MoveNext(default));
            Assert.Equal(2 + i, stream.ResponseStream.Current.Results.Single().Version);
        }

        await Failed.Fields(() => stream.ResponseStream.MoveNext(default), "reservations", "channel", "ttl");
    }

    private static ReserveStreamRequest Message(params (string Id, string Sku, long Units)[] entries)
    {
        var request = new ReserveStreamRequest();
        request.Reservations.Add(entries.Select(entry => new StreamReservation
        {
            RequestId = entry.Id, Sku = entry.Sku, LocationId = "L-1", Units = entry.Units,
        }));
        return request;
    }

    private static ImportStockRequest Rows(string id, params (string Sku, string Location, long Units)[] rows)
    {
        var request = new ImportStockRequest { RequestId = id };
        request.Rows.Add(rows.Select(row => new ImportRow
        {
            Key = new StockKey { Sku = row.Sku, LocationId = row.Location }, OnHandUnits = row.Units,
        }));
        return request;
    }

    private async Task Once(ImportStockRequest request)
    {
        using var import = _server.Stocks.ImportStock();
        await import.RequestStream.WriteAsync(request);
        await import.ResponseStream.MoveNext(default);
    }

    private async Task<(int Changed, int Unchanged, int Refused)> Import(string id, int rows)
    {
        using var import = _server.Stocks.ImportStock();
        var sending = Task.Run(async () =>
        {
            for (var from = 0; from < rows; from += 10_000)
            {
                await import.RequestStream.WriteAsync(
                    Rows(id, [.. Enumerable.Range(from, 10_000).Select(i => ($"S{i % 100}", $"L-{i / 100}", (i % 10) + 1L))]));
            }

            await import.RequestStream.CompleteAsync();
        });
        var told = new Dictionary<ImportResult, int>();
        while (await import.ResponseStream.MoveNext(default))
        {
            foreach (var result in import.ResponseStream.Current.Results)
            {
                told[result] = told.GetValueOrDefault(result) + 1;
            }
        }

        await sending;
        return (told.GetValueOrDefault(ImportResult.Changed), told.GetValueOrDefault(ImportResult.Unchanged),
            told.GetValueOrDefault(ImportResult.Refused));
    }
}
