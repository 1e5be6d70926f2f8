using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Inventory.Tidy.Tests;

/// <summary>What the compiler does not hold: sizes, references between layers, leftovers.</summary>
public sealed partial class TidyTests
{
    private const int FileLinesMax = 400;
    private const int MethodLinesMax = 70;
    private const int LineCharactersMax = 160;

    // Today's exceptions, with what they may at most have. The list may only shrink.
    private static readonly Dictionary<string, int> s_longFiles = new(StringComparer.Ordinal)
    {
        ["compat/Orleans/Orleans.Core/Engine/Activation.Turns.cs"] = 460,
    };

    [Fact]
    public void A_file_can_be_read_in_a_sitting() =>
        AssertNone(
            from path in Repository.CSharp()
            let lines = Repository.Lines(path).Length
            where lines > s_longFiles.GetValueOrDefault(path, FileLinesMax)
            select $"{path}: {lines} lines; at most {FileLinesMax}");

    [Fact]
    public void A_method_fits_a_screen() =>
        AssertNone(
            from path in Repository.CSharp()
            from method in CSharpSyntaxTree.ParseText(Repository.Text(path)).GetRoot().DescendantNodes().OfType<BaseMethodDeclarationSyntax>()
            let span = method.SyntaxTree.GetLineSpan(method.Span)
            let lines = span.EndLinePosition.Line - span.StartLinePosition.Line + 1
            where lines > MethodLinesMax
            select $"{path}:{span.StartLinePosition.Line + 1}: a method of {lines} lines; at most {MethodLinesMax}");

    [Fact]
    public void A_line_fits_the_width() =>
        AssertNone(
            from path in Repository.CSharp()
            from line in Repository.Lines(path).Select((text, index) => (text, number: index + 1))
            where line.text.Length > LineCharactersMax && !line.text.Contains("http", StringComparison.Ordinal)
            select $"{path}:{line.number}: {line.text.Length} characters; at most {LineCharactersMax}");

    [Fact]
    public void Nothing_unfinished_is_left() =>
        AssertNone(
            from path in Repository.CSharp().Concat(Repository.Files(".proto", "protos")).Concat(Repository.Files(".sh", "eng", "load-tests"))
            where !path.EndsWith("TidyTests.cs", StringComparison.Ordinal)
            from line in Repository.Lines(path).Select((text, index) => (text, number: index + 1))
            where Unfinished().IsMatch(line.text)
            select $"{path}:{line.number}: {line.text.Trim()}");

    [Fact]
    public void Tests_do_not_sleep_and_skip_only_with_a_reason() =>
        AssertNone(
            from path in Repository.Files(".cs", "tests")
            where !path.EndsWith("TidyTests.cs", StringComparison.Ordinal)
            from line in Repository.Lines(path).Select((text, index) => (text, number: index + 1))
            where line.text.Contains("Thread.Sleep", StringComparison.Ordinal) || EmptySkip().IsMatch(line.text)
            select $"{path}:{line.number}: {line.text.Trim()}");

    [Theory]
    [InlineData("src/Inventory.Domain", "System", "Orleans", "Inventory.Domain")]
    [InlineData("src/Inventory.Journal", "System", "Microsoft.Extensions", "Microsoft.Win32.SafeHandles", "Inventory.Journal")]
    public void A_layer_imports_only_what_it_may(string folder, params string[] allowed) =>
        AssertNone(
            from path in Repository.Files(".cs", folder)
            from import in CSharpSyntaxTree.ParseText(Repository.Text(path)).GetCompilationUnitRoot().Usings
            let name = import.Name?.ToString() ?? ""
            where !allowed.Any(each => name == each || name.StartsWith(each + ".", StringComparison.Ordinal))
            select $"{path}: using {name}; {folder} may use {string.Join(", ", allowed)}");

    [Fact]
    public void References_point_downwards()
    {
        string[] order =
        [
            "Inventory.Domain", "Inventory.Journal", "Inventory.Grains", "Inventory.Protos", "Inventory.Grpc", "Inventory.Silo", "Inventory.Cli",
        ];
        AssertNone(
            from path in Repository.Files(".csproj", "src")
            let own = Array.IndexOf(order, Path.GetFileNameWithoutExtension(path))
            from Match reference in ProjectReference().Matches(Repository.Text(path))
            let other = Array.IndexOf(order, Path.GetFileNameWithoutExtension(reference.Groups[1].Value.Replace('\\', '/')))
            where own < 0 || other < 0 || other >= own
            select $"{path}: refers to {reference.Groups[1].Value}");
    }

    [Fact]
    public void Only_the_engine_file_speaks_of_the_stand_ins() =>
        AssertNone(
            from path in Repository.Files(".csproj", "src", "tests", "benchmarks", "load-tests")
            where Repository.Text(path).Contains("compat/", StringComparison.Ordinal)
            select $"{path}: names compat/; set UsesOrleans or UsesGrpc… instead");

    [Fact]
    public void Ids_of_log_events_are_unique_within_a_project() =>
        AssertNone(
            from path in Repository.Files(".cs", "src", "compat")
            from Match message in LogEvent().Matches(Repository.Text(path))
            group path by (Project: string.Join('/', path.Split('/').Take(3)), Id: message.Groups[1].Value) into uses
            where uses.Count() > 1
            select $"{uses.Key.Project}: event id {uses.Key.Id} is used {uses.Count()} times: {string.Join(", ", uses)}");

    [Fact]
    public void The_front_page_is_short() => Assert.InRange(Repository.Lines("README.md").Length, 1, 119);

    [Fact]
    public void Links_between_documents_lead_somewhere() =>
        AssertNone(
            from path in Repository.Files(".md", ".").Select(path => path.Replace("./", "", StringComparison.Ordinal))
            from Match link in Link().Matches(Repository.Text(path))
            let target = link.Groups[1].Value.Split('#')[0]
            where target.Length > 0 && !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal)
            let full = Path.Combine(Repository.Root, Path.GetDirectoryName(path) ?? "", target)
            where !File.Exists(full) && !Directory.Exists(full)
            select $"{path}: leads to {target}, which is not there");

    private static void AssertNone(IEnumerable<string> problems)
    {
        var found = problems.ToList();
        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX|NotImplementedException)\b")]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"Skip\s*=\s*""\s*""")]
    private static partial Regex EmptySkip();

    [GeneratedRegex(@"<ProjectReference Include=""([^""$]*)""")]
    private static partial Regex ProjectReference();

    [GeneratedRegex(@"LoggerMessage\((?:EventId = )?(\d+)")]
    private static partial Regex LogEvent();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
