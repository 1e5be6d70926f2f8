using Inventory.Journal.Files;
using Inventory.Journal.Testing;

namespace Inventory.Journal.Tests;

public sealed class MemoryJournalTests : JournalContract
{
    protected override bool Survives => false;

    protected override Task<IJournal> OpenAsync() => Task.FromResult<IJournal>(new MemoryJournal());
}

public sealed class FileJournalTests : JournalContract
{
    private readonly string _directory = TemporaryDirectory.Make();

    protected override Task<IJournal> OpenAsync() => Task.FromResult<IJournal>(FileJournal.Open(new FileJournalOptions { Directory = _directory }));

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}

/// <summary>Segments so small that every test crosses their borders.</summary>
public sealed class SmallSegmentJournalTests : JournalContract
{
    private readonly SimulatedDisk _disk = new(1);

    protected override Task<IJournal> OpenAsync() => Task.FromResult<IJournal>(
        FileJournal.Open(new FileJournalOptions { SegmentBytes = FileJournalOptions.SegmentBytesMin }, _disk.Mount(), JournalPump.OwnThread()));
}

/// <summary>Batches that wait for company.</summary>
public sealed class WaitingJournalTests : JournalContract
{
    private readonly SimulatedDisk _disk = new(1);

    protected override Task<IJournal> OpenAsync() => Task.FromResult<IJournal>(
        FileJournal.Open(new FileJournalOptions { CommitWaitUs = 1500, CommitBytes = 100 }, _disk.Mount(), JournalPump.OwnThread()));
}

/// <summary>The writer's turns are tasks among others.</summary>
public sealed class ScheduledJournalTests : JournalContract
{
    private readonly SimulatedDisk _disk = new(1);

    protected override Task<IJournal> OpenAsync() => Task.FromResult<IJournal>(
        FileJournal.Open(new FileJournalOptions { SegmentBytes = 64 * 1024 }, _disk.Mount(), JournalPump.On(TaskScheduler.Default)));
}

internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Make();

    public static string Make() => Directory.CreateTempSubdirectory("inventory-journal-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
