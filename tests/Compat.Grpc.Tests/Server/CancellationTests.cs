using Compat.Grpc.Tests.Server.Probe;
using System.IO.Pipelines;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Compat.Grpc.Tests.Server;

public sealed class CancellationTests
{
    [StandInFact("the clock of deadlines cannot be set")]
    public async Task A_deadline_answers_and_cancels_a_handler_that_waits_for_its_token()
    {
        var time = new ManualTime();
        await using var host = await ProbeHost.StartAsync(services: services => services.AddSingleton<TimeProvider>(time));
        var (started, cancelled) = (Signal(), Signal());
        host.Service.OnOne = async (_, context) =>
        {
            Assert.Equal(time.GetUtcNow().UtcDateTime.AddSeconds(5), context.Deadline);
            using var registration = context.CancellationToken.Register(cancelled.SetResult);
            started.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
            return new ProbeResponse();
        };
        var calling = host.CallAsync(RawCall.One, new ProbeRequest(), ("grpc-timeout", "5S"));
        await started.Task.WaitAsync(ProbeHost.Patience);
        time.Advance(TimeSpan.FromSeconds(4));
        Assert.False(cancelled.Task.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        await cancelled.Task.WaitAsync(ProbeHost.Patience);
        var reply = await calling;
        Assert.Equal((StatusCode.DeadlineExceeded, "Deadline Exceeded"), (reply.Status, reply.Message));
        Assert.Equal(0, time.Pending);
    }

    [Fact]
    public async Task A_deadline_answers_even_if_the_handler_does_not_care()
    {
        var time = new ManualTime();
        await using var host = await ProbeHost.StartAsync(services: services => services.AddSingleton<TimeProvider>(time));
        var (started, mayEnd) = (Signal(), Signal());
        host.Service.OnOne = async (_, _) =>
        {
            started.SetResult();
            await mayEnd.Task;
            return new ProbeResponse { Text = "too late" };
        };
        var calling = host.CallAsync(RawCall.One, new ProbeRequest(), ("grpc-timeout", "1S"));
        await started.Task.WaitAsync(ProbeHost.Patience);
        time.Advance(TimeSpan.FromSeconds(1));
        var reply = await calling;
        Assert.Equal(StatusCode.DeadlineExceeded, reply.Status);
        Assert.Empty(reply.Body);
        mayEnd.SetResult();
    }

    [Fact]
    public async Task A_deadline_ends_a_stream_of_responses_after_what_was_sent()
    {
        var time = new ManualTime();
        await using var host = await ProbeHost.StartAsync(services: services => services.AddSingleton<TimeProvider>(time));
        var (started, ended) = (Signal(), new TaskCompletionSource<Exception?>());
        host.Service.OnDown = async (_, responses, context) =>
        {
            await responses.WriteAsync(new ProbeResponse { Text = "in time" });
            started.SetResult();
            var token = context.CancellationToken;
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token));
            ended.SetResult(await Record.ExceptionAsync(() => responses.WriteAsync(new ProbeResponse { Text = "too late" })));
        };
        var calling = host.CallAsync(RawCall.Down, new ProbeRequest(), ("grpc-timeout", "1S"));
        await started.Task.WaitAsync(ProbeHost.Patience);
        time.Advance(TimeSpan.FromSeconds(2));
        var reply = await calling;
        Assert.Equal("in time", reply.Single(ProbeResponse.Parser).Text);
        Assert.Equal(StatusCode.DeadlineExceeded, reply.Status);
        Assert.IsType<InvalidOperationException>(await ended.Task.WaitAsync(ProbeHost.Patience));
    }

    [StandInFact("the clock of deadlines cannot be set")]
    public async Task A_deadline_wakes_a_handler_that_waits_for_requests()
    {
        var time = new ManualTime();
        await using var host = await ProbeHost.StartAsync(services: services => services.AddSingleton<TimeProvider>(time));
        var (started, woken) = (Signal(), Signal());
        host.Service.OnUp = async (requests, _) =>
        {
            await requests.MoveNext();
            started.SetResult();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => requests.MoveNext());
            woken.SetResult();
            return new ProbeResponse();
        };
        using var body = new RequestBody();
        using var request = RawCall.Request(RawCall.Up, body, ("grpc-timeout", "1S"));
        var sending = host.SendAsync(request);
        await body.WriteAsync(RawCall.Frame(new ProbeRequest()));
        await started.Task.WaitAsync(ProbeHost.Patience);
        time.Advance(TimeSpan.FromSeconds(1));
        await woken.Task.WaitAsync(ProbeHost.Patience);
        Assert.Equal(StatusCode.DeadlineExceeded, (await sending).Status);
        body.End();
    }

    [Fact]
    public async Task A_handler_in_time_beats_its_deadline_and_the_timer_is_gone()
    {
        var time = new ManualTime();
        await using var host = await ProbeHost.StartAsync(services: services => services.AddSingleton<TimeProvider>(time));
        var reply = await host.CallAsync(RawCall.One, new ProbeRequest { What = "quick" }, ("grpc-timeout", "99999999H"));
        Assert.Equal("quick", reply.Single(ProbeResponse.Parser).Text);
        Assert.Equal(0, time.Pending);
    }

    [Fact]
    public async Task A_timeout_that_is_none_is_ignored()
    {
        await using var host = await ProbeHost.StartAsync();
        host.Service.OnOne = (_, context) => Task.FromResult(new ProbeResponse { Text = $"{context.Deadline == DateTime.MaxValue}" });
        var reply = await host.CallAsync(RawCall.One, new ProbeRequest(), ("grpc-timeout", "soon"));
        Assert.Equal("True", reply.Single(ProbeResponse.Parser).Text);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_caller_that_gives_up_cancels_the_handler(bool hasDeadline)
    {
        await using var host = await ProbeHost.StartAsync();
        var (started, cancelled) = (Signal(), Signal());
        host.Service.OnOne = async (_, context) =>
        {
            using var registration = context.CancellationToken.Register(cancelled.SetResult);
            started.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
            return new ProbeResponse();
        };
        using var giveUp = new CancellationTokenSource();
        using var request = RawCall.Request(
            RawCall.One, new ByteArrayContent(RawCall.Frame(new ProbeRequest())), hasDeadline ? [("grpc-timeout", "1H")] : []);
        var sending = host.Client.SendAsync(request, giveUp.Token);
        await started.Task.WaitAsync(ProbeHost.Patience);
        await giveUp.CancelAsync();
        await cancelled.Task.WaitAsync(ProbeHost.Patience);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    [Fact]
    public async Task A_caller_that_resets_in_the_middle_of_a_stream_ends_the_handler_quietly()
    {
        await using var host = await ProbeHost.StartAsync();
        var (started, ended) = (Signal(), Signal());
        host.Service.OnUp = async (requests, _) =>
        {
            try
            {
                await requests.MoveNext();
                started.SetResult();
                await requests.MoveNext();
                return new ProbeResponse();
            }
            finally
            {
                ended.SetResult();
            }
        };
        using var giveUp = new CancellationTokenSource();
        using var body = new RequestBody();
        using var request = RawCall.Request(RawCall.Up, body);
        var sending = host.Client.SendAsync(request, giveUp.Token);
        await body.WriteAsync(RawCall.Frame(new ProbeRequest()));
        await started.Task.WaitAsync(ProbeHost.Patience);
        await giveUp.CancelAsync();
        await ended.Task.WaitAsync(ProbeHost.Patience);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        body.End();
    }

    [StandInFact("the handler's error is logged, and the status is UNKNOWN")]
    public async Task A_body_that_breaks_off_before_the_request_counts_as_aborted_is_no_error_of_ours()
    {
        // Kestrel tells the body first and the token later, on another thread; here it never tells the token.
        var broken = new Pipe();
        await broken.Writer.CompleteAsync(new IOException("The client reset the request stream."));
        await using var host = await ProbeHost.StartAsync(map: app => app.Use((http, next) =>
        {
            http.Features.Set<IRequestBodyPipeFeature>(new BrokenBody(broken.Reader));
            return next(http);
        }));
        foreach (var path in new[] { RawCall.One, RawCall.Up, RawCall.Both })
        {
            Assert.Equal(StatusCode.Cancelled, (await host.CallAsync(path, new ProbeRequest())).Status);
        }
    }

    [Fact]
    public async Task A_caller_that_resets_while_a_write_waits_ends_the_handler_quietly()
    {
        await using var host = await ProbeHost.StartAsync();
        var (blocked, ended) = (Signal(), Signal());
        host.Service.OnDown = async (_, responses, _) =>
        {
            var large = new ProbeResponse { Payload = ByteString.CopyFrom(new byte[100_000]) };
            try
            {
                while (true)
                {
                    var writing = responses.WriteAsync(large);
                    if (!writing.IsCompleted)
                    {
                        blocked.TrySetResult();
                    }

                    await writing;
                }
            }
            finally
            {
                ended.SetResult();
            }
        };
        using (var request = RawCall.Request(RawCall.Down, new ByteArrayContent(RawCall.Frame(new ProbeRequest()))))
        using (await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead))
        {
            await blocked.Task.WaitAsync(ProbeHost.Patience);
        }

        await ended.Task.WaitAsync(ProbeHost.Patience);
    }

    [Fact]
    public async Task A_cancelled_write_ends_the_call()
    {
        await using var host = await ProbeHost.StartAsync();
        var ended = new TaskCompletionSource<Exception?>();
        host.Service.OnDown = async (_, responses, _) =>
        {
            using var source = new CancellationTokenSource();
            var large = new ProbeResponse { Payload = ByteString.CopyFrom(new byte[100_000]) };
            var writing = Task.CompletedTask;
            while (writing.IsCompletedSuccessfully)
            {
                writing = responses.WriteAsync(large, source.Token);
            }

            await source.CancelAsync();
            ended.SetResult(await Record.ExceptionAsync(() => writing));
        };
        using var request = RawCall.Request(RawCall.Down, new ByteArrayContent(RawCall.Frame(new ProbeRequest())));
        using var response = await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.IsAssignableFrom<OperationCanceledException>(await ended.Task.WaitAsync(ProbeHost.Patience));
        await Assert.ThrowsAnyAsync<Exception>(() => response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Calls_in_flight_are_finished_before_the_server_stops()
    {
        await using var host = await ProbeHost.StartAsync();
        var (started, mayEnd) = (Signal(), Signal());
        host.Service.OnOne = async (request, _) =>
        {
            started.SetResult();
            await mayEnd.Task;
            return new ProbeResponse { Text = request.What };
        };
        var calling = host.CallAsync(RawCall.One, new ProbeRequest { What = "drained" });
        await started.Task.WaitAsync(ProbeHost.Patience);
        var stopping = host.StopAsync();
        mayEnd.SetResult();
        Assert.Equal("drained", (await calling).Single(ProbeResponse.Parser).Text);
        await stopping.WaitAsync(ProbeHost.Patience);
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class BrokenBody(PipeReader reader) : IRequestBodyPipeFeature
    {
        public PipeReader Reader => reader;
    }
}
