using Grpc.Net.Client;

namespace Compat.Grpc.Tests.Interop;

/// <summary>A server that this project did not write, in a process of its own for all cases of one class.</summary>
public abstract class ForeignServer(string tool) : IAsyncLifetime
{
    private readonly string _descriptors = DescriptorSet.Write();
    private ForeignProcess? _process;

    public string Address { get; private set; } = "";

    public async Task InitializeAsync()
    {
        _process = ForeignProcess.Start(TestTools.Command(tool, "server", _descriptors));
        Address = "http://127.0.0.1:" + await _process.ReadLineAsync();
    }

    public async Task DisposeAsync()
    {
        File.Delete(_descriptors);
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }
    }
}

public sealed class NodeServer() : ForeignServer("node");

public sealed class PythonServer() : ForeignServer("python");

public sealed class Our_client_against_grpc_js(NodeServer server) : IClassFixture<NodeServer>
{
    public static TheoryData<string> Cases => InteropCases.NamesExcept("rich_status");

    [Theory, MemberData(nameof(Cases))]
    public async Task Passes(string name)
    {
        using var channel = GrpcChannel.ForAddress(server.Address);
        await InteropCases.RunAsync(name, channel);
    }
}

public sealed class Our_client_against_grpcio(PythonServer server) : IClassFixture<PythonServer>
{
    public static TheoryData<string> Cases => InteropCases.NamesExcept("rich_status");

    [Theory, MemberData(nameof(Cases))]
    public async Task Passes(string name)
    {
        using var channel = GrpcChannel.ForAddress(server.Address);
        await InteropCases.RunAsync(name, channel);
    }
}
