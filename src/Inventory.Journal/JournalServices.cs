using System.ComponentModel.DataAnnotations;
using Inventory.Journal.Files;
using Microsoft.Extensions.DependencyInjection;

namespace Inventory.Journal;

/// <summary>Registers a journal.</summary>
public static class JournalServices
{
    /// <summary>The journal in a directory. Opened, locked and recovered when it is first asked for; disposing the provider flushes and closes it.</summary>
    /// <exception cref="ValidationException">An option is out of range.</exception>
    public static IServiceCollection AddFileJournal(this IServiceCollection services, Action<FileJournalOptions> configure)
    {
        var options = new FileJournalOptions();
        configure(options);
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        return services.AddSingleton<IJournal>(_ => FileJournal.Open(options));
    }

    /// <summary>The journal in memory: nothing survives the process.</summary>
    public static IServiceCollection AddMemoryJournal(this IServiceCollection services) => services.AddSingleton<IJournal, MemoryJournal>();
}
