namespace Inventory.Silo;

/// <summary>What the process ends with.</summary>
internal static class ExitCodes
{
    /// <summary>Asked to stop, and all that was accepted is durable.</summary>
    public const int Done = 0;

    /// <summary>An option is wrong; nothing was started.</summary>
    public const int Usage = 2;

    /// <summary>The data directory or the port cannot be used as it is.</summary>
    public const int Storage = 3;
}
