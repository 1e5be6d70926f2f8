using System.Collections.Immutable;
using System.Reflection;

namespace Inventory.Grains.Tests;

/// <summary>
/// The stand-in passes messages between grains by reference, a cluster serialises them: so none may change once it is sent, and each says how it is written.
/// </summary>
public sealed class MessageTests
{
    private const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly Type[] s_plain =
    [
        typeof(string), typeof(decimal), typeof(DateTime), typeof(DateTimeOffset), typeof(TimeSpan), typeof(Guid), typeof(DayOfWeek), typeof(DateOnly),
        typeof(TimeOnly), typeof(void), typeof(Task), typeof(ValueTask), typeof(CancellationToken), typeof(Int128), typeof(UInt128),
    ];

    private static readonly Type[] s_around =
    [
        typeof(Task<>), typeof(ValueTask<>), typeof(Nullable<>), typeof(ImmutableArray<>), typeof(ImmutableList<>), typeof(ImmutableDictionary<,>),
    ];

    // Made for one call and never touched again by whoever made it: an immutable array would be built by one more copy.
    private static readonly Type[] s_handedOver =
    [
        typeof(Domain.Stocks.StockCommand[]), typeof(Domain.Stocks.StockAnswer[]), typeof(BoardRow[]), typeof(NearRow[]),
        typeof(PolicySummaryView[]),
    ];

    private readonly SortedSet<string> _problems = new(StringComparer.Ordinal);
    private readonly HashSet<Type> _seen = [];

    [Fact]
    public void What_grains_send_each_other_cannot_change_and_says_how_it_is_written()
    {
        var grains = typeof(IStockGrain).Assembly.GetTypes().Where(type => type.IsInterface && typeof(IAddressable).IsAssignableFrom(type)).ToList();
        foreach (var method in grains.SelectMany(grain => grain.GetMethods()))
        {
            foreach (var type in method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType))
            {
                Check(type, $"{method.DeclaringType!.Name}.{method.Name}");
            }
        }

        Assert.True(grains.Count >= 8 && _seen.Count >= 30, $"{grains.Count} grains and {_seen.Count} messages were looked at");
        Assert.True(_problems.Count == 0, string.Join('\n', _problems));
    }

    private void Check(Type type, string where)
    {
        if (type.IsPrimitive || s_plain.Contains(type) || typeof(IAddressable).IsAssignableFrom(type))
        {
            return;
        }

        if (s_handedOver.Contains(type))
        {
            Check(type.GetElementType()!, where);
        }
        else if (type.IsArray)
        {
            _problems.Add($"{where}: {type.Name} may change while it travels; use ImmutableArray");
        }
        else if (type.IsGenericType && s_around.Contains(type.GetGenericTypeDefinition()))
        {
            type.GetGenericArguments().ToList().ForEach(inner => Check(inner, where));
        }
        else if (type.Assembly != typeof(IStockGrain).Assembly && type.Assembly != typeof(Domain.Sku).Assembly)
        {
            _problems.Add($"{where}: {type} may change while it travels");
        }
        else if (_seen.Add(type))
        {
            CheckOwn(type, where);
        }
    }

    private void CheckOwn(Type type, string where)
    {
        Demand(type.GetCustomAttribute<GenerateSerializerAttribute>() is not null, $"{where}: {type.Name} lacks [GenerateSerializer]");
        if (type.IsEnum)
        {
            return;
        }

        Demand(type.GetCustomAttribute<ImmutableAttribute>() is not null, $"{where}: {type.Name} lacks [Immutable]");
        var isCopied = type.IsValueType; // so whoever gets it may change his own
        foreach (var field in type.GetFields(Own))
        {
            Demand(isCopied || field.IsInitOnly || field.Name.StartsWith('<'), $"{where}: {type.Name}.{field.Name} can be set");
            if (field.GetCustomAttribute<IdAttribute>() is not null)
            {
                Check(field.FieldType, $"{where} in {type.Name}.{field.Name}");
            }
        }

        foreach (var property in type.GetProperties(Own).Where(property => property.GetCustomAttribute<IdAttribute>() is not null))
        {
            var isInit = property.SetMethod?.ReturnParameter.GetRequiredCustomModifiers().Any(each => each.Name == "IsExternalInit") ?? true;
            Demand(isCopied || isInit, $"{where}: {type.Name}.{property.Name} can be set");
            Check(property.PropertyType, $"{where} in {type.Name}.{property.Name}");
        }
    }

    private void Demand(bool isSo, string problem)
    {
        if (!isSo)
        {
            _problems.Add(problem);
        }
    }
}
