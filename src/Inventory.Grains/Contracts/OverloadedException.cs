namespace Inventory.Grains;

/// <summary>Too much is asked at once; nothing was done. Try again shortly.</summary>
[GenerateSerializer, Alias("overloaded")]
public sealed class OverloadedException(string message) : Exception(message);
