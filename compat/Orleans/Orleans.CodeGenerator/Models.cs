using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Orleans.CodeGenerator;

/// <summary>A list that is equal to another with equal items, so that unchanged models are not written again.</summary>
internal sealed class EquatableList<T>(IEnumerable<T> items) : List<T>(items), IEquatable<EquatableList<T>>
{
    public bool Equals(EquatableList<T>? other) => other is not null && this.SequenceEqual(other);

    public override bool Equals(object? obj) => Equals(obj as EquatableList<T>);

    public override int GetHashCode() => this.Aggregate(17, static (hash, item) => (hash * 31) + (item?.GetHashCode() ?? 0));
}

/// <summary>An interface to write a proxy for.</summary>
internal sealed record InterfaceModel(
    string FullName, string ShortName, string ProxyName, EquatableList<MethodModel> Methods, EquatableList<Problem> Problems);

/// <summary>A class to list in the manifest.</summary>
internal sealed record ClassModel(string FullName, EquatableList<Problem> Problems);

/// <summary>A method of a proxy.</summary>
internal sealed record MethodModel(
    string Interface, string Name, string Returns, string? Result, ReturnKind Kind, string Options, string? Timeout, EquatableList<ParameterModel> Parameters);

/// <summary>A parameter of a method.</summary>
internal sealed record ParameterModel(string Type, string Name, bool IsToken);

/// <summary>What a method returns.</summary>
internal enum ReturnKind
{
    Void,
    Task,
    TaskOfT,
    ValueTask,
    ValueTaskOfT,
}

/// <summary>Why something cannot be a grain interface or class.</summary>
internal sealed record Problem(int Number, string Text, string Path, TextSpan Span, LinePositionSpan Lines)
{
    public static Problem At(ISymbol symbol, int number, string text)
    {
        var location = symbol.Locations.FirstOrDefault(static each => each.IsInSource);
        var lines = location?.GetLineSpan();
        return new(number, text, lines?.Path ?? "", location?.SourceSpan ?? default, lines?.Span ?? default);
    }

    public Diagnostic ToDiagnostic() => Diagnostic.Create(
        Diagnostics.All[Number], Path.Length == 0 ? Location.None : Location.Create(Path, Span, Lines), Text);
}
