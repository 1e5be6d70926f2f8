using System.CommandLine;
using Grpc.Core;

namespace Inventory.Cli.Commands;

/// <summary>ready: waits until the service says that it serves; for scripts.</summary>
internal static class ReadyCommand
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    // The health protocol by hand: an empty request asks for the whole service, and its answer is { status: SERVING }.
    private static readonly Marshaller<byte[]> s_bytes = Marshallers.Create<byte[]>(bytes => bytes, bytes => bytes);
    private static readonly Method<byte[], byte[]> s_health = new(MethodType.Unary, "grpc.health.v1.Health", "Check", s_bytes, s_bytes);
    private static readonly byte[] s_serving = [0x08, 0x01];

    public static Command Create()
    {
        var wait = Arguments.Whole("--wait", "Longest time to wait, in seconds (0 to 3600).", 30, 0, 3600);
        var command = new Command("ready", "Wait until the service answers, and can store what it is told.") { wait };
        command.SetAction(async (parsed, stop) =>
        {
            using var channel = Connection.Open(parsed);
            var address = parsed.GetValue(Connection.Address)!;
            if (await IsServingAsync(channel.CreateCallInvoker(), TimeSpan.FromSeconds(parsed.GetValue(wait)), stop))
            {
                return Output.Told(parsed, new { Ready = true, Address = address.ToString() }, $"The service at {address} is ready.");
            }

            const string why = "answers, but says that it does not serve: its storage is lost or it is stopping. Its log says more.";
            return ExitCode.Fail("NOT_SERVING", $"The service at {address} {why}", ExitCode.Unavailable);
        });
        return command;
    }

    private static async Task<bool> IsServingAsync(CallInvoker service, TimeSpan wait, CancellationToken stop)
    {
        var time = TimeProvider.System;
        var begun = time.GetTimestamp();
        while (true)
        {
            try
            {
                var options = new CallOptions(deadline: time.GetUtcNow().UtcDateTime.AddSeconds(2), cancellationToken: stop);
                if ((await service.AsyncUnaryCall(s_health, null, options, [])).AsSpan().SequenceEqual(s_serving))
                {
                    return true;
                }

                if (time.GetElapsedTime(begun) > wait)
                {
                    return false;
                }
            }
            catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded && time.GetElapsedTime(begun) <= wait)
            {
                // Not yet.
            }

            await Task.Delay(s_pause, time, stop);
        }
    }
}
