using Inventory.Cli.Replay;

namespace Inventory.Cli.Tests.Replay;

/// <summary>Small worlds, and a clock on which every pause is over at once.</summary>
internal static class TestWorlds
{
    public const ulong Seed = 4711;

    /// <summary>A generated season: some 60 stores, some hundred SKUs.</summary>
    public static RetailData Season(int lines = 3_000) => Generator.Make(lines, Seed);

    public static World Build(RetailData data, double multiLine = 0.1, ulong seed = Seed, int linesMax = 0) =>
        World.Build(data, new WorldSettings { Seed = seed, MultiLineShare = multiLine, LinesMax = linesMax });

    /// <summary>A world in which invoices are orders, of which more go wrong than usually do.</summary>
    public static World Orders(RetailData data, int linesMax = 0) => World.Build(data, new WorldSettings
    {
        Seed = Seed, LinesMax = linesMax, Orders = new OrderSettings { RejectShare = 0.2, CancelShare = 0.15 },
    });

    public static ReplayRun Run(RetailData data, World world, FakeInventory service, int callers = 8, string? resume = null,
        TimeProvider? clock = null) =>
        new(data, world, new PlaySettings { Callers = callers, Connections = 2, ResumePath = resume }, _ => service,
            clock ?? new HastyClock());

    public static Task NoProgress(string name, long total, Func<Action<long>, Task> work) => work(_ => { });

    /// <summary>Tells the time as it is; a timer that is set rings at once.</summary>
    public sealed class HastyClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? TimeSpan.Zero : dueTime, period);
    }

    /// <summary>A clock that is an hour further each time it is asked.</summary>
    public sealed class RushingClock : TimeProvider
    {
        private long _hours;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Interlocked.Increment(ref _hours) * 3600;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? TimeSpan.Zero : dueTime, period);
    }
}
