using Google.Rpc;
using Grpc.Core;
using Inventory.Grpc.Calls;
using Inventory.Grpc.Errors;
using Inventory.Grpc.Tests.Doubles;
using Inventory.V1;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Inventory.Grpc.Tests.Calls;

public sealed class CallRunnerTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly CallGate _unary = new("calls", 2, TimeSpan.FromMilliseconds(100));
    private readonly CallGate _streams = new("streams", 1, TimeSpan.FromMilliseconds(100));
    private readonly CallRunner _runner;

    public CallRunnerTests()
    {
        var failures = new FailureMap(Options.Create(new InventoryGrpcOptions()), new StoppedClock(Now), NullLogger<FailureMap>.Instance);
        _runner = new CallRunner(_unary, _streams, failures, CancellationToken.None);
    }

    [Fact]
    public void An_answer_that_is_there_at_once_comes_back_at_once()
    {
        var call = Unary(new FakeContext(), () => ValueTask.FromResult(new GetStockResponse()));
        Assert.True(call.IsCompletedSuccessfully);
        Assert.Equal(0, _unary.Inside);
    }

    [Fact]
    public async Task A_call_beyond_the_most_is_refused_with_a_retry_hint_and_the_others_go_on()
    {
        var release = new TaskCompletionSource<GetStockResponse>();
        var first = Unary(new FakeContext(), () => new ValueTask<GetStockResponse>(release.Task));
        var second = Unary(new FakeContext(), () => new ValueTask<GetStockResponse>(release.Task));
        var context = new FakeContext();
        var third = Unary(context, () => throw new InvalidOperationException("must not be entered"));
        Assert.True(third.IsCompletedSuccessfully);
        Assert.Equal(StatusCode.ResourceExhausted, context.Status.StatusCode);
        Assert.Equal(100_000_000, context.Detail<RetryInfo>().RetryDelay.Nanos);
        release.SetResult(new GetStockResponse());
        await Task.WhenAll(first, second);
        Assert.Equal(0, _unary.Inside);
    }

    [Fact]
    public async Task A_filled_answer_is_shown_after_the_wait_and_dropped_if_that_fails()
    {
        foreach (var fails in (bool[])[false, true])
        {
            var release = new TaskCompletionSource();
            var context = new FakeContext();
            var call = Filled(context, () => new ValueTask(release.Task));
            Assert.False(call.IsCompleted);
            Assert.Equal(1, _unary.Inside);
            if (fails)
            {
                release.SetException(new TimeoutException());
            }
            else
            {
                release.SetResult();
            }

            Assert.Equal(fails ? "" : "told", (await call).Stock?.Key.Sku ?? "");
            Assert.Equal(fails ? StatusCode.Unavailable : StatusCode.OK, context.Status.StatusCode);
            Assert.Equal(0, _unary.Inside);
        }
    }

    [Fact]
    public async Task A_call_that_fills_its_answer_goes_through_the_same_gate()
    {
        var release = new TaskCompletionSource();
        var first = Filled(new FakeContext(), () => new ValueTask(release.Task));
        Assert.True(Filled(new FakeContext(), () => ValueTask.CompletedTask).IsCompletedSuccessfully);
        var thrown = new FakeContext();
        Assert.True(Filled(thrown, () => throw new InvalidOperationException()).IsCompletedSuccessfully);
        Assert.Equal(StatusCode.Internal, thrown.Status.StatusCode);
        var second = Filled(new FakeContext(), () => new ValueTask(release.Task));
        var context = new FakeContext();
        Assert.Null((await Filled(context, () => throw new InvalidOperationException("must not be entered"))).Stock);
        Assert.Equal(StatusCode.ResourceExhausted, context.Status.StatusCode);
        release.SetResult();
        await Task.WhenAll(first, second);
        Assert.Equal(0, _unary.Inside);
    }

    [Fact]
    public async Task A_refused_call_gives_back_what_its_request_holds()
    {
        var release = new TaskCompletionSource<GetStockResponse>();
        var inside = Enumerable.Range(0, 2).Select(_ => Unary(new FakeContext(), () => new ValueTask<GetStockResponse>(release.Task))).ToArray();
        using var request = new Held();
        var refused = _runner.Unary(this, request, new FakeContext(), static (_, _, _) => ValueTask.FromResult(new GetStockResponse()));
        Assert.True(refused.IsCompletedSuccessfully);
        Assert.Equal(1, request.Given);
        release.SetResult(new GetStockResponse());
        await Task.WhenAll(inside);
    }

    [Fact]
    public async Task A_stream_beyond_the_most_is_refused()
    {
        var release = new TaskCompletionSource();
        var first = _runner.Stream(new FakeContext(), _ => release.Task);
        var context = new FakeContext();
        await _runner.Stream(context, _ => throw new InvalidOperationException("must not be entered"));
        Assert.Equal(StatusCode.ResourceExhausted, context.Status.StatusCode);
        release.SetResult();
        await first;
        Assert.Equal(0, _streams.Inside);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_nobody_foresaw_is_INTERNAL_and_its_text_stays_inside(bool late)
    {
        var context = new FakeContext();
        await Unary(context, async () =>
        {
            if (late)
            {
                await Task.Yield();
            }

            throw new InvalidOperationException("a secret");
        });
        Assert.Equal(StatusCode.Internal, context.Status.StatusCode);
        Assert.DoesNotContain("secret", context.Details.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", context.Status.Detail, StringComparison.Ordinal);
        Assert.Equal(0, _unary.Inside);
    }

    [Fact]
    public async Task A_body_that_throws_before_it_has_begun_leaves_the_gate()
    {
        var context = new FakeContext();
        await Unary(context, () => throw new InvalidOperationException());
        Assert.Equal(StatusCode.Internal, context.Status.StatusCode);
        Assert.Equal(0, _unary.Inside);
    }

    [Theory]
    [InlineData(-1, StatusCode.DeadlineExceeded)]
    [InlineData(0, StatusCode.DeadlineExceeded)]
    [InlineData(1, StatusCode.Cancelled)]
    public async Task A_cancelled_call_is_told_apart_by_its_deadline(int secondsLeft, StatusCode expected)
    {
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();
        var context = new FakeContext(Now.UtcDateTime.AddSeconds(secondsLeft), cancel.Token);
        await Unary(context, () => throw new OperationCanceledException(cancel.Token));
        Assert.Equal(expected, context.Status.StatusCode);
    }

    [Fact]
    public async Task An_owner_that_does_not_answer_is_UNAVAILABLE()
    {
        var context = new FakeContext();
        await Unary(context, () => throw new TimeoutException("grain inventory/x on host 10.0.0.1"));
        Assert.Equal(StatusCode.Unavailable, context.Status.StatusCode);
        Assert.DoesNotContain("10.0.0.1", context.Status.Detail, StringComparison.Ordinal);
        Assert.NotNull(context.Detail<RetryInfo>());
    }

    [Fact]
    public async Task A_refused_call_keeps_its_own_status()
    {
        var context = new FakeContext();
        await _runner.Stream(context, _ => throw new CallRefusedException(RichStatus.NotFound("Location", "L-1")));
        Assert.Equal(StatusCode.NotFound, context.Status.StatusCode);
        Assert.Equal("L-1", context.Detail<ResourceInfo>().ResourceName);
    }

    private Task<GetStockResponse> Unary(FakeContext context, Func<ValueTask<GetStockResponse>> body) =>
        _runner.Unary(body, new GetStockRequest(), context, static (run, _, _) => run());

    private Task<GetStockResponse> Filled(FakeContext context, Func<ValueTask> wait) =>
        _runner.Unary(wait, new GetStockRequest(), context, static (Func<ValueTask> run, GetStockRequest _, ServerCallContext _, GetStockResponse answer) =>
        {
            answer.Stock = new Stock { Key = new StockKey { Sku = "told" } };
            return run();
        });

    private sealed class Held : IDisposable
    {
        public int Given { get; private set; }

        public void Dispose() => Given++;
    }

    private sealed class StoppedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
