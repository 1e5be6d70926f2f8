using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Inventory.V1;

namespace Inventory.H2Load;

/// <summary>
/// h2load sends one body again and again, and a reservation whose id repeats is not made again. So each <c>Reserve</c> gets an id of its own, a UUID as callers
/// are advised to use, and the number of a SKU, written over those in its body where that has been received, before the service sees it. What that costs counts
/// against the service.
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
    private const string Id = "00000000-0000-0000-0000-000000000000";
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
            RequestId = Id, Ttl = Duration.FromTimeSpan(TimeSpan.FromDays(1)),
            Lines = { new ReservationLine { Key = new StockKey { Sku = "H2-" + SkuDigits, LocationId = Location }, Units = 1 } },
        });
        _idAt = Body.AsSpan().IndexOf("00000000-0000-"u8);
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
    public Task InvokeAsync(HttpContext http, RequestDelegate next) =>
        http.Request.Path.Value == Path ? NumberAsync(http, next) : next(http);

    private async Task NumberAsync(HttpContext http, RequestDelegate next)
    {
        var reader = http.Request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync();
            if (result.IsCompleted)
            {
                Number(result.Buffer);
                reader.AdvanceTo(result.Buffer.Start); // all of it is still there for the service
                break;
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }

        await next(http);
    }

    private void Number(in ReadOnlySequence<byte> body)
    {
        if (body.Length != Body.Length)
        {
            return; // not the one that is meant
        }

        var number = IsHot ? Interlocked.Increment(ref _hot) : Interlocked.Increment(ref _spread);
        var stock = IsHot
            ? SpreadStocks + (number / HotReservesOfEach % HotStocks)
            : (long)((ulong)number * 0x9E3779B97F4A7C15 >> 32) % SpreadStocks; // scattered, and the same in each run
        Span<byte> id = stackalloc byte[36];
        Utf8Formatter.TryFormat(IdOf(number, IsHot), id, out _);
        Write(id, body.Slice(_idAt));
        Utf8Formatter.TryFormat(stock, id, out var digits, new StandardFormat('D', (byte)SkuDigits.Length));
        Write(id[..digits], body.Slice(_skuAt));
    }

    // The product with an odd number is another for each number.
    private static Guid IdOf(long number, bool isHot)
    {
        var mixed = (ulong)number * 0xD1B54A32D192ED03;
        return new Guid((uint)(mixed >> 32), (ushort)(mixed >> 16), (ushort)mixed, 0x80, 0, 0, 0, 0, 0, 0, isHot ? (byte)1 : (byte)0);
    }

    private static void Write(ReadOnlySpan<byte> bytes, ReadOnlySequence<byte> at)
    {
        foreach (var part in at)
        {
            var count = Math.Min(bytes.Length, part.Length);
            bytes[..count].CopyTo(MemoryMarshal.AsMemory(part).Span);
            bytes = bytes[count..];
            if (bytes.IsEmpty)
            {
                return;
            }
        }
    }
}
