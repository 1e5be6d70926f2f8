using System.CommandLine;
using Grpc.Core;
using Inventory.V1;

namespace Inventory.Cli.Commands;

/// <summary>ready: waits until the service answers; for scripts.</summary>
internal static class ReadyCommand
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    public static Command Create()
    {
        var wait = Arguments.Whole("--wait", "Longest time to wait, in seconds (0 to 3600).", 30, 0, 3600);
        var command = new Command("ready", "Wait until the service answers.") { wait };
        command.SetAction(async (parsed, stop) =>
        {
            using var channel = Connection.Open(parsed);
            var client = new LocationService.LocationServiceClient(channel);
            var time = TimeProvider.System;
            var begun = time.GetTimestamp();
            while (true)
            {
                try
                {
                    var deadline = time.GetUtcNow().UtcDateTime.AddSeconds(2);
                    await client.ListLocationsAsync(new ListLocationsRequest { PageSize = 1 }, null, deadline, stop);
                    Console.Out.WriteLine($"The service at {parsed.GetValue(Connection.Address)} is ready.");
                    return ExitCode.Done;
                }
                catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded)
                {
                    if (time.GetElapsedTime(begun).TotalSeconds > parsed.GetValue(wait))
                    {
                        throw;
                    }
                }

                await Task.Delay(s_pause, time, stop);
            }
        });
        return command;
    }
}
