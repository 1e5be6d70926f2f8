using System.Text.Json;
using Grpc.Health.V1;

namespace Compat.Grpc.Tests.Interop;

/// <summary>Our server and a client that this project did not write, which runs the cases that it is asked for.</summary>
public abstract class ForeignClient(string tool) : IAsyncLifetime
{
    private readonly InteropHost _host = new();
    private string _descriptors = "";
    private ForeignProcess? _process;

    public async Task InitializeAsync()
    {
        _descriptors = DescriptorSet.Write(
            HealthReflection.Descriptor,
            global::Grpc.Reflection.V1.ReflectionReflection.Descriptor,
            global::Grpc.Reflection.V1Alpha.ReflectionReflection.Descriptor);
        await _host.InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        await _host.DisposeAsync();
        File.Delete(_descriptors);
    }

    public async Task RunAsync(string name)
    {
        if (_process is null or { HasExited: true })
        {
            _process = ForeignProcess.Start(TestTools.Command(tool, "client", _descriptors));
        }

        var answer = JsonDocument.Parse(await _process.AskAsync($"{name} 127.0.0.1:{_host.Port}")).RootElement;
        Assert.Equal(name, answer.GetProperty("case").GetString());
        Assert.True(answer.GetProperty("ok").GetBoolean(), answer.TryGetProperty("error", out var error) ? error.GetString() : "");
        await _host.NoActiveCallsAsync();
    }

    public static TheoryData<string> Cases =>
    [
        "large_unary", "client_streaming", "server_streaming", "ping_pong", "half_duplex", "empty_stream", "custom_metadata",
        "status_code_and_message", "special_status_message", "every_status_code", "rich_status", "unimplemented_method",
        "unimplemented_service", "cancel_after_begin", "cancel_after_first_response", "timeout_on_sleeping_server",
        "client_compressed_unary", "server_compressed_unary", "client_compressed_streaming", "server_compressed_streaming",
        "back_pressure", "concurrent_calls", "reflection_v1", "reflection_v1alpha",

        // Upstream packs even an empty answer, which grpc-js cannot unpack, and tells health some seconds after the start.
        .. Upstream.IsUnderTest ? [] : (string[])["empty_unary", "health_check"],
    ];
}

public sealed class NodeClient() : ForeignClient("node");

public sealed class PythonClient() : ForeignClient("python");

public sealed class Grpc_js_against_our_server(NodeClient client) : IClassFixture<NodeClient>
{
    [Theory, MemberData(nameof(ForeignClient.Cases), MemberType = typeof(ForeignClient))]
    public Task Passes(string name) => client.RunAsync(name);
}

public sealed class Grpcio_against_our_server(PythonClient client) : IClassFixture<PythonClient>
{
    [Theory, MemberData(nameof(ForeignClient.Cases), MemberType = typeof(ForeignClient))]
    public Task Passes(string name) => client.RunAsync(name);
}

public sealed class Our_client_against_our_server(InteropHost host) : IClassFixture<InteropHost>
{
    public static TheoryData<string> Cases => InteropCases.NamesExcept();

    [Theory, MemberData(nameof(Cases))]
    public async Task Passes(string name)
    {
        using var channel = host.CreateChannel();
        await InteropCases.RunAsync(name, channel);
        await host.NoActiveCallsAsync();
    }
}
