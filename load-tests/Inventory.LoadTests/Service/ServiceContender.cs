using System.Net;
using Google.Protobuf;
using Grpc.Core;
using Inventory.LoadTests.Breaking;
using Inventory.LoadTests.Light;
using Inventory.LoadTests.Measuring;
using Inventory.LoadTests.Operations;
using Inventory.V1;

namespace Inventory.LoadTests.Service;

/// <summary>This service as a contender: a process of its own, reached by unary calls over gRPC, with its usual durability.</summary>
public sealed class ServiceContender : ILightContender
{
    /// <summary>Lines of a message of a dense stream. A light client has a multiple of it under way on each connection.</summary>
    public const int DenseLines = Http2Dense.Lines;

    private const int Locations = 10;

    private readonly OwnService _service;
    private readonly Target _target;
    private readonly CheapConnection[] _raw;
    private readonly bool _isDense;
    private StockPlan _plan = new("NONE", 0, 0);
    private int _plans;
    private int _next;

    private ServiceContender(OwnService service, int connections, CheapConnection[] raw, bool isDense = false)
    {
        _isDense = isDense;
        _service = service;
        _target = new Target(service.Silo.Address, connections);
        _raw = raw;
    }

    public string Name => _raw.Length > 0 ? "inventory-raw" : _isDense ? "inventory-dense" : "inventory";

    /// <inheritdoc />
    public IPEndPoint Server => new(IPAddress.Loopback, _service.Silo.Address.Port);

    /// <inheritdoc />
    public TimeSpan? ProcessorTime => _service.Silo.ProcessorTime;

    /// <inheritdoc />
    public Func<LightProtocol> Empty => () => new Http2Light(new LightEmpty());

    /// <inheritdoc />
    public Func<LightProtocol> Reserves(Func<long, (int Stock, Guid Id)> choose)
    {
        if (_isDense)
        {
            var names = new BatchNames(_plan.Stocks, _plan.Sku, _plan.Location);
            return () => new Http2Dense(names, choose);
        }

        var call = new LightReserve(_plan, choose);
        return () => new Http2Light(call);
    }

    /// <summary>Starts the service from the build output, on a free port, with its journal on a temporary directory that goes with it.</summary>
    /// <param name="connections">HTTP/2 connections, above 0.</param>
    /// <param name="ct">Stops waiting for it.</param>
    public static async Task<ServiceContender> StartAsync(int connections, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(connections);
        return new ServiceContender(await OwnService.StartAsync(ct), connections, []);
    }

    /// <summary>As <see cref="StartAsync"/>; a light client reserves on a stream for each connection, <see cref="DenseLines"/> to a message.</summary>
    public static async Task<ServiceContender> StartDenseAsync(int connections, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(connections);
        return new ServiceContender(await OwnService.StartAsync(ct), connections, [], isDense: true);
    }

    /// <summary>As <see cref="StartAsync"/>, called by a client that does little more than frames: the service without a full client beside it.</summary>
    public static async Task<ServiceContender> StartRawAsync(int connections, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(connections);
        var service = await OwnService.StartAsync(ct);
        var raw = new CheapConnection[connections];
        for (var i = 0; i < connections; i++)
        {
            raw[i] = await CheapConnection.OpenAsync(service.Silo.Address, "/inventory.v1.ReservationService/Reserve", ct);
        }

        return new ServiceContender(service, connections, raw);
    }

    /// <inheritdoc />
    /// <remarks>The stocks are new ones each time; those of an earlier run stay behind, unused.</remarks>
    public async Task PrepareAsync(int stocks, int unitsEach, CancellationToken ct)
    {
        _plan = new StockPlan($"RUN-{++_plans}", stocks, Math.Min(stocks, Locations));
        await _plan.DescribeAsync(_target, ct);
        await _plan.ImportAsync(_target, unitsEach, "fill-" + _plan.Prefix, ct);
    }

    /// <inheritdoc />
    public async ValueTask<Outcome> ReserveAsync(int stock, Guid id, CancellationToken ct)
    {
        var request = new ReserveRequest { RequestId = id.ToString(), Ttl = ReserveOne.Ttl };
        request.Lines.Add(new ReservationLine { Key = _plan.Key(stock), Units = 1 });
        if (_raw.Length > 0)
        {
            return await AskRawAsync(request);
        }

        var client = _target.Reservations[(uint)Interlocked.Increment(ref _next) % (uint)_target.Reservations.Length];
        try
        {
            return Operation.OutcomeOf((await client.ReserveAsync(request, cancellationToken: ct)).Decision);
        }
        catch (RpcException e) when (Operation.IsOverload(e))
        {
            return Outcome.Overloaded;
        }
    }

    /// <inheritdoc />
    public async Task<long> UnitsHeldAsync(CancellationToken ct) => (await _plan.SumAsync(_target, ct)).Held;

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _raw)
        {
            await connection.DisposeAsync();
        }

        _target.Dispose();
        await _service.DisposeAsync();
    }

    private async ValueTask<Outcome> AskRawAsync(ReserveRequest request)
    {
        var answer = await _raw[(uint)Interlocked.Increment(ref _next) % (uint)_raw.Length].AskAsync(request.ToByteArray());
        return (StatusCode)answer.Status switch
        {
            StatusCode.OK => Operation.OutcomeOf(ReserveResponse.Parser.ParseFrom(answer.Message.Span).Decision),
            StatusCode.ResourceExhausted => Outcome.Overloaded,
            _ => Outcome.Failed,
        };
    }
}
