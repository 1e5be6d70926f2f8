using System.Globalization;
using System.Reflection;
using BenchmarkDotNet.Attributes;

namespace Inventory.Benchmarks.Tests;

/// <summary>One benchmark class with one value of its parameter, if it has one; prepared once for all of its methods.</summary>
internal sealed class BenchmarkCase
{
    private readonly Type _type;
    private readonly PropertyInfo? _parameter;
    private readonly object? _value;

    private BenchmarkCase(Type type, PropertyInfo? parameter, object? value) => (_type, _parameter, _value) = (type, parameter, value);

    /// <summary>Every benchmark of the project.</summary>
    public static IEnumerable<BenchmarkCase> All() =>
        from type in typeof(World).Assembly.GetTypes()
        where MethodsOf(type).Any()
        orderby type.Name
        let parameter = type.GetProperties().SingleOrDefault(each => each.IsDefined(typeof(ParamsAttribute)))
        from value in parameter?.GetCustomAttribute<ParamsAttribute>()!.Values ?? [null]
        select new BenchmarkCase(type, parameter, value);

    public override string ToString() => _value is null ? _type.Name : string.Create(CultureInfo.InvariantCulture, $"{_type.Name}({_value})");

    /// <summary>Names of its benchmarks, as the file of expected figures has them.</summary>
    public IEnumerable<string> Names => MethodsOf(_type).Select(NameOf);

    /// <summary>Prepares it, runs each of its benchmarks and tells the bytes of one operation.</summary>
    public async Task<List<(string Name, Allocation Allocation)>> MeasureAsync(IReadOnlyDictionary<string, int> expected)
    {
        var instance = Activator.CreateInstance(_type)!;
        _parameter?.SetValue(instance, _value);
        await RunMarked<GlobalSetupAttribute>(instance);
        try
        {
            var measured = new List<(string, Allocation)>();
            foreach (var method in MethodsOf(_type))
            {
                var operations = method.GetCustomAttribute<BenchmarkAttribute>()!.OperationsPerInvoke;
                measured.Add((NameOf(method), await Allocation.OfAsync(Loop.Of(instance, method), operations, expected.GetValueOrDefault(NameOf(method)))));
            }

            return measured;
        }
        finally
        {
            await RunMarked<GlobalCleanupAttribute>(instance);
        }
    }

    private static IEnumerable<MethodInfo> MethodsOf(Type type) => type.GetMethods().Where(each => each.IsDefined(typeof(BenchmarkAttribute)));

    private string NameOf(MethodInfo method) =>
        _value is null ? $"{_type.Name}.{method.Name}" : string.Create(CultureInfo.InvariantCulture, $"{_type.Name}.{method.Name}({_value})");

    private async Task RunMarked<TAttribute>(object instance)
        where TAttribute : Attribute
    {
        var method = _type.GetMethods().SingleOrDefault(each => each.IsDefined(typeof(TAttribute)));
        if (method?.Invoke(instance, null) is Task running)
        {
            await running;
        }
    }
}
