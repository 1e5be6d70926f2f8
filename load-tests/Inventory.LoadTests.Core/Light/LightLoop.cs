using System.Net;
using System.Net.Sockets;
using Inventory.LoadTests.Measuring;

namespace Inventory.LoadTests.Light;

/// <summary>How a light client calls.</summary>
/// <param name="Connections">Connections, above 0.</param>
/// <param name="Streams">Calls under way on each of them, above 0; of a schedule, at most.</param>
/// <param name="Duration">Length of the window.</param>
/// <param name="WarmUp">Time before it, whose calls are not measured.</param>
/// <param name="PerSecond">Calls that begin per second by a schedule, or 0: each call begins when one on its connection has ended.</param>
/// <param name="ProcessorTime">Reads what the server has used; null if that is not to be known.</param>
public sealed record LightSettings(
    int Connections, int Streams, TimeSpan Duration, TimeSpan WarmUp, double PerSecond = 0, Func<TimeSpan?>? ProcessorTime = null);

/// <summary>
/// A client that costs next to nothing: one thread, sockets without a framework, no object for a call. So what is measured is the server, as with nghttp2's
/// h2load, but each call may be another, and the same loop can speak to servers of other protocols. Linux only.
/// </summary>
/// <remarks>
/// By a schedule a call counts from the time that the schedule wants, and goes out within 100 us of it; calls for which no connection is free wait here, and
/// that counts too.
/// </remarks>
public sealed class LightLoop
{
    private const int ReadBytes = 128 * 1024;
    private const long QuantumMicros = 100;
    private const long PauseMicros = 100_000;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);
    private readonly LightSettings _settings;
    private readonly LoadClock _clock = LoadClock.Machine;
    private readonly Link[] _links;
    private readonly Polling _polling;
    private Tally _tally = new(0, 0);
    private long _startMicros;
    private long _endMicros;
    private long _next;
    private int _under;
    private int _turn;

    private LightLoop(LightSettings settings, Link[] links)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("The light client waits with ppoll, which it knows of Linux alone.");
        }

        (_settings, _links) = (settings, links);
        _polling = new Polling([.. links.Select(link => link.Socket)]);
    }

    /// <summary>Connects, calls for a time, waits for the last answers and disconnects.</summary>
    /// <param name="server">Where to.</param>
    /// <param name="settings">How.</param>
    /// <param name="protocol">Makes what each connection speaks.</param>
    /// <param name="ct">Ends the run early.</param>
    /// <exception cref="IOException">The connection broke, or the server said what is not understood.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux.</exception>
    public static Task<RunResult> RunAsync(IPEndPoint server, LightSettings settings, Func<LightProtocol> protocol, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(settings.Connections);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(settings.Streams);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(settings.Duration, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.WarmUp, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegative(settings.PerSecond);
        return Task.Factory.StartNew(() => Run(server, settings, protocol, ct), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private static RunResult Run(IPEndPoint server, LightSettings settings, Func<LightProtocol> protocol, CancellationToken ct)
    {
        var links = new List<Link>();
        try
        {
            for (var i = 0; i < settings.Connections; i++)
            {
                links.Add(new Link(server, protocol(), settings.Streams));
            }

            return new LightLoop(settings, [.. links]).Go(ct);
        }
        catch (Exception e) when (e is SocketException or FormatException)
        {
            throw new IOException($"{server}: {e.Message}", e);
        }
        finally
        {
            links.ForEach(link => link.Socket.Dispose());
        }
    }

    private RunResult Go(CancellationToken ct)
    {
        foreach (var link in _links)
        {
            link.Protocol.Greet(link.Output);
        }

        var patience = _clock.NowMicros + (long)s_patience.TotalMicroseconds;
        while (!_links.All(link => link.Protocol.IsOpen))
        {
            ThrowIfLate(patience);
            Step(isEnded: true, PauseMicros);
        }

        _startMicros = _clock.NowMicros;
        var window = _startMicros + (long)_settings.WarmUp.TotalMicroseconds;
        _endMicros = window + (long)_settings.Duration.TotalMicroseconds;
        _tally = new Tally(window, _endMicros);
        TimeSpan? used = null;
        while (_clock.NowMicros is var now && now < _endMicros && !ct.IsCancellationRequested)
        {
            used ??= now >= window ? _settings.ProcessorTime?.Invoke() : null;
            Step(isEnded: false, _settings.PerSecond > 0 ? QuantumMicros : PauseMicros);
        }

        used = _settings.ProcessorTime?.Invoke() - used;
        var end = _clock.NowMicros;
        patience = end + (long)s_patience.TotalMicroseconds;
        while (_under > 0 && _clock.NowMicros < patience)
        {
            Step(isEnded: true, PauseMicros);
        }

        var notSent = _settings.PerSecond > 0 ? Math.Max(0, Due(Math.Min(end, _endMicros)) - _next) : 0;
        return _tally.Close(end, _settings.PerSecond, notSent, _under, used);
    }

    private void Step(bool isEnded, long waitMicros)
    {
        if (!isEnded)
        {
            Ask();
        }

        for (var i = 0; i < _links.Length; i++)
        {
            _polling.Wants(i, room: !_links[i].TryFlush());
        }

        _polling.Wait(waitMicros);
        for (var i = 0; i < _links.Length; i++)
        {
            if (_polling.Happened(i))
            {
                Read(_links[i]);
            }
        }
    }

    private void Ask()
    {
        if (_settings.PerSecond > 0)
        {
            AskByTheClock();
            return;
        }

        var now = _clock.NowMicros;
        foreach (var link in _links)
        {
            while (link.Free.Count > 0)
            {
                Ask(link, now);
            }
        }
    }

    private void AskByTheClock()
    {
        for (var due = Due(_clock.NowMicros); _next < due;)
        {
            var tried = 0;
            while (tried < _links.Length && _links[_turn].Free.Count == 0)
            {
                (_turn, tried) = ((_turn + 1) % _links.Length, tried + 1);
            }

            if (tried == _links.Length)
            {
                return;
            }

            Ask(_links[_turn], _startMicros + (long)(_next * 1e6 / _settings.PerSecond));
            _turn = (_turn + 1) % _links.Length;
        }
    }

    // How many calls the schedule wants to have begun by then.
    private long Due(long micros) => (long)((micros - _startMicros) * _settings.PerSecond / 1e6) + 1;

    private void Ask(Link link, long from)
    {
        var slot = link.Free.Pop();
        link.From[slot] = from;
        link.Protocol.Ask(link.Output, slot, _next++);
        _under++;
    }

    private void Read(Link link)
    {
        while (true)
        {
            var room = link.Input.Room(ReadBytes);
            var got = link.Socket.Receive(room, SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
            {
                return;
            }

            if (error != SocketError.Success || got == 0)
            {
                throw new FormatException($"the connection was ended ({error})");
            }

            link.Input.Added(got);
            link.NowMicros = _clock.NowMicros;
            link.Input.Taken(link.Protocol.Take(link.Input.Content, link.Output, link.Answer ??= (slot, outcome) => End(link, slot, outcome)));
            if (got < room.Length)
            {
                return;
            }
        }
    }

    private void End(Link link, int slot, Outcome outcome)
    {
        _tally.Record(link.From[slot], link.NowMicros, outcome);
        link.Free.Push(slot);
        _under--;
    }

    private void ThrowIfLate(long patience)
    {
        if (_clock.NowMicros > patience)
        {
            throw new FormatException("no greeting came back");
        }
    }

    private sealed class Link
    {
        public Link(IPEndPoint server, LightProtocol protocol, int streams)
        {
            Protocol = protocol;
            From = new long[streams];
            Free = new Stack<int>(Enumerable.Range(0, streams));
            Socket.Connect(server);
            Socket.Blocking = false;
        }

        public Socket Socket { get; } = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

        public LightProtocol Protocol { get; }

        public LightBuffer Input { get; } = new();

        public LightBuffer Output { get; } = new();

        public long[] From { get; }

        public Stack<int> Free { get; }

        public LightAnswer? Answer { get; set; }

        public long NowMicros { get; set; }

        /// <summary>Sends what waits; false if not all of it found room.</summary>
        public bool TryFlush()
        {
            while (!Output.IsEmpty)
            {
                var sent = Socket.Send(Output.Content, SocketFlags.None, out var error);
                if (error == SocketError.WouldBlock)
                {
                    return false;
                }

                if (error != SocketError.Success)
                {
                    throw new FormatException($"the connection was ended ({error})");
                }

                Output.Taken(sent);
            }

            return true;
        }
    }
}
