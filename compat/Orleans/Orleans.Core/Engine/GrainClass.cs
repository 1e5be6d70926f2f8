using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Orleans.Engine;

/// <summary>A grain class within a silo: its rules and its activations.</summary>
internal sealed class GrainClass : GrainReferenceShared
{
    private readonly Catalogue _activations = new();
    private readonly ConcurrentDictionary<string, WorkerGroup> _groups = new(StringComparer.Ordinal);
    private readonly ObjectFactory? _make;

    public GrainClass(Silo silo, Type type)
    {
        Silo = silo;
        ClassType = type;
        Type = GrainType.Create(NameOf(type));
        IsReentrant = type.IsDefined(typeof(ReentrantAttribute));
        MaxWorkers = type.GetCustomAttribute<StatelessWorkerAttribute>() is { } worker
            ? worker.MaxLocalWorkers > 0 ? worker.MaxLocalWorkers : Environment.ProcessorCount
            : 0;
        CollectionEpochs = EpochsOf(silo, type);
        var limits = silo.Messaging;
        QueueLimits = MaxWorkers > 0
            ? (limits.MaxEnqueuedRequestsSoftLimit_StatelessWorker, limits.MaxEnqueuedRequestsHardLimit_StatelessWorker,
                nameof(limits.MaxEnqueuedRequestsHardLimit_StatelessWorker))
            : (limits.MaxEnqueuedRequestsSoftLimit, limits.MaxEnqueuedRequestsHardLimit, nameof(limits.MaxEnqueuedRequestsHardLimit));
        _make = ActivatorUtilities.CreateFactory(type, []);
    }

    /// <summary>The class of observers: objects that were made elsewhere.</summary>
    public GrainClass(Silo silo)
    {
        Silo = silo;
        ClassType = typeof(IGrainObserver);
        Type = GrainType.Create("sys.client");
        CollectionEpochs = int.MaxValue;
        QueueLimits = (0, silo.Messaging.MaxEnqueuedRequestsHardLimit, nameof(silo.Messaging.MaxEnqueuedRequestsHardLimit));
    }

    public Silo Silo { get; }

    public Type ClassType { get; }

    public GrainType Type { get; }

    public bool IsReentrant { get; }

    /// <summary>Activations per id; zero for the usual single one.</summary>
    public int MaxWorkers { get; }

    /// <summary>How many sweeps an activation is idle before it is collected; <see cref="int.MaxValue"/> for never.</summary>
    public int CollectionEpochs { get; }

    public (int Soft, int Hard, string Name) QueueLimits { get; }

    /// <summary>The first interface of the class; makes references where none is known.</summary>
    public Func<GrainReferenceShared, IdSpan, GrainReference>? Proxy { get; set; }

    public IEnumerable<Activation> Activations => _activations.All.Concat(_groups.Values.SelectMany(each => each.Members));

    public Activation? Find(string key) => _activations.Find(key);

    /// <summary>The activation of a key, begun if there was none. Null: there cannot be one now, and the request was told so.</summary>
    public Activation? GetOrCreate(GrainReference reference, GrainRequest request)
    {
        if (MaxWorkers == 0 && _activations.Find(reference.Key) is { } known)
        {
            return known;
        }

        if (Refusal(reference) is { } error)
        {
            request.RefuseUnsent(Silo, error);
            return null;
        }

        return MaxWorkers == 0 ? Create(reference.Key, reference) : PickWorker(reference.Key);
    }

    /// <summary>Gives a request that its activation no longer served to the next one.</summary>
    public void Redeliver(GrainRequest request)
    {
        var key = request.Target.Key;
        Acceptance accepted;
        do
        {
            if (Silo.IsStopped || _make is null)
            {
                request.TryFail(new SiloUnavailableException($"{request.Target} has ended and the silo has stopped."));
                request.Release();
                return;
            }

            var activation = MaxWorkers > 0 ? PickWorker(key) : Find(key) ?? Create(key, null);
            accepted = activation.Accept(request);
        }
        while (accepted == Acceptance.Refused);
    }

    public GrainReference MakeReference(string key, Activation activation)
    {
        var proxy = Proxy ?? throw new InvalidOperationException($"{ClassType} implements no grain interface to refer to it by.");
        var reference = proxy(this, IdSpan.Create(key));
        if (MaxWorkers == 0)
        {
            reference.Bind(activation);
        }

        return reference;
    }

    public object MakeInstance(Activation activation) => _make!(new ActivationServices(activation), null);

    public void AddObserver(Activation activation) => _activations.GetOrAdd(activation);

    /// <summary>Takes an activation that has ended out of the catalogue.</summary>
    public void Forget(Activation activation)
    {
        if (MaxWorkers == 0)
        {
            _activations.Remove(activation);
        }
        else if (_groups.TryGetValue(activation.Key, out var group) && group.Remove(activation))
        {
            _groups.TryRemove(new(activation.Key, group));
        }
    }

    private Exception? Refusal(GrainReference reference) => _make is null
        ? new ClientNotAvailableException(reference.GrainId)
        : Silo.IsStopped || (Silo.IsStopping && TaskScheduler.Current is not Activation)
            ? new SiloUnavailableException("The silo is stopping; no new grains are activated.")
            : null;

    private Activation Create(string key, GrainReference? reference)
    {
        var created = new Activation(this, key, reference);
        var actual = _activations.GetOrAdd(created);
        if (ReferenceEquals(actual, created))
        {
            reference?.Bind(created);
            created.Begin();
        }

        return actual;
    }

    private Activation PickWorker(string key)
    {
        while (true)
        {
            var group = _groups.GetOrAdd(key, static (_, max) => new(max), MaxWorkers);
            if (group.Pick(() => new Activation(this, key, null), out var isNew) is not { } worker)
            {
                continue; // It closed just now.
            }

            if (isNew)
            {
                worker.Begin();
            }

            return worker;
        }
    }

    private static string NameOf(Type type)
    {
        if (type.GetCustomAttribute<GrainTypeAttribute>() is { } named)
        {
            return named.GrainType;
        }

        var name = type.Name;
        const string Suffix = "Grain";
        return (name.EndsWith(Suffix, StringComparison.Ordinal) && name.Length > Suffix.Length ? name[..^Suffix.Length] : name).ToLowerInvariant();
    }

    private static int EpochsOf(Silo silo, Type type)
    {
        var limit = type.GetCustomAttribute<CollectionAgeLimitAttribute>();
        if (limit is { AlwaysActive: true } || type.IsDefined(typeof(KeepAliveAttribute)))
        {
            return int.MaxValue;
        }

        var options = silo.Collection;
        var age = options.ClassSpecificCollectionAge.TryGetValue(type.FullName!, out var specific) ? specific : limit?.AgeLimit ?? options.CollectionAge;
        return (int)Math.Min(Math.Ceiling(age / options.CollectionQuantum), int.MaxValue);
    }
}
