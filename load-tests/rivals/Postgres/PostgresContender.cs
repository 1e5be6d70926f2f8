using System.Globalization;
using System.Net;
using Inventory.LoadTests.Light;
using Inventory.LoadTests.Measuring;
using Inventory.Rivals.Running;
using Npgsql;

namespace Inventory.Rivals.Postgres;

/// <summary>A reservation in PostgreSQL with its usual durability: what a team would write on the database that it has.</summary>
/// <remarks>Not done here: giving units back when their time has passed, channels, an audit trail. All of that is on the rival's side of the scales.</remarks>
internal abstract class PostgresContender : IContender
{
    private const string User = "inventory";

    private const string Schema = """
        CREATE TABLE IF NOT EXISTS stock (
            id int PRIMARY KEY, on_hand int NOT NULL, safety int NOT NULL DEFAULT 0, held int NOT NULL CHECK (held >= 0 AND held <= on_hand)
        ) WITH (fillfactor = 50);
        CREATE TABLE IF NOT EXISTS reservation (id uuid PRIMARY KEY, stock int NOT NULL, units int NOT NULL, expires timestamptz NOT NULL);
        CREATE OR REPLACE FUNCTION reserve(p_id uuid, p_stock int, p_units int, p_ttl interval) RETURNS int LANGUAGE plpgsql AS $body$
        BEGIN
            INSERT INTO reservation VALUES (p_id, p_stock, p_units, now() + p_ttl) ON CONFLICT DO NOTHING;
            IF NOT FOUND THEN RETURN 2; END IF;
            UPDATE stock SET held = held + p_units WHERE id = p_stock AND on_hand - safety - held >= p_units;
            IF FOUND THEN RETURN 1; END IF;
            DELETE FROM reservation WHERE id = p_id;
            RETURN 0;
        END $body$;
        """;

    private static readonly string[] s_folders = ["/usr/lib/postgresql/15/bin", "/usr/local/bin", "/usr/local/pgsql/bin"];
    private readonly ScratchServer _server;

    protected PostgresContender(string name, ScratchServer server, NpgsqlDataSource source) => (Name, _server, Source) = (name, server, source);

    public string Name { get; }

    protected NpgsqlDataSource Source { get; }

    protected static TimeSpan Ttl => TimeSpan.FromDays(1);

    /// <summary>One call of a prepared function for each reservation.</summary>
    public static Task<IContender> StartFunctionAsync(int connections, CancellationToken ct) =>
        StartAsync("postgres-function", connections, (name, server, source) => new ByFunction(name, server, source), ct);

    /// <summary>A transaction of several statements, with the row locked by SELECT FOR UPDATE.</summary>
    public static Task<IContender> StartNaiveAsync(int connections, CancellationToken ct) =>
        StartAsync("postgres-naive", connections, (name, server, source) => new ByTransaction(name, server, source), ct);

    /// <summary>Where its server is.</summary>
    /// <exception cref="RivalMissingException">It is not installed.</exception>
    public static string FindServer() => ScratchServer.Find("postgres", s_folders);

    public async Task PrepareAsync(int stocks, int unitsEach, CancellationToken ct)
    {
        await using var command = Source.CreateCommand(
            $"TRUNCATE stock, reservation; INSERT INTO stock SELECT i, {Text(unitsEach)}, 0, 0 FROM generate_series(0, {Text(stocks - 1)}) i");
        await command.ExecuteNonQueryAsync(ct);
    }

    public abstract ValueTask<Outcome> ReserveAsync(int stock, Guid id, CancellationToken ct);

    public async Task<long> UnitsHeldAsync(CancellationToken ct)
    {
        await using var command = Source.CreateCommand("SELECT sum(held)::bigint FROM stock");
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await _server.DisposeAsync();
    }

    private static async Task<IContender> StartAsync(
        string name, int connections, Func<string, ScratchServer, NpgsqlDataSource, PostgresContender> make, CancellationToken ct)
    {
        var (initdb, postgres) = (ScratchServer.Find("initdb", s_folders), FindServer());
        var server = ScratchServer.Create(name);
        NpgsqlDataSource? source = null;
        try
        {
            var (run, prefix) = await AsOrdinaryUser(server, ct);
            var data = Path.Combine(server.Directory, "data");
            string[] program = run is null ? [] : [initdb];
            await server.RunAsync(run ?? initdb, [.. prefix, .. program, "-D", data, "-U", User, "-A", "trust", "-E", "UTF8"], ct);
            var builder = new NpgsqlDataSourceBuilder(new NpgsqlConnectionStringBuilder
            {
                Host = "127.0.0.1", Port = server.Port, Username = User, Database = "postgres", MaxPoolSize = connections + 4, MaxAutoPrepare = 20,
                AutoPrepareMinUsages = 1, NoResetOnClose = true,
            }.ConnectionString);
            source = builder.Build();
            string[] settings = // durability as it comes; room to work in, and no checkpoint within a run
            [
                "-D", data, "-p", Text(server.Port), "-k", server.Directory, "-c", "listen_addresses=127.0.0.1", "-c", $"max_connections={connections + 20}",
                "-c", "shared_buffers=512MB", "-c", "max_wal_size=8GB", "-c", "checkpoint_timeout=30min",
            ];
            await server.StartAsync(run ?? postgres, [.. prefix, .. run is null ? [] : (string[])[postgres], .. settings], async () =>
            {
                await using var command = source.CreateCommand(Schema);
                await command.ExecuteNonQueryAsync(ct);
            }, ct);
            return make(name, server, source);
        }
        catch
        {
            await (source?.DisposeAsync() ?? default);
            await server.DisposeAsync();
            throw;
        }
    }

    // PostgreSQL refuses to run as root.
    private static async Task<(string? Run, string[] Prefix)> AsOrdinaryUser(ScratchServer server, CancellationToken ct)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return (null, []);
        }

        await server.RunAsync(ScratchServer.Find("chown"), ["nobody", server.Directory], ct);
        return (ScratchServer.Find("setpriv"), ["--reuid", "nobody", "--clear-groups"]);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed class ByFunction(string name, ScratchServer server, NpgsqlDataSource source) : PostgresContender(name, server, source), ILightContender
    {
        public IPEndPoint Server => new(IPAddress.Loopback, _server.Port);

        public TimeSpan? ProcessorTime => null; // a process for each connection

        public Func<LightProtocol>? Empty => null;

        public Func<LightProtocol> Reserves(Func<long, (int Stock, Guid Id)> choose) => () => new PostgresLight(User, choose, Ttl);

        public override async ValueTask<Outcome> ReserveAsync(int stock, Guid id, CancellationToken ct)
        {
            await using var command = Source.CreateCommand("SELECT reserve($1, $2, 1, $3)");
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = stock });
            command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = Ttl });
            return (int)(await command.ExecuteScalarAsync(ct))! switch { 1 => Outcome.Granted, 2 => Outcome.Repeated, _ => Outcome.SoldOut };
        }
    }

    private sealed class ByTransaction(string name, ScratchServer server, NpgsqlDataSource source) : PostgresContender(name, server, source)
    {
        public override async ValueTask<Outcome> ReserveAsync(int stock, Guid id, CancellationToken ct)
        {
            await using var connection = await Source.OpenConnectionAsync(ct);
            await using var transaction = await connection.BeginTransactionAsync(ct);
            var outcome = await ReserveAsync(connection, stock, id, ct);
            await transaction.CommitAsync(ct);
            return outcome;
        }

        private static async Task<Outcome> ReserveAsync(NpgsqlConnection connection, int stock, Guid id, CancellationToken ct)
        {
            if (await Ask(connection, "SELECT 1 FROM reservation WHERE id = $1", ct, id) is not null)
            {
                return Outcome.Repeated;
            }

            var free = (int)(await Ask(connection, "SELECT on_hand - safety - held FROM stock WHERE id = $1 FOR UPDATE", ct, stock))!;
            if (free < 1)
            {
                return Outcome.SoldOut;
            }

            await Ask(connection, "UPDATE stock SET held = held + 1 WHERE id = $1", ct, stock);
            await Ask(connection, "INSERT INTO reservation VALUES ($1, $2, 1, now() + $3)", ct, id, stock, Ttl);
            return Outcome.Granted;
        }

        private static async Task<object?> Ask(NpgsqlConnection connection, string text, CancellationToken ct, params object[] values)
        {
            await using var command = new NpgsqlCommand(text, connection);
            foreach (var value in values)
            {
                command.Parameters.Add(new NpgsqlParameter { Value = value });
            }

            return await command.ExecuteScalarAsync(ct);
        }
    }
}
