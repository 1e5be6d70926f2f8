using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Http;

namespace Compat.Grpc.Tests.Client;

/// <summary>Deadlines, cancellation and disposal: how a call ends from the client's side.</summary>
public sealed class CallLifeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_deadline_that_has_passed_sends_nothing()
    {
        var requests = 0;
        await using var server = await ScriptedServer.StartAsync(_ => requests++);
        using var channel = server.Channel();
        using var call = channel.Call([1], new CallOptions(deadline: DateTime.UnixEpoch));
        await call.ResponseAsync.FailsAsync(StatusCode.DeadlineExceeded);
        Assert.Equal(StatusCode.DeadlineExceeded, call.GetStatus().StatusCode);
        Assert.Equal(0, requests);
        channel.HasActiveCalls(0);
    }

    [Fact]
    public async Task A_deadline_ends_a_call_that_nobody_answers_and_resets_its_stream()
    {
        var silence = new Silence();
        await using var server = await ScriptedServer.StartAsync(silence.KeepAsync);
        using var channel = server.Channel();
        var soon = TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(50);
        await channel.Call([1], new CallOptions(deadline: soon)).ResponseAsync.FailsAsync(StatusCode.DeadlineExceeded);
        channel.HasActiveCalls(0);
    }

    [Fact]
    public void A_deadline_in_local_time_is_refused()
    {
        using var channel = GrpcChannel.ForAddress("http://localhost:1");
        var local = DateTime.SpecifyKind(DateTime.UnixEpoch, DateTimeKind.Local);
        Assert.Throws<InvalidOperationException>(() => channel.Call([1], new CallOptions(deadline: local)));
        channel.HasActiveCalls(0);
    }

    [Fact]
    public async Task The_callers_token_ends_the_call_and_the_server_sees_it_aborted()
    {
        var silence = new Silence();
        await using var server = await ScriptedServer.StartAsync(silence.KeepAsync);
        using var channel = server.Channel();
        using var caller = new CancellationTokenSource();
        var call = channel.Call([1], new CallOptions(cancellationToken: caller.Token));
        await silence.Begun.Task.WaitAsync(Patience);
        await caller.CancelAsync();
        await call.ResponseAsync.FailsAsync(StatusCode.Cancelled);
        await silence.Aborted.Task.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_token_that_fired_before_the_call_sends_nothing()
    {
        var requests = 0;
        await using var server = await ScriptedServer.StartAsync(_ => requests++);
        using var channel = server.Channel();
        var call = channel.Call([1], new CallOptions(cancellationToken: new CancellationToken(canceled: true)));
        await call.ResponseAsync.FailsAsync(StatusCode.Cancelled);
        Assert.Equal(0, requests);
        channel.HasActiveCalls(0);
    }

    [Fact]
    public async Task Disposing_a_call_cancels_it()
    {
        var silence = new Silence();
        await using var server = await ScriptedServer.StartAsync(silence.KeepAsync);
        using var channel = server.Channel();
        var call = channel.Both();
        await silence.Begun.Task.WaitAsync(Patience);
        call.Dispose();
        await silence.Aborted.Task.WaitAsync(Patience);
        var late = Upstream.IsUnderTest ? typeof(ObjectDisposedException) : typeof(RpcException);
        Assert.IsType(late, await Record.ExceptionAsync(() => call.ResponseStream.MoveNext(default)));
        Assert.IsType(late, await Record.ExceptionAsync(() => call.RequestStream.WriteAsync([1])));
        Assert.Equal(StatusCode.Cancelled, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task Disposing_a_channel_cancels_its_calls_and_refuses_new_ones()
    {
        var silence = new Silence();
        await using var server = await ScriptedServer.StartAsync(silence.KeepAsync);
        var channel = server.Channel();
        var invoker = channel.CreateCallInvoker();
        var calls = Enumerable.Range(0, 5).Select(_ => channel.Call([1]).ResponseAsync).ToArray();
        channel.HasActiveCalls(5);
        channel.Dispose();
        foreach (var call in calls)
        {
            await call.FailsAsync(StatusCode.Cancelled);
        }

        channel.HasActiveCalls(0);
        Assert.Throws<ObjectDisposedException>(() => invoker.AsyncUnaryCall(ScriptedServer.Unary, null, default, [1]));
        Assert.Throws<ObjectDisposedException>(() => channel.CreateCallInvoker());
    }

    [Fact]
    public async Task Cancellation_is_an_OperationCanceledException_where_the_channel_is_set_so()
    {
        var silence = new Silence();
        await using var server = await ScriptedServer.StartAsync(silence.KeepAsync);
        using var channel = server.Channel(new GrpcChannelOptions { ThrowOperationCanceledOnCancellation = true });
        using var caller = new CancellationTokenSource();
        using var call = channel.Call([1], new CallOptions(cancellationToken: caller.Token));
        await caller.CancelAsync();
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.ResponseAsync.WaitAsync(Patience));
        Assert.Equal(caller.Token, error.CancellationToken);
    }

    [Fact]
    public async Task A_cancelled_request_stream_never_looks_complete_to_the_server()
    {
        var end = new TaskCompletionSource<string>();
        await using var server = await ScriptedServer.StartAsync(async http =>
        {
            try
            {
                await http.Request.Body.CopyToAsync(Stream.Null);
                end.SetResult("complete");
            }
            catch (IOException)
            {
                end.SetResult("reset");
            }
        });
        using var channel = server.Channel();
        var call = channel.Up();
        await call.RequestStream.WriteAsync([1, 2, 3]);
        call.Dispose();
        Assert.Equal("reset", await end.Task.WaitAsync(Patience));
    }

    [Fact]
    public async Task Status_and_trailers_are_not_there_before_the_end()
    {
        var silence = new Silence();
        await using var server = await ScriptedServer.StartAsync(silence.KeepAsync);
        using var channel = server.Channel();
        using var call = channel.Call([1]);
        Assert.Throws<InvalidOperationException>(() => call.GetStatus());
        Assert.Throws<InvalidOperationException>(() => call.GetTrailers());
    }

    [Fact]
    public async Task A_failed_connection_fails_at_once_unless_the_call_waits_for_ready()
    {
        var first = await ScriptedServer.StartAsync(_ => { });
        var port = new Uri(first.Address).Port;
        using var channel = first.Channel();
        await first.DisposeAsync();

        await channel.Call([1]).ResponseAsync.FailsAsync(StatusCode.Unavailable);
        var waiting = channel.Call([1], new CallOptions().WithWaitForReady()).ResponseAsync;
        await using var second = await ScriptedServer.StartAsync(http => ScriptedServer.AnswerAsync(http, [7]), port);
        Assert.Equal([7], await waiting.WaitAsync(Patience));
    }

    /// <summary>A server that keeps calls waiting, and tells when they began and were aborted.</summary>
    private sealed class Silence
    {
        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Aborted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task KeepAsync(HttpContext http)
        {
            Begun.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Aborted.TrySetResult();
        }
    }
}
