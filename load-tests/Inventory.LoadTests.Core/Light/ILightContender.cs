using System.Net;
using Inventory.LoadTests.Measuring;

namespace Inventory.LoadTests.Light;

/// <summary>A contender that a light client can call too, so that nobody's client is part of the comparison.</summary>
public interface ILightContender : IContender
{
    /// <summary>Where it listens.</summary>
    IPEndPoint Server { get; }

    /// <summary>Processor time that its process has used so far; null if it is more than one process.</summary>
    TimeSpan? ProcessorTime { get; }

    /// <summary>Makes what a connection says that makes the cheapest call there is; null if that is of no interest.</summary>
    Func<LightProtocol>? Empty { get; }

    /// <summary>Makes what a connection says that reserves one unit with each call, of the stocks prepared last.</summary>
    /// <param name="choose">The stock and the id of a call; called by one thread.</param>
    Func<LightProtocol> Reserves(Func<long, (int Stock, Guid Id)> choose);
}
