using System.Globalization;
using System.Net;
using Inventory.LoadTests.Light;
using Inventory.LoadTests.Measuring;
using Inventory.Rivals.Running;

namespace Inventory.Rivals.Redis;

/// <summary>A reservation as one Lua script, so that check and write are one step: what a team would write on Redis.</summary>
/// <remarks>
/// Not done here, as a team's first version would not do it: giving units back when a reservation's time has passed (a sweeper over the sorted set),
/// channels, safety stock, an audit trail. All of that is on the rival's side of the scales.
/// </remarks>
internal sealed class RedisContender : ILightContender
{
    private const int Page = 1_000;

    // KEYS: stock, reservation, expiries of the stock. ARGV: units, expiry in Unix milliseconds, number of the stock.
    private const string Script = """
        if redis.call('EXISTS', KEYS[2]) == 1 then return 2 end
        if tonumber(redis.call('HGET', KEYS[1], 'free')) < tonumber(ARGV[1]) then return 0 end
        redis.call('HINCRBY', KEYS[1], 'free', -ARGV[1])
        redis.call('HINCRBY', KEYS[1], 'held', ARGV[1])
        redis.call('HSET', KEYS[2], 'stock', ARGV[3], 'units', ARGV[1], 'expires', ARGV[2])
        redis.call('ZADD', KEYS[3], ARGV[2], KEYS[2])
        return 1
        """;

    private static readonly TimeSpan s_ttl = TimeSpan.FromDays(1);
    private readonly ScratchServer _server;
    private readonly RespConnection[] _connections;
    private string _script = "";
    private int _stocks;
    private int _next;

    private RedisContender(string name, ScratchServer server, RespConnection[] connections) => (Name, _server, _connections) = (name, server, connections);

    public string Name { get; }

    public IPEndPoint Server => new(IPAddress.Loopback, _server.Port);

    public TimeSpan? ProcessorTime => _server.ProcessorTime;

    public Func<LightProtocol>? Empty => null;

    /// <summary>Starts the server.</summary>
    /// <param name="name">Of the row.</param>
    /// <param name="product">Which server.</param>
    /// <param name="connections">As many as callers gives each its own; fewer puts several requests into flight on each.</param>
    /// <param name="ct">Stops waiting.</param>
    public static async Task<RedisContender> StartAsync(string name, RedisServer product, int connections, CancellationToken ct)
    {
        var program = product.Program();
        var server = ScratchServer.Create(name);
        try
        {
            await server.StartAsync(program, product.Arguments(server.Port, server.Directory), async () =>
            {
                await using var first = await RespConnection.ConnectAsync(server.Port, ct);
                await first.AskAsync("PING");
            }, ct);
            var open = new RespConnection[connections];
            for (var i = 0; i < connections; i++)
            {
                open[i] = await RespConnection.ConnectAsync(server.Port, ct);
            }

            return new RedisContender(name, server, open);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async Task PrepareAsync(int stocks, int unitsEach, CancellationToken ct)
    {
        await _connections[0].AskAsync("FLUSHALL");
        _script = (await _connections[0].AskAsync("SCRIPT", "LOAD", Script)).Text!;
        _stocks = stocks;
        await EachStock(stock => _connections[0].AskAsync("HSET", Key(stock), "free", Text(unitsEach), "held", "0"));
    }

    public async ValueTask<Outcome> ReserveAsync(int stock, Guid id, CancellationToken ct)
    {
        var connection = _connections[(uint)Interlocked.Increment(ref _next) % (uint)_connections.Length];
        var reply = await connection.AskAsync(Request(stock, id, TimeProvider.System.GetUtcNow() + s_ttl));
        return reply.Number switch { 1 => Outcome.Granted, 2 => Outcome.Repeated, _ => Outcome.SoldOut };
    }

    public Func<LightProtocol> Reserves(Func<long, (int Stock, Guid Id)> choose) =>
        RespLight.Of(Enumerable.Range(0, _stocks).Select(stock => Request(stock, default, TimeProvider.System.GetUtcNow())), choose, s_ttl);

    public async Task<long> UnitsHeldAsync(CancellationToken ct)
    {
        var held = 0L;
        await EachStock(async stock =>
        {
            var reply = await _connections[0].AskAsync("HGET", Key(stock), "held");
            Interlocked.Add(ref held, long.Parse(reply.Text!, CultureInfo.InvariantCulture));
        });
        return held;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections)
        {
            await connection.DisposeAsync();
        }

        await _server.DisposeAsync();
    }

    private async Task EachStock(Func<int, Task> ask)
    {
        for (var from = 0; from < _stocks; from += Page)
        {
            await Task.WhenAll(Enumerable.Range(from, Math.Min(Page, _stocks - from)).Select(ask));
        }
    }

    private string[] Request(int stock, Guid id, DateTimeOffset expires) =>
        ["EVALSHA", _script, "3", Key(stock), "r:" + id.ToString("N"), "e:" + Text(stock), "1", Text(expires.ToUnixTimeMilliseconds()), Text(stock)];

    private static string Key(int stock) => "s:" + Text(stock);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
