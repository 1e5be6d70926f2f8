using System.Buffers.Binary;
using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Compat.Grpc.Tests.Client;

/// <summary>An HTTP/2 server that answers as the test says, right or wrong: what our client does with it is the question.</summary>
public sealed class ScriptedServer : IAsyncDisposable
{
    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create(bytes => bytes, bytes => bytes);

    private readonly WebApplication _application;

    private ScriptedServer(WebApplication application)
    {
        _application = application;
    }

    public string Address => _application.Urls.First();

    public static Method<byte[], byte[]> Unary { get; } = new(MethodType.Unary, "test.Service", "Unary", Bytes, Bytes);

    public static Method<byte[], byte[]> ClientStream { get; } = new(MethodType.ClientStreaming, "test.Service", "Up", Bytes, Bytes);

    public static Method<byte[], byte[]> ServerStream { get; } = new(MethodType.ServerStreaming, "test.Service", "Down", Bytes, Bytes);

    public static Method<byte[], byte[]> Duplex { get; } = new(MethodType.DuplexStreaming, "test.Service", "Both", Bytes, Bytes);

    public static async Task<ScriptedServer> StartAsync(RequestDelegate answer, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http2));
        var application = builder.Build();
        application.Run(answer);
        await application.StartAsync();
        return new ScriptedServer(application);
    }

    public static Task<ScriptedServer> StartAsync(Action<HttpContext> answer) => StartAsync(http =>
    {
        answer(http);
        return Task.CompletedTask;
    });

    public GrpcChannel Channel(GrpcChannelOptions? options = null) => GrpcChannel.ForAddress(Address, options ?? new());

    public async ValueTask DisposeAsync() => await _application.DisposeAsync();

    /// <summary>A correct answer with one message.</summary>
    public static async Task AnswerAsync(HttpContext http, byte[] message, Action<HttpContext>? more = null)
    {
        http.Response.ContentType = "application/grpc";
        more?.Invoke(http);
        await http.Response.Body.WriteAsync(Frame(message));
        End(http, StatusCode.OK);
    }

    public static void End(HttpContext http, StatusCode code) => http.Response.AppendTrailer("grpc-status", ((int)code).ToString());

    public static byte[] Frame(byte[] payload, byte flag = 0, uint? length = null)
    {
        var frame = new byte[5 + payload.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), length ?? (uint)payload.Length);
        payload.CopyTo(frame, 5);
        return frame;
    }
}

internal static class CallShorthands
{
    public static AsyncUnaryCall<byte[]> Call(this GrpcChannel channel, byte[] request, CallOptions options = default) =>
        channel.CreateCallInvoker().AsyncUnaryCall(ScriptedServer.Unary, null, options, request);

    public static AsyncServerStreamingCall<byte[]> Down(this GrpcChannel channel, byte[] request, CallOptions options = default) =>
        channel.CreateCallInvoker().AsyncServerStreamingCall(ScriptedServer.ServerStream, null, options, request);

    public static AsyncClientStreamingCall<byte[], byte[]> Up(this GrpcChannel channel, CallOptions options = default) =>
        channel.CreateCallInvoker().AsyncClientStreamingCall(ScriptedServer.ClientStream, null, options);

    public static AsyncDuplexStreamingCall<byte[], byte[]> Both(this GrpcChannel channel, CallOptions options = default) =>
        channel.CreateCallInvoker().AsyncDuplexStreamingCall(ScriptedServer.Duplex, null, options);

    public static async Task<RpcException> FailsAsync(this Task call, StatusCode code)
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => call.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.True(code == error.StatusCode, $"expected {code}, got {error.Status}");
        return error;
    }
}
