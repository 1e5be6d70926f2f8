namespace Inventory.Grains.Tests;

public sealed class NamedTableTests
{
    private const int Steps = 4_000;

    [Theory]
    [InlineData(1, 6)]
    [InlineData(2, 40)]
    [InlineData(3, 900)]
    public void Finds_what_a_dictionary_finds_whatever_was_added_taken_out_and_sorted(int seed, int names)
    {
        var random = new Random(seed);
        var table = new NamedTable<Thing>();
        var model = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var step = 0; step < Steps; step++)
        {
            var name = $"name-{random.Next(names)}";
            var place = table.PlaceOf(name);
            Assert.True(model.ContainsKey(name) == place >= 0, $"seed {seed}, step {step}: {name}");
            if (place < 0)
            {
                Assert.Equal(model.Count, table.Add(new Thing(name, step)));
                model.Add(name, step);
            }
            else if (random.Next(3) == 0)
            {
                table.RemoveAt(place);
                model.Remove(name);
            }
            else if (random.Next(50) == 0)
            {
                table.Sort();
                Assert.Equal(model.Keys.Order(StringComparer.Ordinal), table.All.ToArray().Select(thing => thing.Name));
            }
            else
            {
                Assert.True(model[name] == table[place].Value, $"seed {seed}, step {step}: {name}");
            }
        }

        var kept = table.All.ToArray().Select(thing => KeyValuePair.Create(thing.Name, thing.Value));
        Assert.Equal(model.OrderBy(pair => pair.Key), kept.OrderBy(pair => pair.Key));
    }

    private readonly record struct Thing(string Name, int Value) : INamed;
}
