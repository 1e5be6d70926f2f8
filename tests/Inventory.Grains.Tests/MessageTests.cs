using System.Collections.Immutable;
using System.Reflection;

namespace Inventory.Grains.Tests;

/// <summary>
/// The stand-in passes messages between grains by reference, a cluster serialises them: so none may change once it is sent, and each must say how it is written.
/// </summary>
public sealed class MessageTests
{
    private static readonly Type[] s_plain =
    [
        typeof(string), typeof(decimal), typeof(DateTime), typeof(DateTimeOffset), typeof(TimeSpan), typeof(Guid), typeof(DayOfWeek), typeof(DateOnly), typeof(TimeOnly),
        typeof(void), typeof(Task), typeof(ValueTask), typeof(CancellationToken), typeof(Int128), typeof(UInt128),
    ];

    private static readonly Type[] s_around =
    [
        typeof(Task<>), typeof(ValueTask<>), typeof(Nullable<>), typeof(ImmutableArray<>), typeof(ImmutableList<>), typeof(ImmutableDictionary<,>),
    ];

    // Made for one call and never touched again by whoever made it: an immutable array would be built by one more copy.
    private static readonly Type[] s_handedOver = [typeof(Domain.Stocks.StockCommand[]), typeof(Domain.Stocks.StockAnswer[]), typeof(BoardRow[]), typeof(NearRow[])];

    [Fact]
    public void What_grains_send_each_other_cannot_change_and_says_how_it_is_written()
    {
        var problems = new SortedSet<string>(StringComparer.Ordinal);
        var seen = new HashSet<Type>();
        var grains = typeof(IStockGrain).Assembly.GetTypes().Where(type => type.IsInterface && typeof(IAddressable).IsAssignableFrom(type)).ToList();
        foreach (var method in grains.SelectMany(grain => grain.GetMethods()))
        {
            foreach (var type in method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType))
            {
                Check(type, $"{method.DeclaringType!.Name}.{method.Name}");
            }
        }

        Assert.True(grains.Count >= 8 && seen.Count >= 30, $"{grains.Count} grains and {seen.Count} messages were looked at");
        Assert.True(problems.Count == 0, string.Join('\n', problems));

        void Check(Type type, string where)
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
                problems.Add($"{where}: {type.Name} may change while it travels; use ImmutableArray");
            }
            else if (type.IsGenericType && s_around.Contains(type.GetGenericTypeDefinition()))
            {
                type.GetGenericArguments().ToList().ForEach(inner => Check(inner, where));
            }
            else if (type.Assembly != typeof(IStockGrain).Assembly && type.Assembly != typeof(Domain.Sku).Assembly)
            {
                problems.Add($"{where}: {type} may change while it travels");
            }
            else if (seen.Add(type))
            {
                CheckOwn(type, where);
            }
        }

        void CheckOwn(Type type, string where)
        {
            if (type.GetCustomAttribute<GenerateSerializerAttribute>() is null)
            {
                problems.Add($"{where}: {type.Name} lacks [GenerateSerializer]");
            }

            if (type.IsEnum)
            {
                return;
            }

            var isCopied = type.IsValueType; // so whoever gets it may change his own

            if (type.GetCustomAttribute<ImmutableAttribute>() is null)
            {
                problems.Add($"{where}: {type.Name} lacks [Immutable]");
            }

            const BindingFlags own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
            foreach (var field in type.GetFields(own))
            {
                if (!isCopied && !field.IsInitOnly && !field.Name.StartsWith('<'))
                {
                    problems.Add($"{where}: {type.Name}.{field.Name} can be set");
                }
            }

            foreach (var property in type.GetProperties(own).Where(property => property.GetCustomAttribute<IdAttribute>() is not null))
            {
                if (!isCopied && property.SetMethod is { } set && !set.ReturnParameter.GetRequiredCustomModifiers().Any(each => each.Name == "IsExternalInit"))
                {
                    problems.Add($"{where}: {type.Name}.{property.Name} can be set");
                }

                Check(property.PropertyType, $"{where} in {type.Name}.{property.Name}");
            }

            foreach (var field in type.GetFields(own).Where(field => field.GetCustomAttribute<IdAttribute>() is not null))
            {
                Check(field.FieldType, $"{where} in {type.Name}.{field.Name}");
            }
        }
    }
}
