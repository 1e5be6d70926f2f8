using System.Diagnostics;
using Inventory.LoadTests.Reporting;
using Inventory.LoadTests.Service;

namespace Inventory.LoadTests.Scenarios;

/// <summary>Processor time that service and client have used so far, the kernel's for them included: tells which of the two a rate is the limit of.</summary>
/// <param name="Service">Of the service; null when somebody else runs it.</param>
/// <param name="Client">Of this process; client processes beside it are not counted.</param>
internal readonly record struct ProcessorTimes(TimeSpan? Service, TimeSpan Client)
{
    public static ProcessorTimes Now(SiloProcess? silo)
    {
        using var client = Process.GetCurrentProcess();
        return new ProcessorTimes(silo?.ProcessorTime, client.TotalProcessorTime);
    }

    public ProcessorTimes Since(ProcessorTimes before) => new(Service - before.Service, Client - before.Client);

    /// <summary>The same for each of so many things that were done.</summary>
    /// <param name="run">Label of the run.</param>
    /// <param name="unit">What was done, in the singular.</param>
    /// <param name="done">How many; no figures for 0.</param>
    public IEnumerable<Figure> Figures(string run, string unit, long done)
    {
        if (done > 0)
        {
            if (Service is { } service)
            {
                yield return new($"{run}: service, processor time for a {unit}", service.TotalMicroseconds / done, "us");
                yield return new($"{run}: service alone, {unit}s for each core", done / service.TotalSeconds, "/s");
            }

            yield return new($"{run}: client, processor time for a {unit}", Client.TotalMicroseconds / done, "us");
        }
    }
}
