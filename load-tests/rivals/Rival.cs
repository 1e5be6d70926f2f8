using Inventory.LoadTests.Measuring;
using Inventory.LoadTests.Service;
using Inventory.Rivals.Postgres;
using Inventory.Rivals.Redis;
using Inventory.Rivals.Running;

namespace Inventory.Rivals;

/// <summary>Somebody who takes part: its name, how it is started, and with how many calls under way.</summary>
/// <param name="Name">Of its row.</param>
/// <param name="Says">What it is, in a few words.</param>
/// <param name="IsOurs">True for this service.</param>
/// <param name="InFlight">Calls under way for each caller: 1, or <see cref="Depth"/> for those that pipeline.</param>
/// <param name="Find">Finds its program, or throws <see cref="RivalMissingException"/>.</param>
/// <param name="StartAsync">Starts it, given the number of callers.</param>
internal sealed record Rival(string Name, string Says, bool IsOurs, int InFlight, Func<string> Find, Func<int, CancellationToken, Task<IContender>> StartAsync)
{
    /// <summary>Requests that one connection of a pipelining client has under way.</summary>
    public const int Depth = 16;

    private const int Connections = 4;

    /// <summary>Why it cannot take part on this machine; null when it can.</summary>
    public string? Missing
    {
        get
        {
            try
            {
                Find();
                return null;
            }
            catch (RivalMissingException e)
            {
                return e.Message;
            }
        }
    }

    /// <summary>All, in the order of rows. Ours come first.</summary>
    public static IReadOnlyList<Rival> All { get; } =
    [
        new("inventory", "unary gRPC calls over 4 connections", true, 1, Nothing, async (_, ct) => await ServiceContender.StartAsync(Connections, ct)),
        new("inventory-raw", "the same calls from a client that does little more than frames, as h2load would", true, 1, Nothing, async (_, ct) =>
            await ServiceContender.StartRawAsync(Connections, ct)),
        new("inventory-stream", "ReserveStream over 4 connections", true, Depth, Nothing, async (_, ct) => await StreamContender.StartAsync(Connections, ct)),
        new("redis", "Redis 7, Lua, appendfsync always, a connection each", false, 1, RedisServer.Redis.Program, async (callers, ct) =>
            await RedisContender.StartAsync("redis", RedisServer.Redis, callers, ct)),
        new("redis-pipelined", "the same, 16 requests under way on each connection", false, Depth, RedisServer.Redis.Program, async (callers, ct) =>
            await RedisContender.StartAsync("redis-pipelined", RedisServer.Redis, callers, ct)),
        new("garnet", "Garnet, Lua in transaction mode, AOF committed before the reply", false, 1, RedisServer.Garnet.Program, async (callers, ct) =>
            await RedisContender.StartAsync("garnet", RedisServer.Garnet, callers, ct)),
        new("postgres-function", "PostgreSQL 15, one prepared function call", false, 1, PostgresContender.FindServer, PostgresContender.StartFunctionAsync),
        new("postgres-naive", "PostgreSQL 15, a transaction with SELECT FOR UPDATE", false, 1, PostgresContender.FindServer, PostgresContender.StartNaiveAsync),
    ];

    // Ours is part of the build.
    private static string Nothing() => "";
}
