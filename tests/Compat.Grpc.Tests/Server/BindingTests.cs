using System.Text;
using Compat.Grpc.Tests.Server.Probe;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using GeneratedProbe = Compat.Grpc.Tests.Server.Probe.Probe;

namespace Compat.Grpc.Tests.Server;

/// <summary>Services that bind their methods by a method of their own.</summary>
public sealed class BindingTests
{
    [Fact]
    public async Task A_class_that_states_all_methods_takes_the_place_of_the_generated_base()
    {
        await using var host = await ProbeHost.StartAsync(map: app => app.MapGrpcService<TextService>(), mapsProbe: false);
        var reply = await host.CallAsync(RawCall.One, new ProbeRequest { What = "as text" });
        Assert.Equal((StatusCode.OK, "one"), (reply.Status, reply.Single(ProbeResponse.Parser).Text));
        Assert.Equal(StatusCode.Unimplemented, (await host.CallAsync("/compat.probe.v1.Probe/Unwritten", new ProbeRequest())).Status);
    }

    [Fact]
    public async Task It_is_shown_by_reflection_if_it_has_a_descriptor()
    {
        await using var host = await ProbeHost.StartAsync(
            services: services => services.AddGrpcReflection(),
            map: app =>
            {
                app.MapGrpcService<TextService>();
                app.MapGrpcReflectionService();
            },
            mapsProbe: false);
        var listing = new global::Grpc.Reflection.V1Alpha.ServerReflectionRequest { ListServices = "*" };
        var reply = await host.CallAsync("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", listing);
        var names = reply.Single(global::Grpc.Reflection.V1Alpha.ServerReflectionResponse.Parser).ListServicesResponse.Service;
        Assert.Contains(GeneratedProbe.Descriptor.FullName, names.Select(service => service.Name));
    }

    [Fact]
    public async Task Methods_of_another_class_than_the_bound_one_stop_the_start()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => ProbeHost.StartAsync(map: app => app.MapGrpcService<MixedService>(), mapsProbe: false));
        Assert.Equal("Error binding gRPC service 'MixedService'.", failure.Message);
        Assert.StartsWith("Could not find 'One' on ", failure.GetBaseException().Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_method_that_hides_the_bound_one_is_passed_over()
    {
        await using var host = await ProbeHost.StartAsync(map: app => app.MapGrpcService<HidingService>(), mapsProbe: false);
        var reply = await host.CallAsync(RawCall.One, new ProbeRequest());
        Assert.Equal("overridden", reply.Single(ProbeResponse.Parser).Text);
    }

    /// <summary>Passes on what is generated, but for the first method, whose request it takes as text.</summary>
    private sealed class Rebinder(ServiceBinderBase binder) : ServiceBinderBase
    {
        private static readonly Marshaller<string> s_texts = Marshallers.Create(Encoding.UTF8.GetBytes, Encoding.UTF8.GetString);

        private static readonly Marshaller<ProbeResponse> s_replies =
            Marshallers.Create(static reply => reply.ToByteArray(), ProbeResponse.Parser.ParseFrom);

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
        {
            if (method.Name == "One")
            {
                var texts = new Method<string, ProbeResponse>(method.Type, method.ServiceName, method.Name, s_texts, s_replies);
                binder.AddMethod(texts, (UnaryServerMethod<string, ProbeResponse>?)null);
            }
        }

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler)
        {
            // This service has one method.
        }

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
        {
            // This service has one method.
        }

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
        {
            // This service has one method.
        }
    }

    [BindServiceMethod(typeof(TextBase), nameof(Bind))]
    internal abstract class TextBase
    {
        public static global::Google.Protobuf.Reflection.ServiceDescriptor Descriptor => GeneratedProbe.Descriptor;

        public static void Bind(ServiceBinderBase binder, TextBase? service) => GeneratedProbe.BindService(new Rebinder(binder), null);

        public abstract Task<ProbeResponse> One(string request, ServerCallContext context);
    }

    internal sealed class TextService : TextBase
    {
        public override Task<ProbeResponse> One(string request, ServerCallContext context) => Task.FromResult(new ProbeResponse { Text = "one" });
    }

    /// <summary>Names itself in the binding and leaves the methods to the generated base.</summary>
    [BindServiceMethod(typeof(MixedBase), nameof(Bind))]
    internal abstract class MixedBase : GeneratedProbe.ProbeBase
    {
        public static void Bind(ServiceBinderBase binder, MixedBase? service) => GeneratedProbe.BindService(binder, service);
    }

    internal sealed class MixedService : MixedBase
    {
        public override Task<ProbeResponse> One(ProbeRequest request, ServerCallContext context) => Task.FromResult(new ProbeResponse());
    }

    internal class OverridingService : GeneratedProbe.ProbeBase
    {
        public override Task<ProbeResponse> One(ProbeRequest request, ServerCallContext context) =>
            Task.FromResult(new ProbeResponse { Text = "overridden" });
    }

    internal sealed class HidingService : OverridingService
    {
        public new Task<ProbeResponse> One(ProbeRequest request, ServerCallContext context) =>
            Task.FromResult(new ProbeResponse { Text = "hidden" });
    }
}
