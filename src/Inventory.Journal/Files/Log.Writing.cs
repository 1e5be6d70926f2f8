using System.Diagnostics;

namespace Inventory.Journal.Files;

/// <summary>The writer's side: when a batch goes to the disk, and who is told.</summary>
internal sealed partial class Log
{
    private const int IdleMs = 100;
    private static readonly TimeSpan s_gatherMax = TimeSpan.FromMilliseconds(1);
    private bool _released;
    private bool _isAsleep;

    /// <summary>Whoever gathered records for the oldest batch is done; it need not wait for more.</summary>
    public void Release_UnderLock()
    {
        if (_batches.Count > 0)
        {
            _released = true;
            Monitor.Pulse(Gate);
        }
    }

    /// <summary>Writes batches, each when the policy says so, until the log is closed or has failed.</summary>
    public void Run()
    {
        while (true)
        {
            lock (Gate)
            {
                for (var waitMs = WaitMs_UnderLock(); waitMs != 0; waitMs = WaitMs_UnderLock())
                {
                    _isAsleep = !Monitor.Wait(Gate, waitMs) && _batches.Count == 0;
                }

                if (Failure is not null || _batches.Count == 0)
                {
                    return;
                }
            }

            WriteOne();
        }
    }

    /// <summary>Writes and syncs the oldest batch. False if there was none or it was lost.</summary>
    public bool WriteOne()
    {
        Batch batch;
        lock (Gate)
        {
            if (!HasWaiting_UnderLock)
            {
                return false;
            }

            batch = _batches.Begin();
            _released = false;
        }

        try
        {
            WriteAndSync(batch);
        }
        catch (Exception e)
        {
            Fail($"The journal has stopped: {e.Message}", e, batch);
            return false;
        }

        List<TaskCompletionSource> told;
        lock (Gate)
        {
            DurableEnd = batch.End;
            Volatile.Write(ref _durable, batch.LastSequence);
            PendingBytes -= batch.Length;
            told = batch.TakeDurable_UnderLock();
            if (_advanced is { } advanced)
            {
                told.Add(advanced);
            }

            _advanced = null;
            _batches.End(reuse: true);
        }

        foreach (var each in told)
        {
            pump.Post(new Told(each, null));
        }

        PrepareSegment();
        return true;
    }

    // 0: write now, or end.
    private int WaitMs_UnderLock()
    {
        if (Failure is not null || _closing || _batches.Count > 1)
        {
            return 0;
        }

        if (_batches.Peek() is not { } batch)
        {
            return pump.Gathers && !_isAsleep ? IdleMs : Timeout.Infinite; // should whoever gathers be held up and wake nobody
        }

        if (!_policy.Waits)
        {
            return _released || !pump.Gathers ? 0 : GatherMs_UnderLock(batch);
        }

        var waitUs = _policy.WaitUs(new Pending(batch.Length, (long)Stopwatch.GetElapsedTime(batch.BeganAt).TotalMicroseconds));
        return (int)((waitUs + 999) / 1000);
    }

    // Called for the first record of a batch. Who sleeps without a limit looks at no clock until he is woken; who does not, will.
    private void WakeSleeper_UnderLock()
    {
        if (_isAsleep)
        {
            _isAsleep = false;
            Monitor.Pulse(Gate);
        }
    }

    // Whoever gathers may be held up; nobody waits for him longer than this.
    private static int GatherMs_UnderLock(Batch batch) => Stopwatch.GetElapsedTime(batch.BeganAt) < s_gatherMax ? 1 : 0;

    private void PrepareSegment()
    {
        long number;
        lock (Gate)
        {
            if (_current is null || _current.End < _room / 2 || _closing || Failure is not null)
            {
                return;
            }

            number = _current.Number + 1;
        }

        if (_supply.Prepare(number))
        {
            new Thread(_supply.Fill) { Name = "journal filler", IsBackground = true }.Start();
        }
    }

    private void WriteAndSync(Batch batch)
    {
        var made = false;
        Segment? last = null;
        foreach (var chunk in batch.Chunks)
        {
            if (last is not null && last != chunk.Segment)
            {
                last.File.Sync();
            }

            chunk.Segment.File.Write(chunk.Offset, batch.BytesOf(chunk));
            made |= chunk.Offset == 0;
            last = chunk.Segment;
        }

        last?.File.Sync();
        if (made)
        {
            files.SyncNames();
        }

        watermark.Note(batch.LastSequence);
    }

    /// <summary>Tells some of those who wait.</summary>
    private sealed class Told(TaskCompletionSource waiters, JournalFailedException? error) : IThreadPoolWorkItem
    {
        public void Execute()
        {
            if (error is null)
            {
                waiters.TrySetResult();
                return;
            }

            waiters.TrySetException(error);
            _ = waiters.Task.Exception; // nobody may be waiting for this one any more
        }
    }
}
