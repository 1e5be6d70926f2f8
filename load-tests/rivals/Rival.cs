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
/// <param name="Groups">Whom it is compared with: those who share one of these.</param>
/// <param name="Find">Finds its program, or throws <see cref="RivalMissingException"/>.</param>
/// <param name="StartAsync">Starts it, given the number of callers.</param>
/// <param name="Light">How the light client calls it; null for a client of its own.</param>
internal sealed record Rival(
    string Name,
    string Says,
    bool IsOurs,
    int InFlight,
    string[] Groups,
    Func<string> Find,
    Func<int, CancellationToken, Task<IContender>> StartAsync,
    LightShape? Light = null)
{
    /// <summary>Requests that one connection of a pipelining client has under way.</summary>
    public const int Depth = 16;

    /// <summary>Names everybody.</summary>
    public const string Everybody = "all";

    /// <summary>Names all whom the light client calls.</summary>
    public const string AllLight = "light";

    /// <summary>Names our stream of dense messages, and Redis with many requests under way.</summary>
    public const string AllDense = "dense";

    private const int Connections = 4;
    private const string Callers = "callers";
    private const string Pipelined = "pipelined";
    private const string Few = "4 x 50";
    private const string Many = "64 x 1";
    private const string Dense = "dense";
    private static readonly LightShape s_few = new(4, 50);
    private static readonly LightShape s_many = new(64, 1);
    private static readonly LightShape s_dense = new(Connections, 3 * ServiceContender.DenseLines);

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
        new("inventory", "unary gRPC calls over 4 connections", true, 1, [Callers], Nothing, StartOursAsync),
        new("inventory-raw", "the same calls from a client that does little more than frames", true, 1, [Callers], Nothing, async (_, ct) =>
            await ServiceContender.StartRawAsync(Connections, ct)),
        new("inventory-stream", "ReserveStream over 4 connections", true, Depth, [Pipelined], Nothing, async (_, ct) =>
            await StreamContender.StartAsync(Connections, ct)),
        new("inventory-4x50", "unary gRPC calls of the light client", true, 1, [Few], Nothing, StartOursAsync, s_few),
        new("inventory-64x1", "the same over 64 connections with one call each", true, 1, [Many], Nothing, StartOursAsync, s_many),
        new("inventory-dense", "ReserveStream with the light client, 4 connections with 3 messages of 1,000 lines under way", true, 1, [Dense], Nothing,
            async (_, ct) => await ServiceContender.StartDenseAsync(Connections, ct), s_dense),
        new("redis", "Redis 7, Lua, appendfsync always, a connection each", false, 1, [Callers], RedisServer.Redis.Program, StartRedisAsync),
        new("redis-pipelined", "the same, 16 requests under way on each connection", false, Depth, [Pipelined], RedisServer.Redis.Program,
            async (callers, ct) => await RedisContender.StartAsync("redis-pipelined", RedisServer.Redis, callers, ct)),
        new("redis-4x50", "Redis with the light client, 4 connections with 50 requests under way", false, 1, [Few], RedisServer.Redis.Program,
            StartRedisAsync, s_few),
        new("redis-64x1", "the same over 64 connections with one request each", false, 1, [Many], RedisServer.Redis.Program, StartRedisAsync, s_many),
        RedisDense(4, 16),
        RedisDense(4, 64),
        RedisDense(4, 256),
        RedisDense(64, 16),
        new("garnet", "Garnet, Lua in transaction mode, AOF committed before the reply", false, 1, [Callers], RedisServer.Garnet.Program, async (callers, ct) =>
            await RedisContender.StartAsync("garnet", RedisServer.Garnet, callers, ct)),
        new("postgres-function", "PostgreSQL 15, one prepared function call", false, 1, [Callers], PostgresContender.FindServer,
            PostgresContender.StartFunctionAsync),
        new("postgres-64x1", "the same with the light client, over 64 connections with one call each", false, 1, [Few, Many], PostgresContender.FindServer,
            PostgresContender.StartFunctionAsync, s_many),
        new("postgres-naive", "PostgreSQL 15, a transaction with SELECT FOR UPDATE", false, 1, [Callers], PostgresContender.FindServer,
            PostgresContender.StartNaiveAsync),
    ];

    /// <summary>Whether it has many lines or requests under way, and is compared with nobody who has few.</summary>
    public bool IsDense => Groups.Contains(Dense);

    /// <summary>Whether it can be called by a schedule: each call of the light client is sent by itself.</summary>
    public bool KeepsSchedules => Light is { Streams: > 1 } && (!IsDense || !IsOurs);

    /// <summary>Those who are named, and ours that they are compared with.</summary>
    /// <param name="names">Names, or "all", or "light": all whom the light client calls; of those, "dense" are the ones with many under way.</param>
    public static IReadOnlyList<Rival> Named(IReadOnlyCollection<string> names)
    {
        var named = All.Where(rival => names.Contains(Everybody) || names.Contains(rival.Name)
            || (rival.Light is not null && names.Contains(rival.IsDense ? AllDense : AllLight))).ToList();
        return [.. All.Where(rival => named.Contains(rival) || (rival.IsOurs && named.Any(rival.IsComparedWith)))];
    }

    /// <summary>Whether it names somebody, or several.</summary>
    public static bool IsName(string word) => word is Everybody or AllLight or AllDense || All.Any(rival => rival.Name == word);

    /// <summary>Whether the two do like with like.</summary>
    public bool IsComparedWith(Rival other) => Groups.Intersect(other.Groups).Any();

    private static async Task<IContender> StartOursAsync(int callers, CancellationToken ct) => await ServiceContender.StartAsync(Connections, ct);

    private static async Task<IContender> StartRedisAsync(int callers, CancellationToken ct) =>
        await RedisContender.StartAsync("redis", RedisServer.Redis, callers, ct);

    private static Rival RedisDense(int connections, int depth) => new(
        $"redis-{connections}x{depth}", $"Redis with the light client, {connections} connections with {depth} requests under way", false, 1, [Dense],
        RedisServer.Redis.Program, StartRedisAsync, new LightShape(connections, depth));

    // Ours is part of the build.
    private static string Nothing() => "";
}

/// <summary>Connections of the light client, and the calls under way on each.</summary>
internal sealed record LightShape(int Connections, int Streams);
