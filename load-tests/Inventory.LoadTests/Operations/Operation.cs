using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Grpc.Core;
using Inventory.LoadTests.Measuring;
using Inventory.LoadTests.Service;
using Inventory.LoadTests.Workers;
using Inventory.V1;

namespace Inventory.LoadTests.Operations;

/// <summary>What a job repeats. Called by many threads at once.</summary>
internal abstract class Operation : IAsyncDisposable
{
    /// <summary>
    /// Reservations that one stock takes from one process before a hot job goes on to the next: eight processes stay under the million holds that a
    /// stock may have.
    /// </summary>
    public const int HotHoldsMax = 100_000;

    /// <summary>Makes the operation of a job.</summary>
    public static Operation Create(Job job, Target target, Ledger ledger, CancellationToken ct) => job.Kind switch
    {
        JobKind.Empty => new EmptyCall(target, ct),
        JobKind.Reserve or JobKind.ReserveHot => new ReserveOne(job, target, ledger, ct),
        JobKind.ReserveLines => new ReserveLines(job, target, ledger, ct),
        JobKind.ReserveBatch or JobKind.ReserveBatchHot => new ReserveBatch(job, target, ledger, ct),
        JobKind.PlaceOrder => new PlaceOrder(job, target, ledger, ct),
        JobKind.Mix => new LifeMix(job, target, ledger, ct),
        _ => throw new ArgumentOutOfRangeException(nameof(job), job.Kind, "There is no such kind of job."),
    };

    /// <summary>Does it once.</summary>
    /// <param name="index">Different each time.</param>
    /// <exception cref="RpcException">It failed in a way that is no outcome.</exception>
    public abstract ValueTask<Outcome> RunAsync(long index);

    /// <summary>Ends what it has open; call when no operation is under way.</summary>
    public ValueTask DisposeAsync() => CloseAsync();

    protected virtual ValueTask CloseAsync() => ValueTask.CompletedTask;

    /// <summary>The half of the ids of a job that tells it from all others.</summary>
    protected static ulong HalfOf(Job job)
    {
        Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(job.Tag.AsSpan()), bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    /// <summary>The id of a write: a UUID, as callers are advised to use. Half of it is the job's, the other half counts.</summary>
    protected static string IdOf(ulong half, long number) => GuidOf(half, number).ToString();

    /// <summary>The same, not as text.</summary>
    protected static Guid GuidOf(ulong half, long number)
    {
        Span<byte> bytes = stackalloc byte[2 * sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, half);
        BinaryPrimitives.WriteInt64BigEndian(bytes[sizeof(ulong)..], number);
        return new Guid(bytes, bigEndian: true);
    }

    protected static ulong Scatter(int seed, long index) => ContenderRun.Scatter(seed, index);

    public static Outcome OutcomeOf(Decision decision) => decision switch
    {
        { Accepted: true, Repeated: true } => Outcome.Repeated,
        { Accepted: true } => Outcome.Granted,
        { RefusalReason: RefusalReason.Insufficient } => Outcome.SoldOut,
        _ => Outcome.Refused,
    };

    /// <summary>Waits for the answer to a write that holds units, and books them.</summary>
    /// <param name="call">The call.</param>
    /// <param name="decisionOf">The decision in its answer.</param>
    /// <param name="units">Units that it holds if it is accepted; in doubt if the call fails.</param>
    /// <param name="ledger">The books.</param>
    protected static async ValueTask<Outcome> BookAsync<T>(AsyncUnaryCall<T> call, Func<T, Decision> decisionOf, int units, Ledger ledger)
    {
        // A service that is asked for too much refuses many, and to throw for each would keep the client behind.
        await ((Task)call.ResponseAsync).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!call.ResponseAsync.IsCompletedSuccessfully && call.GetStatus().StatusCode == StatusCode.ResourceExhausted)
        {
            return Outcome.Overloaded;
        }

        try
        {
            var told = decisionOf(await call.ResponseAsync.ConfigureAwait(false));
            ledger.Hold(told is { Accepted: true, Repeated: false } ? units : 0);
            return OutcomeOf(told);
        }
        catch (RpcException)
        {
            ledger.Doubt(units);
            throw;
        }
    }

    public static bool IsOverload(RpcException e) => e.StatusCode == StatusCode.ResourceExhausted;
}
