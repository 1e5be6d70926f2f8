using Compat.Grpc.Tests.Server.Extended;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Reflection.V1Alpha;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Compat.Grpc.Tests.Server;

public sealed class ReflectionTests
{
    [Theory]
    [InlineData("v1")]
    [InlineData("v1alpha")]
    public async Task All_mapped_services_are_listed(string version)
    {
        var answer = Assert.Single(await AskAsync(version, new ServerReflectionRequest { Host = "here", ListServices = "*" }));
        Assert.Equal("here", answer.ValidHost);
        Assert.Equal(
            [
                "compat.extended.v1.ExtendedService", "compat.probe.v1.Probe",
                "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection",
            ],
            answer.ListServicesResponse.Service.Select(service => service.Name));
    }

    [Theory]
    [InlineData("compat.probe.v1.Probe", "probe.proto")]
    [InlineData("compat.probe.v1.Probe.One", "probe.proto")]
    [InlineData("compat.probe.v1.ProbeRequest", "probe.proto")]
    [InlineData("compat.probe.v1.ProbeRequest.what", "probe.proto")]
    [InlineData("compat.extended.v1.Extendable.Inner", "extended.proto")]
    [InlineData("compat.extended.v1.Extendable.Kind", "extended.proto")]
    [InlineData("compat.extended.v1.first", "extended.proto")]
    public async Task A_symbol_leads_to_its_file(string symbol, string file)
    {
        var answer = Assert.Single(await AskAsync("v1", new ServerReflectionRequest { FileContainingSymbol = symbol }));
        Assert.Equal(file, Assert.Single(Files(answer)).Name);
    }

    [Fact]
    public async Task Questions_on_one_stream_are_answered_in_order()
    {
        var answers = await AskAsync(
            "v1",
            new ServerReflectionRequest { FileByFilename = "grpc/reflection/v1/reflection.proto" },
            new ServerReflectionRequest { FileByFilename = "nowhere.proto" },
            new ServerReflectionRequest { FileContainingSymbol = "no.such.Symbol" },
            new ServerReflectionRequest { AllExtensionNumbersOfType = "compat.extended.v1.Extendable" },
            new ServerReflectionRequest { AllExtensionNumbersOfType = "compat.probe.v1.ProbeRequest" },
            new ServerReflectionRequest { AllExtensionNumbersOfType = "no.such.Message" },
            new ServerReflectionRequest { FileContainingExtension = Extension("compat.extended.v1.Extendable", 150) },
            new ServerReflectionRequest { FileContainingExtension = Extension("compat.extended.v1.Extendable", 151) },
            new ServerReflectionRequest());
        Assert.Equal("grpc/reflection/v1/reflection.proto", Assert.Single(Files(answers[0])).Name);
        Assert.Equal((int)StatusCode.NotFound, answers[1].ErrorResponse.ErrorCode);
        Assert.Equal("nowhere.proto", answers[1].OriginalRequest.FileByFilename);
        Assert.Equal((int)StatusCode.NotFound, answers[2].ErrorResponse.ErrorCode);
        Assert.Equal([100, 150], answers[3].AllExtensionNumbersResponse.ExtensionNumber);
        Assert.Empty(answers[4].AllExtensionNumbersResponse.ExtensionNumber);
        Assert.Equal((int)StatusCode.NotFound, answers[5].ErrorResponse.ErrorCode);
        Assert.Equal("extended.proto", Assert.Single(Files(answers[6])).Name);
        Assert.Equal((int)StatusCode.NotFound, answers[7].ErrorResponse.ErrorCode);
        Assert.Equal((int)StatusCode.InvalidArgument, answers[8].ErrorResponse.ErrorCode);
    }

    private static ExtensionRequest Extension(string type, int number) => new() { ContainingType = type, ExtensionNumber = number };

    private static IEnumerable<FileDescriptorProto> Files(ServerReflectionResponse answer) =>
        answer.FileDescriptorResponse.FileDescriptorProto.Select(FileDescriptorProto.Parser.ParseFrom);

    /// <summary>Both versions have the same messages but for their package, so one set of classes reads either.</summary>
    private static async Task<IReadOnlyList<ServerReflectionResponse>> AskAsync(string version, params ServerReflectionRequest[] requests)
    {
        await using var host = await ProbeHost.StartAsync(
            services: services => services.AddGrpcReflection(),
            map: app =>
            {
                app.MapGrpcService<Described>();
                app.MapGrpcReflectionService();
            });
        var reply = await host.CallAsync(
            $"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo", requests.SelectMany(RawCall.Frame).ToArray());
        Assert.Equal(StatusCode.OK, reply.Status);
        return [.. reply.Frames().Select(frame => ServerReflectionResponse.Parser.ParseFrom(frame.Payload))];
    }

    private sealed class Described : ExtendedService.ExtendedServiceBase
    {
    }
}
