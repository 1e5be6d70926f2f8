using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;

namespace Inventory.Cli.Replay;

/// <summary>
/// Remembers the acknowledged result of every line, so that a replay can be stopped, or killed, and go on. The file is one line of
/// JSON that names the run, then one record of 20 bytes for each result, in the order of acknowledgement:
/// line i32, outcome u8, detail u8, extra u16, store i32, units i32, CRC-32C of these 16 bytes; little-endian.
/// A record with line -1 says that the world is loaded. A torn record at the end is cut off.
/// <para>
/// Records are written and synced in batches behind the play. What was acknowledged but not yet noted when a replay was killed is asked
/// again with the same request ids and gets the same answers. A refusal is not remembered by the service, which may decide it anew; so the
/// caller waits until a refusal is noted before it goes on with that SKU.
/// </para>
/// </summary>
internal sealed class ResumeFile : IAsyncDisposable
{
    private const int RecordBytes = 20;
    private const int Waiting = 4096;
    private const int BatchBytesMax = 1 << 16;
    private static readonly LineResult s_worldLoaded = new(-1, 0, 0, 0, 0);

    private readonly FileStream _file;
    private readonly Channel<Entry> _entries = Channel.CreateBounded<Entry>(new BoundedChannelOptions(Waiting) { SingleReader = true });
    private readonly Task _writing;

    private ResumeFile(FileStream file, List<LineResult> results, bool worldLoaded, bool isNew)
    {
        _file = file;
        Results = results;
        WorldLoaded = worldLoaded;
        IsNew = isNew;
        _writing = Task.Run(WriteAsync);
    }

    private readonly record struct Entry(LineResult[] Results, TaskCompletionSource? Durable);

    private sealed record Header(int Format, string Run);

    /// <summary>The results that the file held when it was opened.</summary>
    public List<LineResult> Results { get; }

    /// <summary>True if network and opening stock were in place when the last run stopped.</summary>
    public bool WorldLoaded { get; }

    /// <summary>True if there was no such file before.</summary>
    public bool IsNew { get; }

    /// <summary>Opens the file of a run, or makes it.</summary>
    /// <exception cref="BadInputException">The file is of another run, or no such file at all.</exception>
    public static ResumeFile Open(string path, string run, int lines, int stores)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"--resume '{path}' cannot be opened: {e.Message}");
        }

        try
        {
            return file.Length == 0 ? Begin(file, run) : Continue(file, path, run, lines, stores);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Notes results, together or not at all. Completes when they are on disk if asked so, else when they are queued.</summary>
    public async ValueTask NoteAsync(LineResult[] results, bool untilDurable)
    {
        var durable = untilDurable ? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) : null;
        try
        {
            await _entries.Writer.WriteAsync(new Entry(results, durable));
        }
        catch (ChannelClosedException e) when (e.InnerException is not null)
        {
            throw new IOException($"The state file cannot be written: {e.InnerException.Message}", e.InnerException);
        }

        if (durable is not null)
        {
            await durable.Task;
        }
    }

    /// <summary>Notes that the world is in place; completes when that is on disk.</summary>
    public ValueTask NoteWorldLoadedAsync() => NoteAsync([s_worldLoaded], untilDurable: true);

    /// <summary>Writes out what is queued and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        _entries.Writer.TryComplete();
        await _writing;
        await _file.DisposeAsync();
    }

    private static ResumeFile Begin(FileStream file, string run)
    {
        file.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new Header(1, run)) + "\n"));
        file.Flush(flushToDisk: true);
        return new ResumeFile(file, [], worldLoaded: false, isNew: true);
    }

    private static ResumeFile Continue(FileStream file, string path, string run, int lines, int stores)
    {
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        var start = Array.IndexOf(bytes, (byte)'\n') + 1;
        if (start == 0 || ParseHeader(bytes.AsSpan(0, start)) is not { Format: 1 } header)
        {
            throw new BadInputException($"--resume '{path}' is no state file of a replay; name another file.");
        }

        if (header.Run != run)
        {
            throw new BadInputException(
                $"--resume '{path}' belongs to a replay of other data or with other settings; repeat those settings or name another file.");
        }

        var results = new List<LineResult>((bytes.Length - start) / RecordBytes);
        var (worldLoaded, at) = (false, start);
        while (at + RecordBytes <= bytes.Length && TryDecode(bytes.AsSpan(at, RecordBytes), lines, stores, out var result))
        {
            if (result.Line < 0)
            {
                worldLoaded = true;
            }
            else
            {
                results.Add(result);
            }

            at += RecordBytes;
        }

        file.SetLength(at);
        file.Position = at;
        return new ResumeFile(file, results, worldLoaded, isNew: false);
    }

    private static Header? ParseHeader(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize<Header>(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task WriteAsync()
    {
        var batch = new byte[BatchBytesMax];
        var waiters = new List<TaskCompletionSource>();
        try
        {
            while (await _entries.Reader.WaitToReadAsync())
            {
                var length = 0;
                while (length <= BatchBytesMax && _entries.Reader.TryRead(out var entry))
                {
                    if (batch.Length < length + (entry.Results.Length * RecordBytes))
                    {
                        Array.Resize(ref batch, length + (entry.Results.Length * RecordBytes));
                    }

                    foreach (var result in entry.Results)
                    {
                        Encode(result, batch.AsSpan(length));
                        length += RecordBytes;
                    }

                    if (entry.Durable is { } waiter)
                    {
                        waiters.Add(waiter);
                    }
                }

                _file.Write(batch, 0, length);
                _file.Flush(flushToDisk: true);
                waiters.ForEach(waiter => waiter.TrySetResult());
                waiters.Clear();
            }
        }
        catch (IOException e)
        {
            _entries.Writer.TryComplete(e);
            while (_entries.Reader.TryRead(out var entry))
            {
                entry.Durable?.TrySetException(e);
            }

            waiters.ForEach(waiter => waiter.TrySetException(e));
        }
    }

    private static void Encode(in LineResult result, Span<byte> record)
    {
        BinaryPrimitives.WriteInt32LittleEndian(record, result.Line);
        record[4] = (byte)result.Outcome;
        record[5] = result.Detail;
        BinaryPrimitives.WriteUInt16LittleEndian(record[6..], result.Extra);
        BinaryPrimitives.WriteInt32LittleEndian(record[8..], result.Store);
        BinaryPrimitives.WriteInt32LittleEndian(record[12..], result.Units);
        BinaryPrimitives.WriteUInt32LittleEndian(record[16..], Crc(record));
    }

    private static bool TryDecode(ReadOnlySpan<byte> record, int lines, int stores, out LineResult result)
    {
        result = new LineResult(
            BinaryPrimitives.ReadInt32LittleEndian(record),
            (LineOutcome)record[4],
            record[5],
            BinaryPrimitives.ReadInt32LittleEndian(record[8..]),
            BinaryPrimitives.ReadInt32LittleEndian(record[12..]),
            BinaryPrimitives.ReadUInt16LittleEndian(record[6..]));
        return BinaryPrimitives.ReadUInt32LittleEndian(record[16..]) == Crc(record)
            && result.Line >= -1 && result.Line < lines && result.Store >= -1 && result.Store < stores && result.Units >= 0;
    }

    private static uint Crc(ReadOnlySpan<byte> record) => ~BitOperations.Crc32C(
        BitOperations.Crc32C(uint.MaxValue, BinaryPrimitives.ReadUInt64LittleEndian(record)),
        BinaryPrimitives.ReadUInt64LittleEndian(record[8..]));
}
