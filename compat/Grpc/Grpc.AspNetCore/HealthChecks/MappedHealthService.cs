using Grpc.Core;
using Grpc.Health.V1;
using Grpc.HealthCheck;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Grpc.AspNetCore.HealthChecks;

/// <summary>The health service on ASP.NET Core's health checks.</summary>
internal sealed class MappedHealthService(
    HealthServiceImpl published,
    HealthCheckService checks,
    IOptions<HealthCheckOptions> checkOptions,
    IOptions<GrpcHealthChecksOptions> options,
    IHostApplicationLifetime lifetime) : Grpc.Health.V1.Health.HealthBase
{
    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) =>
        options.Value.UseHealthChecksCache ? published.Check(request, context) : CheckNowAsync(request, context);

    public override async Task Watch(
        HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        var writer = options.Value.UseHealthChecksCache ? responseStream : new FreshFirst(this, request, responseStream, context);
        if (options.Value.SuppressCompletionOnShutdown)
        {
            await published.Watch(request, writer, context).ConfigureAwait(false);
            return;
        }

        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        await published.Watch(request, writer, new StoppableContext(context, stopping.Token)).ConfigureAwait(false);
        if (lifetime.ApplicationStopping.IsCancellationRequested && !context.CancellationToken.IsCancellationRequested)
        {
            var last = new HealthCheckResponse { Status = HealthCheckResponse.Types.ServingStatus.NotServing };
            await responseStream.WriteAsync(last).ConfigureAwait(false);
        }
    }

    private async Task<HealthCheckResponse> CheckNowAsync(HealthCheckRequest request, ServerCallContext context)
    {
        var status = await StatusAsync(request.Service, context.CancellationToken).ConfigureAwait(false);
        if (status == HealthCheckResponse.Types.ServingStatus.ServiceUnknown)
        {
            context.Status = new Status(StatusCode.NotFound, "");
        }

        return new HealthCheckResponse { Status = status };
    }

    private async Task<HealthCheckResponse.Types.ServingStatus> StatusAsync(string service, CancellationToken cancellationToken)
    {
        if (!options.Value.Services.TryGet(service, out var mapping))
        {
            return HealthCheckResponse.Types.ServingStatus.ServiceUnknown;
        }

        var report = await checks.CheckHealthAsync(
            check => checkOptions.Value.Predicate?.Invoke(check) != false && mapping.SpeaksFor(check.Name, check.Tags),
            cancellationToken).ConfigureAwait(false);
        return HealthStatuses.Of(report.Entries);
    }

    /// <summary>The first answer of a watch comes from the checks, since nothing may have been published yet.</summary>
    private sealed class FreshFirst(
        MappedHealthService service, HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> inner, ServerCallContext context)
        : IServerStreamWriter<HealthCheckResponse>
    {
        private bool _isFirstDone;

        public WriteOptions? WriteOptions
        {
            get => inner.WriteOptions;
            set => inner.WriteOptions = value;
        }

        public async Task WriteAsync(HealthCheckResponse message)
        {
            if (!_isFirstDone)
            {
                _isFirstDone = true;
                message = new HealthCheckResponse
                {
                    Status = await service.StatusAsync(request.Service, context.CancellationToken).ConfigureAwait(false),
                };
            }

            await inner.WriteAsync(message).ConfigureAwait(false);
        }
    }

    /// <summary>The call's own context with a token that fires when the host stops as well.</summary>
    private sealed class StoppableContext(ServerCallContext inner, CancellationToken token) : ServerCallContext
    {
        protected override string MethodCore => inner.Method;

        protected override string HostCore => inner.Host;

        protected override string PeerCore => inner.Peer;

        protected override DateTime DeadlineCore => inner.Deadline;

        protected override Metadata RequestHeadersCore => inner.RequestHeaders;

        protected override CancellationToken CancellationTokenCore { get; } = token;

        protected override Metadata ResponseTrailersCore => inner.ResponseTrailers;

        protected override Status StatusCore
        {
            get => inner.Status;
            set => inner.Status = value;
        }

        protected override WriteOptions? WriteOptionsCore
        {
            get => inner.WriteOptions;
            set => inner.WriteOptions = value;
        }

        protected override AuthContext AuthContextCore => inner.AuthContext;

        protected override IDictionary<object, object> UserStateCore => inner.UserState;

        protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
            inner.CreatePropagationToken(options);

        protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => inner.WriteResponseHeadersAsync(responseHeaders);
    }
}
