using Microsoft.Extensions.Configuration;

namespace Inventory.Silo.Tests;

public sealed class HostTests
{
    [Fact]
    public async Task No_file_is_watched_for_the_journal_is_below_the_working_directory()
    {
        await using var app = SiloHost.Build(new SiloOptions { Memory = true });
        var files = ((IConfigurationRoot)app.Configuration).Providers.OfType<FileConfigurationProvider>().ToList();
        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.False(file.Source.ReloadOnChange, $"{file.Source.Path} is watched"));
    }
}
