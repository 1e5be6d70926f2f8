using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Orleans.CodeGenerator;

/// <summary>Reads grain interfaces and classes into models.</summary>
internal static class GrainModel
{
    private static readonly SymbolDisplayFormat TypeFormat = SymbolDisplayFormat.FullyQualifiedFormat.WithMiscellaneousOptions(
        SymbolDisplayMiscellaneousOptions.UseSpecialTypes | SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers
        | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    /// <summary>The model of an interface; null if it is no grain's or observer's.</summary>
    public static InterfaceModel? OfInterface(INamedTypeSymbol? symbol)
    {
        if (symbol is null || !IsGrainInterface(symbol))
        {
            return null;
        }

        var problems = new List<Problem>();
        if (IsGeneric(symbol))
        {
            problems.Add(Problem.At(symbol, Diagnostics.GenericInterface, symbol.ToDisplayString()));
        }

        if (!IsAccessible(symbol))
        {
            problems.Add(Problem.At(symbol, Diagnostics.NotAccessible, symbol.ToDisplayString()));
        }

        var isObserver = symbol.AllInterfaces.Any(static each => each.ToDisplayString() == "Orleans.IGrainObserver");
        var methods = new List<MethodModel>();
        foreach (var member in symbol.AllInterfaces.Insert(0, symbol).SelectMany(static each => each.GetMembers()))
        {
            if (member is IMethodSymbol { MethodKind: MethodKind.Ordinary, IsStatic: false } method)
            {
                methods.Add(OfMethod(method, isObserver, problems));
            }
            else if (!member.IsStatic && member is IPropertySymbol or IEventSymbol)
            {
                problems.Add(Problem.At(member, Diagnostics.NotAMethod, member.ToDisplayString()));
            }
        }

        return new(
            symbol.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat),
            symbol.Name,
            "Proxy_" + symbol.ToDisplayString().Replace('.', '_').Replace('<', '_').Replace('>', '_').Replace(", ", "_"),
            new(methods),
            new(problems));
    }

    /// <summary>The model of a class; null if it is no grain that can be created.</summary>
    public static ClassModel? OfClass(INamedTypeSymbol? symbol)
    {
        if (symbol is null || symbol.IsAbstract || !IsGrainClass(symbol))
        {
            return null;
        }

        var problems = new List<Problem>();
        if (IsGeneric(symbol))
        {
            problems.Add(Problem.At(symbol, Diagnostics.GenericClass, symbol.ToDisplayString()));
        }

        if (!IsAccessible(symbol))
        {
            problems.Add(Problem.At(symbol, Diagnostics.NotAccessible, symbol.ToDisplayString()));
        }

        return new(symbol.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat), new(problems));
    }

    private static MethodModel OfMethod(IMethodSymbol method, bool isObserver, List<Problem> problems)
    {
        var name = method.ToDisplayString();
        if (method.IsGenericMethod)
        {
            problems.Add(Problem.At(method, Diagnostics.GenericMethod, name));
        }

        if (method.Parameters.Any(static each => each.RefKind != RefKind.None || each.Type.IsRefLikeType))
        {
            problems.Add(Problem.At(method, Diagnostics.ByReference, name));
        }

        var kind = KindOf(method.ReturnType);
        if (kind is null || (kind == ReturnKind.Void && !isObserver))
        {
            problems.Add(Problem.At(method, Diagnostics.ReturnType, name));
        }

        var parameters = method.Parameters
            .Select((each, index) => new ParameterModel(
                each.Type.ToDisplayString(TypeFormat), "arg" + index, each.Type.ToDisplayString() == "System.Threading.CancellationToken"))
            .ToList();
        if (parameters.Count(static each => each.IsToken) > 1)
        {
            problems.Add(Problem.At(method, Diagnostics.SeveralTokens, name));
        }

        return new(
            method.ContainingType.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat),
            SyntaxFacts.GetKeywordKind(method.Name) == SyntaxKind.None ? method.Name : "@" + method.Name,
            method.ReturnType.ToDisplayString(TypeFormat),
            (method.ReturnType as INamedTypeSymbol)?.TypeArguments.FirstOrDefault()?.ToDisplayString(TypeFormat),
            kind ?? ReturnKind.Void,
            OptionsOf(method, kind),
            TimeoutOf(method) ?? TimeoutOf(method.ContainingType),
            new(parameters));
    }

    private static string OptionsOf(IMethodSymbol method, ReturnKind? kind)
    {
        var options = new List<string>();
        foreach (var attribute in method.GetAttributes())
        {
            switch (attribute.AttributeClass?.ToDisplayString())
            {
                case "Orleans.Concurrency.OneWayAttribute":
                    options.Add("OneWay");
                    break;
                case "Orleans.Concurrency.ReadOnlyAttribute":
                    options.Add("ReadOnly");
                    break;
                case "Orleans.Concurrency.AlwaysInterleaveAttribute":
                    options.Add("AlwaysInterleave");
                    break;
            }
        }

        if (kind == ReturnKind.Void && !options.Contains("OneWay"))
        {
            options.Add("OneWay");
        }

        return options.Count == 0 ? "None" : string.Join("|", options);
    }

    private static string? TimeoutOf(ISymbol symbol) => symbol.GetAttributes()
        .FirstOrDefault(static each => each.AttributeClass?.ToDisplayString() == "Orleans.ResponseTimeoutAttribute")
        ?.ConstructorArguments.FirstOrDefault().Value as string;

    private static ReturnKind? KindOf(ITypeSymbol type) => type.SpecialType == SpecialType.System_Void
        ? ReturnKind.Void
        : type.OriginalDefinition.ToDisplayString() switch
        {
            "System.Threading.Tasks.Task" => ReturnKind.Task,
            "System.Threading.Tasks.Task<TResult>" => ReturnKind.TaskOfT,
            "System.Threading.Tasks.ValueTask" => ReturnKind.ValueTask,
            "System.Threading.Tasks.ValueTask<TResult>" => ReturnKind.ValueTaskOfT,
            _ => null,
        };

    private static bool IsGrainInterface(INamedTypeSymbol symbol) =>
        symbol.ContainingNamespace?.ToDisplayString() is not ("Orleans" or "Orleans.Runtime")
        && symbol.AllInterfaces.Any(static each => each.ToDisplayString() is "Orleans.IGrain" or "Orleans.IGrainObserver");

    private static bool IsGrainClass(INamedTypeSymbol symbol) =>
        symbol.AllInterfaces.Any(static each => each.ToDisplayString() == "Orleans.IGrainBase")
        && symbol.AllInterfaces.Any(static each => each.ToDisplayString() == "Orleans.IGrain");

    private static bool IsGeneric(INamedTypeSymbol? symbol) => symbol is not null && (symbol.IsGenericType || IsGeneric(symbol.ContainingType));

    private static bool IsAccessible(INamedTypeSymbol? symbol) => symbol is null
        || (symbol.DeclaredAccessibility is Accessibility.Public or Accessibility.Internal or Accessibility.ProtectedOrInternal
            && !symbol.IsFileLocal
            && IsAccessible(symbol.ContainingType));
}
