using Grpc.Core;
using Inventory.Grpc.Calls;
using Inventory.Grpc.Errors;
using Inventory.Grpc.Tests.Doubles;

namespace Inventory.Grpc.Tests.Calls;

public sealed class OrderedPipelineTests
{
    private readonly FakeReader<int> _requests = new();
    private readonly FakeWriter<string> _responses = new();

    [Fact]
    public async Task Answers_keep_the_order_of_messages_whatever_ends_first()
    {
        var second = new TaskCompletionSource();
        _requests.Send(1, 2, 3).End();
        await OrderedPipeline.Run(_requests, _responses, 4, async number =>
        {
            if (number == 1)
            {
                await second.Task;   // the first waits for the second
            }
            else if (number == 2)
            {
                second.SetResult();
            }

            return $"answer {number}";
        }, CancellationToken.None);
        Assert.Equal(["answer 1", "answer 2", "answer 3"], _responses.Written);
    }

    [Fact]
    public async Task A_sender_that_is_gone_cancels_the_call_after_the_answers_before_it()
    {
        _requests.Send(1).Break();
        var gone = await Assert.ThrowsAsync<CallRefusedException>(() =>
            OrderedPipeline.Run(_requests, _responses, 4, number => Task.FromResult($"answer {number}"), CancellationToken.None));
        Assert.Equal(StatusCode.Cancelled, gone.Status.Status.StatusCode);
        Assert.Equal(["answer 1"], _responses.Written);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public async Task No_more_than_the_most_is_worked_on_at_a_time(int most)
    {
        var gates = Enumerable.Range(0, 20).Select(_ => new TaskCompletionSource()).ToArray();
        var started = 0;
        var peak = 0;
        var done = 0;
        _requests.Send([.. Enumerable.Range(0, 20)]).End();
        var run = OrderedPipeline.Run(_requests, _responses, most, async number =>
        {
            peak = Math.Max(peak, Interlocked.Increment(ref started) - Volatile.Read(ref done));
            await gates[number].Task;
            Interlocked.Increment(ref done);
            return $"{number}";
        }, CancellationToken.None);
        foreach (var gate in gates)
        {
            gate.SetResult();
            await _responses.Next();
        }

        await run;
        Assert.InRange(peak, 1, most);
        Assert.Equal(20, _responses.Written.Count);
    }

    [Fact]
    public async Task A_wrong_message_ends_the_stream_after_the_answers_before_it()
    {
        var first = new TaskCompletionSource();
        _requests.Send(1, 2, 3);
        var run = OrderedPipeline.Run(_requests, _responses, 4, async number =>
        {
            if (number == 2)
            {
                first.SetResult();
                throw new InvalidOperationException("wrong");
            }

            await first.Task;
            return $"{number}";
        }, CancellationToken.None);
        await Assert.ThrowsAsync<InvalidOperationException>(() => run);
        Assert.Equal(["1"], _responses.Written);
    }

    [Fact]
    public async Task A_message_that_fails_before_its_first_await_ends_the_stream_in_the_same_way()
    {
        _requests.Send(1, 2);
        await Assert.ThrowsAsync<FormatException>(() => OrderedPipeline.Run(
            _requests, _responses, 2, number => number == 2 ? throw new FormatException() : Task.FromResult("1"), CancellationToken.None));
        Assert.Equal(["1"], _responses.Written);
    }

    [Fact]
    public async Task Nothing_runs_on_after_a_cancelled_call()
    {
        using var cancel = new CancellationTokenSource();
        var release = new TaskCompletionSource();
        var entered = new TaskCompletionSource();
        _requests.Send(1);
        var run = OrderedPipeline.Run(_requests, _responses, 2, async _ =>
        {
            entered.SetResult();
            await release.Task;
            return "";
        }, cancel.Token);
        await entered.Task;
        await cancel.CancelAsync();
        Assert.False(run.IsCompleted);
        release.SetResult();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    [Fact]
    public async Task A_stream_without_messages_ends_well()
    {
        _requests.End();
        await OrderedPipeline.Run(_requests, _responses, 2, _ => Task.FromResult(""), CancellationToken.None);
        Assert.Empty(_responses.Written);
    }
}
