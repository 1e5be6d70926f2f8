using System.Collections.Generic;
using Microsoft.CodeAnalysis;

namespace Orleans.CodeGenerator;

/// <summary>What a grain interface may not have. Each would otherwise become code that does not compile or does not work.</summary>
internal static class Diagnostics
{
    public const int ReturnType = 1;
    public const int GenericMethod = 2;
    public const int GenericInterface = 3;
    public const int ByReference = 4;
    public const int NotAMethod = 5;
    public const int NotAccessible = 6;
    public const int SeveralTokens = 7;
    public const int GenericClass = 8;

    public static readonly IReadOnlyDictionary<int, DiagnosticDescriptor> All = new Dictionary<int, DiagnosticDescriptor>
    {
        [ReturnType] = Rule("GRAIN001", "Grain methods are asynchronous", "{0} must return Task, Task<T>, ValueTask or ValueTask<T> (or void, in an observer)"),
        [GenericMethod] = Rule("GRAIN002", "Generic grain methods are not supported", "{0} is generic, which this engine does not support"),
        [GenericInterface] = Rule("GRAIN003", "Generic grain interfaces are not supported", "{0} is generic, which this engine does not support"),
        [ByReference] = Rule("GRAIN004", "Grain methods take values", "{0} is passed by reference, which a call to a grain cannot do"),
        [NotAMethod] = Rule("GRAIN005", "Grain interfaces have methods only", "{0} is neither a method nor static, and cannot be called through a reference"),
        [NotAccessible] = Rule("GRAIN006", "Grain types are accessible in their project", "{0} must be public or internal, as must be what it is nested in"),
        [SeveralTokens] = Rule("GRAIN007", "Grain methods take one token", "{0} has several CancellationToken parameters"),
        [GenericClass] = Rule("GRAIN008", "Generic grain classes are not supported", "{0} is generic, which this engine does not support"),
    };

    private static DiagnosticDescriptor Rule(string id, string title, string text) =>
        new(id, title, text, "Orleans", DiagnosticSeverity.Error, isEnabledByDefault: true);
}
