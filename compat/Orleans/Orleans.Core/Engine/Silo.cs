using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Orleans.Engine;

/// <summary>The engine of one host: its grain classes, its clock, its sweeps.</summary>
internal sealed class Silo
{
    private const int EndedAtOnce = 10_000;

    private readonly Dictionary<Type, Func<GrainReferenceShared, IdSpan, GrainReference>> _proxies = [];
    private readonly List<GrainClass> _classes = [];
    private readonly ConcurrentDictionary<Type, GrainClass> _classOfInterface = [];
    private readonly List<ITimer> _timers = [];
    private volatile int _epoch;
    private volatile bool _isStopping;
    private volatile bool _isStopped;

    public Silo(
        IServiceProvider services,
        SiloBuilder builder,
        ITurnRunner runner,
        TimeProvider time,
        IOptions<SiloMessagingOptions> messaging,
        IOptions<GrainCollectionOptions> collection,
        ILogger<Silo> log)
    {
        Services = services;
        Singletons = new SingletonSet(builder.Services);
        Runner = runner;
        Time = time;
        Messaging = messaging.Value;
        Collection = collection.Value;
        Log = log;
        Check(Collection);
        Pending = new PendingCalls(Messaging.ResponseTimeout, stripes: runner.RunsInline ? Environment.ProcessorCount : 1);
        Deadlocks = new DeadlockWatch(this);
        Observers = new GrainClass(this);
        Factory = new GrainFactory(this);
        Add(Manifests.Load());
    }

    public IServiceProvider Services { get; }

    public SingletonSet Singletons { get; }

    public ITurnRunner Runner { get; }

    public TimeProvider Time { get; }

    public SiloMessagingOptions Messaging { get; }

    public GrainCollectionOptions Collection { get; }

    public ILogger Log { get; }

    public PendingCalls Pending { get; }

    public DeadlockWatch Deadlocks { get; }

    public GrainClass Observers { get; }

    public IGrainFactory Factory { get; }

    /// <summary>
    /// Null but in a simulation: asked of each call to a grain, by the id and the method, whether it gets lost. If so it never arrives, and its caller gets a
    /// <see cref="TimeoutException"/> after the time that is returned.
    /// </summary>
    public Func<GrainId, string, TimeSpan?>? Loses { get; set; }

    /// <summary>Null but in a simulation: asked of each call with a result, as it ends, how late its answer arrives; null for at once.</summary>
    public Func<GrainId, string, TimeSpan?>? Delays { get; set; }

    /// <summary>Goes up with each sweep. Idleness is counted in it, so that a call need not read the clock.</summary>
    public int Epoch => _epoch;

    public bool IsStopping => _isStopping;

    public bool IsStopped => _isStopped;

    // In order where runs must repeat: the order of a dictionary changes from process to process.
    private IEnumerable<Activation> Activations => Runner.RunsInline
        ? _classes.SelectMany(each => each.Activations)
        : _classes.SelectMany(each => each.Activations).OrderBy(each => each.ToString(), StringComparer.Ordinal);

    public int EpochAfter(TimeSpan time) => (int)Math.Min(_epoch + 1 + Math.Ceiling(time / Collection.CollectionQuantum), int.MaxValue);

    /// <summary>The one class that implements an interface, or the one of several whose full name begins with the prefix.</summary>
    public GrainClass ClassOf(Type grainInterface, string? prefix)
    {
        if (prefix is null && _classOfInterface.TryGetValue(grainInterface, out var known))
        {
            return known;
        }

        var found = _classes.FindAll(each => grainInterface.IsAssignableFrom(each.ClassType));
        var named = prefix is null ? found : found.FindAll(each => each.ClassType.FullName!.StartsWith(prefix, StringComparison.Ordinal));
        return named.Count switch
        {
            1 => prefix is null ? _classOfInterface.GetOrAdd(grainInterface, named[0]) : named[0],
            0 => throw new ArgumentException($"Could not find an implementation for interface {grainInterface}"),
            _ => throw new ArgumentException(
                $"Unable to identify a single appropriate grain type for interface {grainInterface}. Candidates: "
                + string.Join(", ", named.Select(each => each.ClassType.FullName))),
        };
    }

    public GrainClass ClassOf(GrainType type) =>
        _classes.Find(each => each.Type == type)
        ?? (type == Observers.Type ? Observers : throw new ArgumentException($"Could not find an implementation for grain type {type}"));

    public Func<GrainReferenceShared, IdSpan, GrainReference> ProxyOf(Type grainInterface) =>
        _proxies.GetValueOrDefault(grainInterface)
        ?? throw new ArgumentException($"{grainInterface} is no grain interface, or its assembly was compiled without the code generator.");

    public GrainReference Cast(GrainReference reference, Type grainInterface)
    {
        var cast = ProxyOf(grainInterface)(reference.Class, IdSpan.Create(reference.Key));
        if (reference.Class.MaxWorkers == 0)
        {
            cast.Bind(reference.Class.Find(reference.Key));
        }

        return cast;
    }

    public void Start()
    {
        SiloLog.Started(Log, _classes.Count);
        using (SuppressedFlow.Enter())
        {
            Every(Collection.CollectionQuantum, Collect);
            Every(Pending.Period, Pending.Sweep);
        }
    }

    /// <summary>Ends all activations, each with its last turn, as far as the token's time allows.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _isStopping = true;
        var reason = new DeactivationReason(DeactivationReasonCode.ShuttingDown, "This process is terminating.");
        try
        {
            // What ends may call what has ended already, which begins it again: until nothing is left.
            for (var left = Activations.ToList(); left.Count > 0; left = [.. Activations])
            {
                foreach (var some in left.Chunk(EndedAtOnce))
                {
                    var ended = Array.ConvertAll(some, each => each.Deactivated);
                    Array.ForEach(some, each => each.Deactivate(reason, cancellationToken));
                    await Task.WhenAll(ended).WaitAsync(cancellationToken);
                }
            }
        }
        catch (OperationCanceledException)
        {
            SiloLog.StoppedWithGrains(Log, Activations.Count());
        }

        _isStopped = true;
        _timers.ForEach(timer => timer.Dispose());
        Pending.FailAll(new SiloUnavailableException("The silo has stopped."));
    }

    /// <summary>Drops every activation where it stands.</summary>
    public void Crash()
    {
        var error = new SiloUnavailableException("The silo has crashed.");
        _isStopping = true;
        _isStopped = true;
        _timers.ForEach(timer => timer.Dispose());
        foreach (var activation in Activations.Concat(Observers.Activations).ToList())
        {
            activation.Kill(error);
        }

        Pending.FailAll(error);
    }

    private static void Check(GrainCollectionOptions options)
    {
        if (options.CollectionQuantum <= TimeSpan.Zero)
        {
            throw new OrleansConfigurationException($"{nameof(options.CollectionQuantum)} is {options.CollectionQuantum}; it must be greater than zero.");
        }

        foreach (var (name, age) in options.ClassSpecificCollectionAge.Append(new(nameof(options.CollectionAge), options.CollectionAge)))
        {
            if (age <= options.CollectionQuantum)
            {
                throw new OrleansConfigurationException(
                    $"{name} is {age}; it must be greater than {nameof(options.CollectionQuantum)}, which is {options.CollectionQuantum}.");
            }
        }
    }

    private void Every(TimeSpan period, Action sweep) => _timers.Add(Time.CreateTimer(
        _ =>
        {
            try
            {
                sweep();
            }
#pragma warning disable CA1031 // A sweep that fails must not take the process along.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                SiloLog.SweepFailed(Log, exception);
            }
        },
        null,
        period,
        period));

    private void Collect()
    {
        var epoch = Interlocked.Increment(ref _epoch);
        foreach (var activation in Activations)
        {
            activation.CollectIfIdle(epoch);
        }

        foreach (var observer in Observers.Activations.Where(each => each.GrainInstance is null).ToList())
        {
            observer.Kill(new ClientNotAvailableException(observer.GrainId));
        }
    }

    private void Add(List<GrainManifest> manifests)
    {
        foreach (var (grainInterface, proxy) in manifests.SelectMany(each => each.Proxies))
        {
            _proxies[grainInterface] = proxy;
        }

        foreach (var type in manifests.SelectMany(each => each.Classes))
        {
            var grainClass = new GrainClass(this, type);
            _classes.Add(grainClass);
            grainClass.Proxy = type.GetInterfaces().Select(each => _proxies.GetValueOrDefault(each)).FirstOrDefault(each => each is not null);
        }
    }
}

/// <summary>Starts and stops the silo with its host.</summary>
internal sealed class SiloService(Silo silo) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        silo.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => silo.StopAsync(cancellationToken);
}
