using System.Text.Json;
using Inventory.LoadTests.Measuring;

namespace Inventory.LoadTests.Workers;

/// <summary>Jobs and results as one line of JSON each, for client processes.</summary>
internal static class ResultJson
{
    private sealed record Wire(
        double WindowSeconds,
        double OfferedPerSecond,
        long Sent,
        long NotSent,
        long Unanswered,
        long[] Measured,
        long[] Total,
        IReadOnlyList<long> AnsweredPerSecond,
        WireHistogram Latency,
        WireHistogram Admitted,
        WireHistogram TurnedAway,
        IReadOnlyDictionary<string, long> Errors,
        Ledger Ledger);

    private sealed record WireHistogram(int[] Cells, long[] Counts, long SumMicros, long MaxMicros)
    {
        public static WireHistogram Of(Histogram histogram)
        {
            var cells = histogram.Cells().ToList();
            return new([.. cells.Select(cell => cell.Cell)], [.. cells.Select(cell => cell.Count)], histogram.SumMicros, histogram.MaxMicros);
        }

        public Histogram Read() => Histogram.FromCells(Cells.Zip(Counts), SumMicros, MaxMicros);
    }

    public static string Write(Job job) => JsonSerializer.Serialize(job);

    public static Job ReadJob(string line) => JsonSerializer.Deserialize<Job>(line) ?? throw new JsonException("There is no job.");

    public static string Write(JobResult result)
    {
        var run = result.Run;
        return JsonSerializer.Serialize(new Wire(
            run.WindowSeconds,
            run.OfferedPerSecond,
            run.Sent,
            run.NotSent,
            run.Unanswered,
            Numbers(run.Measured),
            Numbers(run.Total),
            run.AnsweredPerSecond,
            WireHistogram.Of(run.Latency),
            WireHistogram.Of(run.Admitted),
            WireHistogram.Of(run.TurnedAway),
            run.Errors,
            result.Ledger));
    }

    public static JobResult ReadResult(string line)
    {
        var wire = JsonSerializer.Deserialize<Wire>(line) ?? throw new JsonException("There is no result.");
        var run = new RunResult
        {
            WindowSeconds = wire.WindowSeconds,
            OfferedPerSecond = wire.OfferedPerSecond,
            Sent = wire.Sent,
            NotSent = wire.NotSent,
            Unanswered = wire.Unanswered,
            Measured = Counts(wire.Measured),
            Total = Counts(wire.Total),
            AnsweredPerSecond = wire.AnsweredPerSecond,
            Latency = wire.Latency.Read(),
            Admitted = wire.Admitted.Read(),
            TurnedAway = wire.TurnedAway.Read(),
            Errors = wire.Errors,
        };
        return new JobResult(run, wire.Ledger);
    }

    private static long[] Numbers(OutcomeCounts counts) => [.. Enum.GetValues<Outcome>().Select(outcome => counts[outcome])];

    private static OutcomeCounts Counts(long[] numbers)
    {
        var counts = new OutcomeCounts();
        foreach (var outcome in Enum.GetValues<Outcome>())
        {
            counts[outcome] = numbers[(int)outcome];
        }

        return counts;
    }
}
