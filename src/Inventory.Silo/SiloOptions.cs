using System.ComponentModel.DataAnnotations;

namespace Inventory.Silo;

/// <summary>How one process of the service runs. Set on the command line; checked at start.</summary>
internal sealed class SiloOptions
{
    /// <summary>Directory of the journal. Made if it is not there. One process at a time.</summary>
    /// <value>data/inventory under the current directory.</value>
    [Required(ErrorMessage = "--data must name a directory.")]
    public string Data { get; set; } = Path.Combine("data", "inventory");

    /// <summary>TCP port of the gRPC endpoint, HTTP/2 without TLS. 0 lets the system choose one and prints it.</summary>
    /// <value>5280.</value>
    [Range(0, 65_535, ErrorMessage = "--port must be 0 to 65535.")]
    public int Port { get; set; } = 5280;

    /// <summary>Address to listen on: an IP address, or * for every interface.</summary>
    /// <value>127.0.0.1, so that a first try is not open to the network.</value>
    [Required(ErrorMessage = "--listen must name an IP address, or * for every interface.")]
    public string Listen { get; set; } = "127.0.0.1";

    /// <summary>Loads a small seeded world if the data directory is empty.</summary>
    /// <value>false.</value>
    public bool Demo { get; set; }

    /// <summary>Keeps everything in memory and writes nothing: for tests and first steps only.</summary>
    /// <value>false.</value>
    public bool Memory { get; set; }

    /// <summary>Longest time that calls in flight get to finish when the process is asked to stop, in seconds.</summary>
    /// <value>20, well under the 30 s that orchestrators commonly wait before they kill.</value>
    [Range(1, 600, ErrorMessage = "--drain-seconds must be 1 to 600.")]
    public int DrainSeconds { get; set; } = 20;

    /// <summary>
    /// Unary calls that each of the four services works on at a time; more are answered RESOURCE_EXHAUSTED at once. The time that an admitted call takes under
    /// overload is this number divided by the calls per second that the machine can do, so less of it is faster and refuses more.
    /// </summary>
    /// <value>1,024.</value>
    [Range(16, 1_000_000, ErrorMessage = "--calls-in-flight must be 16 to 1000000.")]
    public int CallsInFlight { get; set; } = 1_024;

    /// <summary>How often all confirmed orders are looked at for better locations, in minutes; 0 means never.</summary>
    /// <value>0.</value>
    [Range(0, 10_080, ErrorMessage = "--reoptimize-minutes must be 0 to 10080, which is a week.")]
    public int ReoptimizeMinutes { get; set; }

    /// <summary>The least saving for which such a round touches an order, in minor units of the currency.</summary>
    /// <value>100: somebody may have printed a list already.</value>
    [Range(1, 1_000_000_000, ErrorMessage = "--reoptimize-saving must be 1 to 1000000000.")]
    public int ReoptimizeSaving { get; set; } = 100;

    /// <summary>Log what is usual too, not only what is not.</summary>
    /// <value>false.</value>
    public bool Verbose { get; set; }
}
