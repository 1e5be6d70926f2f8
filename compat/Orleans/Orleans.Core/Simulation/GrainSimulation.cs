using Microsoft.Extensions.DependencyInjection;
using Orleans.Engine;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Orleans.Simulation;

/// <summary>
/// A silo in a small world of its own: one thread, a clock that stands until it is moved, and every next turn drawn from a seed. The same seed
/// gives the same run, whatever the machine does. Upstream has nothing like it, so only tests use it.
/// </summary>
/// <remarks>
/// All that belongs to the world runs on its schedulers: grains on theirs, callers started with <see cref="Start(Func{Task})"/> and whatever
/// else the test simulates (a disk, a network) on <see cref="Scheduler"/>, with <see cref="Time"/> as its clock. Code that leaves them
/// (<c>Task.Run</c>, <c>ConfigureAwait(false)</c> on what is not complete) is outside of the world; where that is noticed, the run throws.
/// Methods are called by one thread at a time. Hosted services are not started.
/// </remarks>
public sealed class GrainSimulation
{
    private static readonly TimeSpan s_stopMax = TimeSpan.FromMinutes(5);
    private readonly SimulatedWorld _world;
    private readonly Action<ISiloBuilder> _configure;
    private Silo? _silo;
    private ServiceProvider? _services;

    /// <summary>Makes a world and starts a silo in it.</summary>
    /// <param name="seed">Decides the order of turns. Print it when a test fails.</param>
    /// <param name="configure">Adds the services of the silo; called again by each <see cref="Restart"/>.</param>
    public GrainSimulation(int seed, Action<ISiloBuilder>? configure = null)
    {
        Seed = seed;
        _world = new SimulatedWorld(seed);
        _configure = configure ?? (static _ => { });
        Restart();
    }

    /// <summary>What the world was made of.</summary>
    public int Seed { get; }

    /// <summary>Where callers and simulated devices run: tasks queued to it become steps of the world, in drawn order.</summary>
    public TaskScheduler Scheduler => _world.Scheduler;

    /// <summary>The clock of the world; also the silo's. Its timers fire within <see cref="Advance"/>.</summary>
    public TimeProvider Time => _world.Time;

    /// <summary>Steps taken so far.</summary>
    public long Steps => _world.Steps;

    /// <summary>A number over all steps in order: equal runs have equal fingerprints.</summary>
    public ulong Fingerprint => _world.Fingerprint;

    /// <summary>Called with the name of each step before it is taken; for looking at a failed run.</summary>
    public Action<string>? OnStep
    {
        get => _world.OnStep;
        set => _world.OnStep = value;
    }

    /// <summary>
    /// Asked of each call to a grain, by the id and "interface.method", whether it gets lost on its way: if so it never arrives, and its caller gets a
    /// <see cref="TimeoutException"/> after the time that is returned. Null loses nothing. Holds from the next <see cref="Restart"/> on.
    /// </summary>
    public Func<GrainId, string, TimeSpan?>? Loses { get; set; }

    /// <summary>
    /// Asked of each call to a grain that has a result, as it ends, by the id and "interface.method", how long its answer is on its way: in a cluster messages
    /// overtake each other. Null delays nothing. Holds from the next <see cref="Restart"/> on.
    /// </summary>
    public Func<GrainId, string, TimeSpan?>? Delays { get; set; }

    /// <summary>Gives references to the grains of the running silo. A restart makes another one.</summary>
    public IGrainFactory Grains => Running.Factory;

    /// <summary>The services of the running silo.</summary>
    public IServiceProvider Services => _services ?? throw Down();

    /// <summary>Whether a silo runs.</summary>
    public bool IsUp => _silo is not null;

    private Silo Running => _silo ?? throw Down();

    /// <summary>Starts a caller in the world. Its first step is drawn like any other.</summary>
    public Task Start(Func<Task> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return Task.Factory.StartNew(call, CancellationToken.None, TaskCreationOptions.DenyChildAttach, Scheduler).Unwrap();
    }

    /// <summary>Starts a caller in the world. Its first step is drawn like any other.</summary>
    public Task<T> Start<T>(Func<Task<T>> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return Task.Factory.StartNew(call, CancellationToken.None, TaskCreationOptions.DenyChildAttach, Scheduler).Unwrap();
    }

    /// <summary>Takes one step. False: there is nothing to do until time passes or somebody calls.</summary>
    public bool Step() => _world.Step() || (_silo?.Deadlocks.Look() == true && _world.Step());

    /// <summary>Takes steps until there is nothing to do at this time. Returns how many.</summary>
    /// <exception cref="InvalidOperationException">More steps than <paramref name="stepsMax"/>: it does not come to rest.</exception>
    public int RunUntilIdle(int stepsMax = 10_000_000)
    {
        for (var steps = 0; steps < stepsMax; steps++)
        {
            if (!Step())
            {
                return steps;
            }
        }

        throw new InvalidOperationException($"The simulation of seed {Seed} did not come to rest within {stepsMax} steps.");
    }

    /// <summary>Takes up to so many steps; for stopping at an arbitrary one, to crash there. Returns how many there were.</summary>
    public int Run(int stepsMax)
    {
        var steps = 0;
        while (steps < stepsMax && Step())
        {
            steps++;
        }

        return steps;
    }

    /// <summary>Moves the clock, stopping at each timer on the way, and runs until idle before, between and after.</summary>
    public void Advance(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        var until = _world.Time.Now + time;
        RunUntilIdle();
        while (_world.FireNext(until))
        {
            RunUntilIdle();
        }

        _world.Time.Now = until;
    }

    /// <summary>Moves the clock and takes no step: timers due on the way are fired, what they start waits like everything else.</summary>
    public void Pass(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        var until = _world.Time.Now + time;
        while (_world.FireNext(until))
        {
        }

        _world.Time.Now = until;
    }

    /// <summary>Sets the clock forward at once, as a person or a time server may: a timer due meanwhile fires once, and late.</summary>
    public void Jump(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        _world.Jump(time);
    }

    /// <summary>When the next timer fires; null if none is set.</summary>
    public DateTimeOffset? NextTimer => _world.Time.Next;

    /// <summary>
    /// Ends the silo between two steps: no last turns, nothing that its grains queued runs any more, and every caller gets a
    /// <see cref="SiloUnavailableException"/>. Its services are dropped, not disposed, as a killed process would drop them.
    /// What the test itself runs on <see cref="Scheduler"/> goes on.
    /// </summary>
    public void Crash()
    {
        Running.Crash();
        _silo = null;
        _services = null;
    }

    /// <summary>
    /// Stops the silo in good order, every grain with its last turn, and disposes its services. Time passes from timer to timer as far as that needs.
    /// </summary>
    public void Stop()
    {
        var silo = Running;
        Finish(Start(() => silo.StopAsync(CancellationToken.None)), "The silo did not stop");
        var services = _services!;
        (_silo, _services) = (null, null);
        Finish(Start(() => services.DisposeAsync().AsTask()), "The services were not disposed");
    }

    /// <summary>Starts a new silo, with new services, after <see cref="Crash"/> or <see cref="Stop"/>.</summary>
    public void Restart()
    {
        if (_silo is not null)
        {
            throw new InvalidOperationException("The silo is running.");
        }

        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_world.Time);
        services.AddSingleton<ITurnRunner>(_world);
        Microsoft.Extensions.Hosting.OrleansSiloGenericHostExtensions.AddOrleans(services, _configure);
        _services = services.BuildServiceProvider(validateScopes: true);
        _silo = _services.GetRequiredService<Silo>();
        (_silo.Loses, _silo.Delays) = (Loses, Delays);
        _silo.Start();
    }

    private void Finish(Task task, string problem)
    {
        RunUntilIdle();
        for (var until = _world.Time.Now + s_stopMax; !task.IsCompleted && _world.FireNext(until);)
        {
            RunUntilIdle();
        }

        if (!task.IsCompletedSuccessfully)
        {
            throw new InvalidOperationException($"{problem} (seed {Seed}).", task.Exception);
        }
    }

    private static SiloUnavailableException Down() => new("The silo is down.");
}
