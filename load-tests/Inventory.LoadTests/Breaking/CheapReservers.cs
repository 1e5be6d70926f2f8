using Google.Protobuf;
using Inventory.LoadTests.Measuring;
using Inventory.LoadTests.Operations;
using Inventory.LoadTests.Workers;
using Inventory.V1;

namespace Inventory.LoadTests.Breaking;

/// <summary>
/// Reserves one unit for each call, over connections that cost little, and looks at how calls are turned away. Safe for use by several threads.
/// </summary>
internal sealed class CheapReservers : IAsyncDisposable
{
    private const string Reserve = "/inventory.v1.ReservationService/Reserve";
    private const int ResourceExhausted = 8;

    private readonly Job _job;
    private readonly List<CheapConnection> _connections;
    private Histogram _admitted = new();
    private long _withoutRetryInfo;
    private long _ids;

    private CheapReservers(Job job, List<CheapConnection> connections) => (_job, _connections) = (job, connections);

    public Ledger Ledger { get; } = new();

    /// <summary>Calls that may be under way at once, over all connections.</summary>
    public int AtOnce => _connections.Count * CheapConnection.CallsMax;

    /// <summary>Calls that were turned away without being told when to come again.</summary>
    public long WithoutRetryInfo => Interlocked.Read(ref _withoutRetryInfo);

    public static async Task<CheapReservers> OpenAsync(Job job, CancellationToken ct)
    {
        var connections = new List<CheapConnection>();
        for (var i = 0; i < job.Connections; i++)
        {
            connections.Add(await CheapConnection.OpenAsync(job.Address, Reserve, ct));
        }

        return new CheapReservers(job, connections);
    }

    /// <summary>Time from when a call left the client until it was decided, in microseconds.</summary>
    public long Admitted(double percentile) => _admitted.Percentile(percentile);

    /// <summary>Forgets the times so far, not the books; only between runs.</summary>
    public void Forget() => _admitted = new Histogram();

    public async ValueTask<Outcome> RunAsync(long index)
    {
        var id = Interlocked.Increment(ref _ids);
        var request = new ReserveRequest { RequestId = $"{_job.Tag}-{id}", Ttl = ReserveOne.Ttl };
        var stock = (int)(ContenderRun.Scatter(_job.Seed, id) % (ulong)_job.Plan.Stocks);
        request.Lines.Add(new ReservationLine { Key = _job.Plan.Key(stock), Units = 1 });
        var begun = TimeProvider.System.GetTimestamp();
        var answer = await Free(id).AskAsync(request.ToByteArray()).ConfigureAwait(false);
        switch (answer.Status)
        {
            case 0:
                var decision = ReserveResponse.Parser.ParseFrom(answer.Message.Span).Decision;
                Ledger.Hold(decision is { Accepted: true, Repeated: false } ? 1 : 0);
                lock (_connections)
                {
                    _admitted.Record((long)TimeProvider.System.GetElapsedTime(begun).TotalMicroseconds);
                }

                return Operation.OutcomeOf(decision);
            case ResourceExhausted:
                Interlocked.Add(ref _withoutRetryInfo, answer.Details.AsSpan().IndexOf("google.rpc.RetryInfo"u8) < 0 ? 1 : 0);
                return Outcome.Overloaded;
            default:
                Ledger.Doubt(1);
                return Outcome.Failed;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections)
        {
            await connection.DisposeAsync();
        }
    }

    // Connections get slow one at a time; a call goes to the next that may take it.
    private CheapConnection Free(long id)
    {
        var first = (int)(id % _connections.Count);
        for (var i = 0; i < _connections.Count; i++)
        {
            var connection = _connections[(first + i) % _connections.Count];
            if (connection.Under < CheapConnection.CallsMax)
            {
                return connection;
            }
        }

        return _connections[first];
    }
}
