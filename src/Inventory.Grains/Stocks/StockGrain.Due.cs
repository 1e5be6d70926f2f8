namespace Inventory.Grains;

/// <content>What falls due without a call.</content>
internal sealed partial class StockGrain
{
    // Before the first event the registration that is under way, after it the alarm, if anything falls due: there is never both, and mostly neither.
    private object? _registrationOrAlarm;

    private Task? Registration
    {
        get => _registrationOrAlarm as Task;
        set => _registrationOrAlarm = value is null && _registrationOrAlarm is Alarm alarm ? alarm : value;
    }

    private long AlarmMs => _registrationOrAlarm is Alarm alarm ? alarm.DueMs : long.MaxValue;

    private void ScheduleDue()
    {
        StockLots.Heed(silo, _key, _stock);
        var dueMs = _stock.NextEdgeMs;
        if (dueMs < AlarmMs)
        {
            Schedule(dueMs);
        }
    }

    private void Schedule(long dueMs)
    {
        var wait = TimeSpan.FromMilliseconds(Math.Clamp(dueMs - NowMs, 1, Domain.Limits.TtlMsMax + 1));
        if (_registrationOrAlarm is Alarm alarm)
        {
            alarm.DueMs = dueMs;
            alarm.Timer.Change(wait, Timeout.InfiniteTimeSpan);
        }
        else
        {
            var timer = this.RegisterGrainTimer(
                OnDue, new GrainTimerCreationOptions { DueTime = wait, Period = Timeout.InfiniteTimeSpan, Interleave = true });
            _registrationOrAlarm = new Alarm(timer) { DueMs = dueMs };
        }

        // Stay until the board has been told.
        DelayDeactivation(wait + TimeSpan.FromMinutes(1));
    }

    private async Task OnDue(CancellationToken cancellation)
    {
        if (_lost || _registrationOrAlarm is not Alarm alarm)
        {
            return;
        }

        alarm.DueMs = long.MaxValue;
        StockLots.Advance(silo, _key, _stock, NowMs);
        try
        {
            await TrySettleLapsed();
        }
        catch (Exception) when (_lost)
        {
            return;
        }

        _boardIsBehind = true;
        TellBoard();
        if (AlarmMs == long.MaxValue && _stock.NextEdgeMs != long.MaxValue)
        {
            Schedule(Math.Max(_stock.NextEdgeMs, NowMs + 1));
        }
        else if (AlarmMs == long.MaxValue)
        {
            // Most stocks wait for nothing most of the time, and a timer is as large as a stock.
            alarm.Timer.Dispose();
            _registrationOrAlarm = null;
        }
    }

    private sealed class Alarm(IGrainTimer timer)
    {
        public IGrainTimer Timer => timer;

        /// <summary>When it rings, Unix milliseconds; <see cref="long.MaxValue"/> once it has.</summary>
        public long DueMs { get; set; }
    }
}
