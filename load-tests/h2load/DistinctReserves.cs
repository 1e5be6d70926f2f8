using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Inventory.V1;
using Microsoft.AspNetCore.Http.Features;

namespace Inventory.H2Load;

/// <summary>
/// h2load sends one body again and again, and a reservation whose id repeats is not made again. So each <c>Reserve</c> gets a number of its own written over
/// the digits of its id, and over those of its SKU, before the service sees it. What that costs counts against the service.
/// </summary>
internal sealed class DistinctReserves
{
    /// <summary>What is put before the service.</summary>
    public const string Path = "/inventory.v1.ReservationService/Reserve";

    /// <summary>Stocks of the spread runs: 0 up to this.</summary>
    public const int SpreadStocks = 10_000;

    /// <summary>Stocks of the hot runs, numbered after those: one after the other, because a stock holds a million reservations at most.</summary>
    public const int HotStocks = 1_000;

    /// <summary>Where they all are.</summary>
    public const string Location = "h2";

    private const int HotReservesOfEach = 100_000;
    private const string IdDigits = "0000000000000000";
    private const string SkuDigits = "00000";
    private readonly int _idAt;
    private readonly int _skuAt;
    private long _hot;
    private long _spread;

    /// <summary>Finds the digits in the body.</summary>
    public DistinctReserves()
    {
        Body = Frame(new ReserveRequest
        {
            RequestId = "h2-" + IdDigits, Ttl = Duration.FromTimeSpan(TimeSpan.FromDays(1)),
            Lines = { new ReservationLine { Key = new StockKey { Sku = "H2-" + SkuDigits, LocationId = Location }, Units = 1 } },
        });
        _idAt = Body.AsSpan().IndexOf("h2-0000000000000000"u8) + "h2-".Length;
        _skuAt = Body.AsSpan().IndexOf("H2-00000"u8) + "H2-".Length;
    }

    /// <summary>The body that h2load sends: one message of gRPC.</summary>
    public byte[] Body { get; }

    /// <summary>Whether the next reservations all go to one stock.</summary>
    public bool IsHot { get; set; }

    /// <summary>Reservations that were let through.</summary>
    public long Sent => Interlocked.Read(ref _hot) + Interlocked.Read(ref _spread);

    /// <summary>The SKU of a number.</summary>
    public static string Sku(int number) => $"H2-{number:D5}";

    /// <summary>A message as it travels.</summary>
    public static byte[] Frame(IMessage message)
    {
        var payload = message.ToByteArray();
        return [0, (byte)(payload.Length >> 24), (byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, .. payload];
    }

    /// <summary>The middleware.</summary>
    public async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        if (http.Request.Path.Value == Path)
        {
            var bytes = await ReadAsync(http.Request.BodyReader);
            if (bytes is not null)
            {
                Number(bytes);
                http.Features.Set<IRequestBodyPipeFeature>(new Given(PipeReader.Create(new ReadOnlySequence<byte>(bytes))));
            }
        }

        await next(http);
    }

    // Null for a body that is not the one that is meant.
    private async ValueTask<byte[]?> ReadAsync(PipeReader reader)
    {
        while (true)
        {
            var result = await reader.ReadAsync();
            if (result.IsCompleted)
            {
                var bytes = result.Buffer.Length == Body.Length ? result.Buffer.ToArray() : null;
                reader.AdvanceTo(result.Buffer.End);
                return bytes;
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    private void Number(byte[] bytes)
    {
        var number = IsHot ? Interlocked.Increment(ref _hot) : Interlocked.Increment(ref _spread);
        var stock = IsHot
            ? SpreadStocks + (number / HotReservesOfEach % HotStocks)
            : (long)((ulong)number * 0x9E3779B97F4A7C15 >> 32) % SpreadStocks; // scattered, and the same in each run
        Utf8Formatter.TryFormat(number + (IsHot ? 1_000_000_000_000_000 : 0), bytes.AsSpan(_idAt), out _, new StandardFormat('D', (byte)IdDigits.Length));
        Utf8Formatter.TryFormat(stock, bytes.AsSpan(_skuAt), out _, new StandardFormat('D', (byte)SkuDigits.Length));
    }

    private sealed class Given(PipeReader reader) : IRequestBodyPipeFeature
    {
        public PipeReader Reader => reader;
    }
}
