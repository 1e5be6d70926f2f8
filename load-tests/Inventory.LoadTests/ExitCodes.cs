namespace Inventory.LoadTests;

/// <summary>What the program ends with; the same as those of the command line of the service.</summary>
internal static class ExitCodes
{
    /// <summary>All ran, and the books balance.</summary>
    public const int Done = 0;

    /// <summary>The books do not balance.</summary>
    public const int Wrong = 1;

    /// <summary>The arguments were wrong; nothing was started.</summary>
    public const int Usage = 2;

    /// <summary>The service could not be started or reached, or it failed.</summary>
    public const int Unavailable = 3;

    /// <summary>Stopped by Ctrl-C.</summary>
    public const int Interrupted = 130;
}
