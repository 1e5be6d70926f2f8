using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Compat.Grpc.Tests.Client;

/// <summary>The rules of request and response streams.</summary>
public sealed class StreamTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Writing_after_the_call_ended_is_an_error_of_the_caller()
    {
        await using var server = await ScriptedServer.StartAsync(http => ScriptedServer.AnswerAsync(http, [9]));
        using var channel = server.Channel();
        using var call = channel.Up();
        Assert.Equal([9], await call.ResponseAsync.WaitAsync(Patience));
        await call.RequestStream.WriteAsync([1]).FailsAsync(StatusCode.OK);
    }

    [Fact]
    public async Task Writing_after_completing_is_an_error_of_the_caller()
    {
        await using var server = await ScriptedServer.StartAsync(ReadThenAnswerAsync);
        using var channel = server.Channel();
        using var call = channel.Both();
        await call.RequestStream.CompleteAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => call.RequestStream.WriteAsync([1]));
    }

    [Fact]
    public async Task A_write_waits_while_the_server_does_not_read_and_no_second_one_may_begin()
    {
        var mayRead = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ScriptedServer.StartAsync(async http =>
        {
            await mayRead.Task;
            await ReadThenAnswerAsync(http);
        });
        using var channel = server.Channel();
        using var call = channel.Up();
        var write = call.RequestStream.WriteAsync(new byte[4_000_000]);
        Assert.False(write.IsCompleted);
        await Assert.ThrowsAsync<InvalidOperationException>(() => call.RequestStream.WriteAsync([1]));
        await Assert.ThrowsAsync<InvalidOperationException>(() => call.RequestStream.CompleteAsync());
        Assert.False(write.IsCompleted);
        mayRead.SetResult();
        await write.WaitAsync(Patience);
        await call.RequestStream.CompleteAsync();
        Assert.Equal(4_000_005, BitConverter.ToInt32(await call.ResponseAsync.WaitAsync(Patience)));
    }

    [Fact]
    public async Task A_write_that_the_servers_answer_cuts_short_reports_the_end_of_the_call()
    {
        await using var server = await ScriptedServer.StartAsync(http =>
        {
            http.Response.ContentType = "application/grpc";
            http.Response.Headers["grpc-status"] = "7";
        });
        using var channel = server.Channel();
        using var call = channel.Up();
        var write = await Record.ExceptionAsync(() => call.RequestStream.WriteAsync(new byte[10_000_000]).WaitAsync(Patience));
        var status = Assert.IsType<RpcException>(write).StatusCode;
        Assert.Contains(status, Upstream.IsUnderTest ? [StatusCode.Cancelled, StatusCode.PermissionDenied] : (StatusCode[])[StatusCode.PermissionDenied]);
        await call.ResponseAsync.FailsAsync(StatusCode.PermissionDenied);
    }

    [Fact]
    public async Task Only_one_read_may_be_under_way()
    {
        var mayAnswer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ScriptedServer.StartAsync(async http =>
        {
            await mayAnswer.Task;
            await ScriptedServer.AnswerAsync(http, [1]);
        });
        using var channel = server.Channel();
        using var call = channel.Down([1]);
        var read = call.ResponseStream.MoveNext(default);
        await Assert.ThrowsAsync<InvalidOperationException>(() => call.ResponseStream.MoveNext(default));
        mayAnswer.SetResult();
        Assert.True(await read.WaitAsync(Patience));
        Assert.Equal([1], call.ResponseStream.Current);
        Assert.False(await call.ResponseStream.MoveNext(default));
        Assert.False(await call.ResponseStream.MoveNext(default));
        Assert.Equal(!Upstream.IsUnderTest, Record.Exception(() => call.ResponseStream.Current) is InvalidOperationException);
    }

    [Fact]
    public async Task Messages_before_a_bad_end_are_read_first()
    {
        await using var server = await ScriptedServer.StartAsync(async http =>
        {
            http.Response.ContentType = "application/grpc";
            await http.Response.Body.WriteAsync(ScriptedServer.Frame([1]));
            await http.Response.Body.WriteAsync(ScriptedServer.Frame([]));
            ScriptedServer.End(http, StatusCode.DataLoss);
        });
        using var channel = server.Channel();
        using var call = channel.Down([1]);
        Assert.True(await call.ResponseStream.MoveNext(default));
        Assert.True(await call.ResponseStream.MoveNext(default));
        Assert.Empty(call.ResponseStream.Current);
        await call.ResponseStream.MoveNext(default).FailsAsync(StatusCode.DataLoss);
        await call.ResponseStream.MoveNext(default).FailsAsync(StatusCode.DataLoss);
    }

    [Fact]
    public async Task A_message_in_many_small_pieces_arrives_whole()
    {
        var message = Enumerable.Range(0, 1000).Select(i => (byte)i).ToArray();
        await using var server = await ScriptedServer.StartAsync(async http =>
        {
            http.Response.ContentType = "application/grpc";
            foreach (var piece in ScriptedServer.Frame(message).Chunk(3))
            {
                await http.Response.Body.WriteAsync(piece);
                await http.Response.Body.FlushAsync();
            }

            ScriptedServer.End(http, StatusCode.OK);
        });
        using var channel = server.Channel();
        Assert.Equal(message, await channel.Call([1]));
    }

    [Fact]
    public async Task Response_headers_arrive_before_the_first_message()
    {
        var mayAnswer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ScriptedServer.StartAsync(async http =>
        {
            http.Response.ContentType = "application/grpc";
            http.Response.Headers["greeting"] = "hello";
            await http.Response.StartAsync();
            await http.Response.Body.FlushAsync();
            await mayAnswer.Task;
            ScriptedServer.End(http, StatusCode.OK);
        });
        using var channel = server.Channel();
        using var call = channel.Both();
        Assert.Equal("hello", (await call.ResponseHeadersAsync.WaitAsync(Patience)).GetValue("greeting"));
        mayAnswer.SetResult();
        Assert.False(await call.ResponseStream.MoveNext(default));
    }

    private static async Task ReadThenAnswerAsync(HttpContext http)
    {
        var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        await ScriptedServer.AnswerAsync(http, BitConverter.GetBytes((int)body.Length));
    }
}
