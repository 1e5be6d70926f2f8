using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Orleans.CodeGenerator;

namespace Compat.Orleans.Tests.StandIn;

/// <summary>What a proxy cannot do is an error at its source line, never broken generated code.</summary>
public sealed class GeneratorTests
{
    [Theory]
    [InlineData("GRAIN001", "public interface IBad : IGrainWithStringKey { int Count(); }")]
    [InlineData("GRAIN001", "public interface IBad : IGrainWithStringKey { void Tell(); }")]
    [InlineData("GRAIN001", "public interface IBad : IGrainWithStringKey { IAsyncEnumerable<int> All(); }")]
    [InlineData("GRAIN002", "public interface IBad : IGrainWithStringKey { Task<T> Get<T>(); }")]
    [InlineData("GRAIN003", "public interface IBad<T> : IGrainWithStringKey { Task<T> Get(); }")]
    [InlineData("GRAIN004", "public interface IBad : IGrainWithStringKey { Task Get(in int number); }")]
    [InlineData("GRAIN004", "public interface IBad : IGrainWithStringKey { Task Get(ReadOnlySpan<byte> bytes); }")]
    [InlineData("GRAIN005", "public interface IBad : IGrainWithStringKey { int Count { get; } }")]
    [InlineData("GRAIN005", "public interface IBad : IGrainWithStringKey { event Action Done; }")]
    [InlineData("GRAIN006", "public static class Outer { private interface IBad : IGrainWithStringKey { Task Get(); } }")]
    [InlineData("GRAIN006", "public interface IGood : IGrainWithStringKey { } public static class Outer { private sealed class Bad : Grain, IGood { } }")]
    [InlineData("GRAIN007", "public interface IBad : IGrainWithStringKey { Task Get(CancellationToken a, CancellationToken b); }")]
    [InlineData("GRAIN008", "public interface IGood : IGrainWithStringKey { } public sealed class Bad<T> : Grain, IGood { }")]
    public void What_cannot_be_called_is_a_diagnostic(string expected, string source)
    {
        var (problems, errors) = Generate(source);

        Assert.Equal([expected], problems);
        Assert.Equal("", errors);
    }

    [Fact]
    public void What_can_be_called_compiles()
    {
        var (problems, errors) = Generate("""
            namespace Some.Where
            {
                public static class Outer
                {
                    public interface IBase : IGrainWithStringKey { Task<string?> Inherited(string? @class, int[]? numbers = null); }
                    internal interface IGood : IBase
                    {
                        Task One(); ValueTask Two(CancellationToken token); ValueTask<(int Left, string? Right)> Three(params string[] words);
                        [OneWay] Task Four(); [ReadOnly] Task<List<Dictionary<string, int?>>> Five(IGood other); Task Five(); Task Five(int number);
                        [AlwaysInterleave, ResponseTimeout("00:00:01")] ValueTask<int> @event();
                        static int NotCalled => 1;
                    }
                    internal interface IWatch : IGrainObserver { void Seen(string what); Task Also(); [OneWay] ValueTask<int> Odd(); }
                    internal abstract class HalfGrain : Grain { }
                    internal partial class GoodGrain : HalfGrain, IGood
                    {
                        public Task<string?> Inherited(string? @class, int[]? numbers) => Task.FromResult(@class);
                        public Task One() => Task.CompletedTask;
                        public ValueTask Two(CancellationToken token) => default;
                        public ValueTask<(int Left, string? Right)> Three(params string[] words) => default;
                        public Task Four() => Task.CompletedTask;
                    }
                    internal partial class GoodGrain : IGrainBase
                    {
                        public Task<List<Dictionary<string, int?>>> Five(IGood other) => Task.FromResult(new List<Dictionary<string, int?>>());
                        public Task Five() => Task.CompletedTask;
                        public Task Five(int number) => Task.CompletedTask;
                        public ValueTask<int> @event() => default;
                    }
                }
            }
            """);

        Assert.Empty(problems);
        Assert.Equal("", errors);
    }

    [Fact]
    public void A_project_without_grains_gets_no_code()
    {
        var driver = Drive("public interface INone { int Count(); } public sealed class None : INone { public int Count() => 0; }", out _);

        Assert.Empty(driver.GetRunResult().GeneratedTrees);
    }

    private static (string[] Problems, string Errors) Generate(string source)
    {
        var driver = Drive(source, out var output);
        return (
            [.. driver.GetRunResult().Diagnostics.Select(each => each.Id)],
            string.Join('\n', output.GetDiagnostics().Where(each => each.Severity == DiagnosticSeverity.Error)));
    }

    private static GeneratorDriver Drive(string source, out Compilation output)
    {
        const string Usings = """
            #nullable enable
            using System; using System.Collections.Generic; using System.Threading; using System.Threading.Tasks;
            using Orleans; using Orleans.Runtime; using Orleans.Concurrency;

            """;
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create(
            "Generated.From-Test",
            [CSharpSyntaxTree.ParseText(Usings + source)],
            references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        return CSharpGeneratorDriver.Create(new GrainGenerator()).RunGeneratorsAndUpdateCompilation(compilation, out output, out _);
    }
}
