using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Orleans.CodeGenerator;

/// <summary>Writes a proxy for every grain interface of a project, and a manifest of its grains.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class GrainGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var interfaces = context.SyntaxProvider
            .CreateSyntaxProvider(
                static (node, _) => node is InterfaceDeclarationSyntax { BaseList: not null },
                static (found, token) => GrainModel.OfInterface(found.SemanticModel.GetDeclaredSymbol(found.Node, token) as INamedTypeSymbol))
            .Where(static model => model is not null)
            .Select(static (model, _) => model!);
        var classes = context.SyntaxProvider
            .CreateSyntaxProvider(
                static (node, _) => node is ClassDeclarationSyntax { BaseList: not null },
                static (found, token) => GrainModel.OfClass(found.SemanticModel.GetDeclaredSymbol(found.Node, token) as INamedTypeSymbol))
            .Where(static model => model is not null)
            .Select(static (model, _) => model!);

        context.RegisterSourceOutput(interfaces, static (output, model) =>
        {
            foreach (var problem in model.Problems)
            {
                output.ReportDiagnostic(problem.ToDiagnostic());
            }
        });
        context.RegisterSourceOutput(classes, static (output, model) =>
        {
            foreach (var problem in model.Problems)
            {
                output.ReportDiagnostic(problem.ToDiagnostic());
            }
        });

        var all = interfaces.Collect().Combine(classes.Collect());
        var assembly = context.CompilationProvider.Select(static (compilation, _) => compilation.AssemblyName ?? "Assembly");
        context.RegisterSourceOutput(all.Combine(assembly), static (output, found) => Write(output, found.Left.Left, found.Left.Right, found.Right));
    }

    private static void Write(
        SourceProductionContext output, ImmutableArray<InterfaceModel> interfaces, ImmutableArray<ClassModel> classes, string assembly)
    {
        // Parts of a partial type are found once each.
        var proxies = Distinct(interfaces.Where(static each => each.Problems.Count == 0), static each => each.FullName);
        var grains = Distinct(classes.Where(static each => each.Problems.Count == 0), static each => each.FullName);
        if (proxies.Count == 0 && grains.Count == 0)
        {
            return;
        }

        foreach (var proxy in proxies)
        {
            output.AddSource(proxy.ProxyName + ".g.cs", ProxyWriter.Proxy(proxy));
        }

        output.AddSource("GrainManifest.g.cs", ProxyWriter.Manifest(assembly, proxies, grains));
    }

    private static List<T> Distinct<T>(IEnumerable<T> models, System.Func<T, string> name) =>
        models.GroupBy(name).Select(static same => same.First()).OrderBy(name, System.StringComparer.Ordinal).ToList();
}
