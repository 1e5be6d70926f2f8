using Grpc.Core;
using Inventory.Grpc.Errors;

namespace Inventory.Grpc.Calls;

/// <summary>
/// The frame around every call of one service: admits it, runs it, and turns an exception into a status. Handlers inside it return their
/// answer, or set a status and return an empty one; neither costs an exception.
/// </summary>
/// <remarks>Not an interceptor, because an interceptor costs each unary call another state machine and closures.</remarks>
internal sealed class CallRunner(CallGate unary, CallGate streams, FailureMap failures, CancellationToken stopping)
{
    /// <summary>Runs a unary call; completes synchronously if the body does.</summary>
    public Task<TResponse> Unary<TService, TRequest, TResponse>(
        TService service, TRequest request, ServerCallContext context, Func<TService, TRequest, ServerCallContext,
            ValueTask<TResponse>> body)
        where TResponse : class, new()
    {
        if (!unary.TryEnter())
        {
            return Refuse<TRequest, TResponse>(request, context);
        }

        ValueTask<TResponse> running;
        try
        {
            running = body(service, request, context);
        }
        catch (Exception failure)
        {
            unary.Leave();
            return Task.FromResult(failures.StatusOf(failure, context).Answer<TResponse>(context));
        }

        if (!running.IsCompletedSuccessfully)
        {
            return Finish(running, context);
        }

        unary.Leave();
        return Task.FromResult(running.Result);
    }

    /// <summary>
    /// The same for a call that fills its answer at once and then only has to wait before it may be shown: one object is kept for it meanwhile, not three.
    /// </summary>
    /// <param name="service">Given to the body.</param>
    /// <param name="request">Given to the body, which has read it when it returns.</param>
    /// <param name="context">Of the call.</param>
    /// <param name="body">Fills the answer, and returns what must end before it is shown. If that fails, the answer is dropped.</param>
    public Task<TResponse> Unary<TService, TRequest, TResponse>(
        TService service, TRequest request, ServerCallContext context, Func<TService, TRequest, ServerCallContext, TResponse, ValueTask> body)
        where TResponse : class, new()
    {
        if (!unary.TryEnter())
        {
            return Refuse<TRequest, TResponse>(request, context);
        }

        var response = new TResponse();
        ValueTask waiting;
        try
        {
            waiting = body(service, request, context, response);
        }
        catch (Exception failure)
        {
            unary.Leave();
            return Task.FromResult(failures.StatusOf(failure, context).Answer<TResponse>(context));
        }

        if (!waiting.IsCompletedSuccessfully)
        {
            return Finish(waiting, response, context);
        }

        unary.Leave();
        return Task.FromResult(response);
    }

    /// <summary>Runs a call with a stream in either direction. The body's token fires when the caller gives up or the host stops.</summary>
    public Task Stream(ServerCallContext context, Func<CancellationToken, Task> body) => Stream(streams, context, body);

    /// <summary>The same through another gate.</summary>
    public async Task Stream(CallGate gate, ServerCallContext context, Func<CancellationToken, Task> body)
    {
        if (!gate.TryEnter())
        {
            gate.Full.Set(context);
            return;
        }

        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, stopping);
            await body(either.Token);
        }
        catch (Exception failure)
        {
            failures.StatusOf(failure, context).Set(context);
        }
        finally
        {
            gate.Leave();
        }
    }

    // Nobody reads the request, so nobody else gives back what it holds.
    private Task<TResponse> Refuse<TRequest, TResponse>(TRequest request, ServerCallContext context)
        where TResponse : class, new()
    {
        (request as IDisposable)?.Dispose();
        return Task.FromResult(unary.Full.Answer<TResponse>(context));
    }

    private async Task<TResponse> Finish<TResponse>(ValueTask<TResponse> running, ServerCallContext context)
        where TResponse : class, new()
    {
        try
        {
            return await running;
        }
        catch (Exception failure)
        {
            return failures.StatusOf(failure, context).Answer<TResponse>(context);
        }
        finally
        {
            unary.Leave();
        }
    }

    private async Task<TResponse> Finish<TResponse>(ValueTask waiting, TResponse response, ServerCallContext context)
        where TResponse : class, new()
    {
        try
        {
            await waiting;
            return response;
        }
        catch (Exception failure)
        {
            return failures.StatusOf(failure, context).Answer<TResponse>(context);
        }
        finally
        {
            unary.Leave();
        }
    }
}
