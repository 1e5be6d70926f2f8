using System.Buffers.Binary;
using System.Diagnostics;
using Compat.Grpc.Tests.Server.Probe;
using Google.Protobuf;
using Grpc.Core;

namespace Compat.Grpc.Tests.Server;

public sealed class StreamingTests
{
    [Fact]
    public async Task Many_requests_are_answered_with_one_response()
    {
        await using var host = await ProbeHost.StartAsync();
        var body = Enumerable.Range(0, 1000)
            .SelectMany(i => RawCall.Frame(new ProbeRequest { Payload = ByteString.CopyFrom(new byte[i]) })).ToArray();
        var reply = await host.CallAsync(RawCall.Up, body);
        Assert.Equal("499500 bytes", reply.Single(ProbeResponse.Parser).Text);
        Assert.Equal(StatusCode.OK, reply.Status);
    }

    [Fact]
    public async Task A_stream_without_requests_is_a_stream_too()
    {
        await using var host = await ProbeHost.StartAsync();
        var reply = await host.CallAsync(RawCall.Up, Array.Empty<byte>());
        Assert.Equal("0 bytes", reply.Single(ProbeResponse.Parser).Text);
    }

    [Fact]
    public async Task A_stream_of_requests_may_be_larger_than_any_body_that_the_server_takes_otherwise()
    {
        await using var host = await ProbeHost.StartAsync();
        using var body = new RequestBody();
        using var request = RawCall.Request(RawCall.Up, body);
        var sending = host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var megabyte = RawCall.Frame(new ProbeRequest { Payload = ByteString.CopyFrom(new byte[1_000_000]) });
        for (var i = 0; i < 40; i++)
        {
            await body.WriteAsync(megabyte);
        }

        body.End();
        using var response = await sending;
        var reply = await RawCall.ReadAsync(response);
        Assert.Equal("40000000 bytes", reply.Single(ProbeResponse.Parser).Text);
    }

    [Fact]
    public async Task One_request_is_answered_with_many_responses_in_order()
    {
        await using var host = await ProbeHost.StartAsync();
        var reply = await host.CallAsync(RawCall.Down, new ProbeRequest { What = "n", Count = 500 });
        var texts = reply.Frames().Select(frame => ProbeResponse.Parser.ParseFrom(frame.Payload).Text);
        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"n {i}"), texts);
        Assert.Equal(StatusCode.OK, reply.Status);
    }

    [Fact]
    public async Task A_stream_without_responses_has_its_status_in_the_headers()
    {
        await using var host = await ProbeHost.StartAsync();
        var reply = await host.CallAsync(RawCall.Down, new ProbeRequest());
        Assert.True(reply.IsTrailersOnly);
        Assert.Equal(StatusCode.OK, reply.Status);
    }

    [Fact]
    public async Task A_stream_that_fails_half_way_keeps_what_was_sent()
    {
        await using var host = await ProbeHost.StartAsync();
        host.Service.OnDown = async (_, responses, _) =>
        {
            await responses.WriteAsync(new ProbeResponse { Text = "first" });
            throw new RpcException(new Status(StatusCode.Aborted, "half way"));
        };
        var reply = await host.CallAsync(RawCall.Down, new ProbeRequest());
        Assert.Equal("first", reply.Single(ProbeResponse.Parser).Text);
        Assert.Equal((StatusCode.Aborted, "half way"), (reply.Status, reply.Message));
    }

    [Fact]
    public async Task Buffered_responses_leave_with_the_next_that_is_not()
    {
        await using var host = await ProbeHost.StartAsync();
        host.Service.OnDown = async (_, responses, _) =>
        {
            responses.WriteOptions = new WriteOptions(WriteFlags.BufferHint);
            for (var i = 0; i < 100; i++)
            {
                await responses.WriteAsync(new ProbeResponse { Text = $"{i}" });
            }
        };
        var reply = await host.CallAsync(RawCall.Down, new ProbeRequest());
        Assert.Equal(100, reply.Frames().Count);
        Assert.Equal(StatusCode.OK, reply.Status);
    }

    [Fact]
    public async Task Requests_and_responses_take_turns()
    {
        await using var host = await ProbeHost.StartAsync();
        using var body = new RequestBody();
        using var request = RawCall.Request(RawCall.Both, body);
        var sending = host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await body.WriteAsync(RawCall.Frame(new ProbeRequest { What = "0" }));
        using var response = await sending;
        await using var stream = await response.Content.ReadAsStreamAsync();
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal($"{i}", (await NextAsync(stream))!.Text);
            await body.WriteAsync(RawCall.Frame(new ProbeRequest { What = $"{i + 1}" }));
        }

        body.End();
        Assert.Equal("50", (await NextAsync(stream))!.Text);
        Assert.Null(await NextAsync(stream));
        Assert.Equal(["0"], response.TrailingHeaders.GetValues("grpc-status"));
    }

    [Fact]
    public async Task A_write_waits_while_the_caller_does_not_read()
    {
        await using var host = await ProbeHost.StartAsync();
        var blocked = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        var written = 0L;
        host.Service.OnDown = async (_, responses, _) =>
        {
            var message = new ProbeResponse { Payload = ByteString.CopyFrom(new byte[100_000]) };
            for (var i = 0; i < 400; i++)
            {
                var writing = responses.WriteAsync(message);
                if (!writing.IsCompleted)
                {
                    blocked.TrySetResult(written);
                }

                await writing;
                written++;
            }
        };
        using var request = RawCall.Request(RawCall.Down, new ByteArrayContent(RawCall.Frame(new ProbeRequest())));
        using var response = await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await blocked.Task.WaitAsync(ProbeHost.Patience);
        var reply = await RawCall.ReadAsync(response);
        Assert.Equal(400, reply.Frames().Count);
    }

    [Fact]
    public async Task Two_writes_at_once_are_refused()
    {
        await using var host = await ProbeHost.StartAsync();
        var isRefused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Service.OnDown = async (_, responses, _) =>
        {
            var large = new ProbeResponse { Payload = ByteString.CopyFrom(new byte[1_000_000]) };
            var writing = responses.WriteAsync(large);
            for (var i = 0; i < 100 && writing.IsCompleted; i++)
            {
                writing = responses.WriteAsync(large);
            }

            var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => responses.WriteAsync(large));
            isRefused.SetResult();
            await writing;
            await responses.WriteAsync(new ProbeResponse { Text = refused.Message });
        };
        using var request = RawCall.Request(RawCall.Down, new ByteArrayContent(RawCall.Frame(new ProbeRequest())));
        using var response = await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await isRefused.Task.WaitAsync(TimeSpan.FromMinutes(1)); // nothing is read before: the first write cannot end
        var reply = await RawCall.ReadAsync(response);
        Assert.Equal(
            "Can't write the message because the previous write is in progress.",
            ProbeResponse.Parser.ParseFrom(reply.Frames()[^1].Payload).Text);
    }

    private static async Task<ProbeResponse?> NextAsync(Stream stream)
    {
        var header = new byte[5];
        var read = await stream.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false);
        if (read == 0)
        {
            return null;
        }

        Debug.Assert(read == header.Length, "A frame is whole.");
        var payload = new byte[BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(1))];
        await stream.ReadExactlyAsync(payload);
        return ProbeResponse.Parser.ParseFrom(payload);
    }
}
