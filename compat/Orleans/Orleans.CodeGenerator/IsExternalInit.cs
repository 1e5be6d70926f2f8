namespace System.Runtime.CompilerServices;

/// <summary>What records need and the old target framework lacks.</summary>
internal static class IsExternalInit;
