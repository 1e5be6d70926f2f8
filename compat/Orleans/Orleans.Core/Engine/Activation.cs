using System.Runtime.CompilerServices;
using Orleans.Runtime;

namespace Orleans.Engine;

internal enum Phase : byte
{
    /// <summary>The object is being made; requests wait.</summary>
    Activating,

    /// <summary>Serving.</summary>
    Active,

    /// <summary>To end as soon as the running requests are done; new ones wait for the next activation.</summary>
    Draining,

    /// <summary>OnDeactivateAsync runs.</summary>
    Ending,

    /// <summary>Gone from the catalogue. What its old tasks still do runs here, but no request does.</summary>
    Dead,
}

/// <summary>
/// One activation of a grain: the grain object, its task scheduler and its queue. There may be millions, most of them idle, so it is its own
/// scheduler, its own work item and its own lock, and everything that an idle one does not need is made when it is first needed.
/// </summary>
/// <remarks>
/// At most one thread executes turns of it: the one that set <c>_executing</c>. All fields are guarded by a lock on the object itself, save
/// that the executing thread may read the running requests.
/// </remarks>
internal sealed partial class Activation : TaskScheduler, IGrainContext, IWorkItemScheduler, IThreadPoolWorkItem
{
    [ThreadStatic]
    private static Activation? t_underConstruction;

    private object? _instance;

    // A reference to it; or what few need, with the reference in it. Most that are idle have neither. Written under the lock.
    private object? _referenceOrExtras;
    private int _usedAt;
    private volatile Phase _phase;

    public Activation(GrainClass grainClass, string key, GrainReference? reference)
    {
        Class = grainClass;
        Key = key;
        KeyHash = Catalogue.HashOf(key);
        _referenceOrExtras = reference;
        _usedAt = grainClass.Silo.Epoch;
        _executing = true;
    }

    /// <summary>The activation whose grain object this thread is constructing; for the constructor of <see cref="Grain"/>.</summary>
    public static Activation? UnderConstruction => t_underConstruction;

    public GrainClass Class { get; }

    public string Key { get; }

    /// <summary>Of the key, as its catalogue has it.</summary>
    public int KeyHash { get; }

    public Silo Silo => Class.Silo;

    public bool IsDead => _phase == Phase.Dead;

    public object? GrainInstance => _instance is WeakReference weak ? weak.Target : _instance;

    public GrainId GrainId => new(Class.Type, IdSpan.Create(Key));

    public GrainReference GrainReference => KnownReference ?? (KnownReference = Class.MakeReference(Key, this));

    public IWorkItemScheduler Scheduler => this;

    public override int MaximumConcurrencyLevel => 1;

    public IServiceProvider ActivationServices
    {
        get
        {
            lock (this)
            {
                return KnownExtras?.Services is { } known ? known : Kept_UnderLock(new ActivationServices(this));
            }
        }
    }

    public Task Deactivated
    {
        get
        {
            lock (this)
            {
                return _phase == Phase.Dead && KnownExtras?.Deactivated is null ? Task.CompletedTask : Extra.Completion(Silo.Runner.PromiseOptions).Task;
            }
        }
    }

    /// <summary>The object that requests are invoked on.</summary>
    public object Callee => GrainInstance ?? throw new ClientNotAvailableException(GrainId);

    /// <summary>A reference made earlier, to be given out again; null if none was. The sweep takes it away from an idle one.</summary>
    public GrainReference? KnownReference
    {
        get => _referenceOrExtras is { } known ? known as Extras is { } extras ? extras.Reference : Unsafe.As<GrainReference>(known) : null;
        set
        {
            lock (this)
            {
                SetReference_UnderLock(value);
            }
        }
    }

    private Extras? KnownExtras => _referenceOrExtras as Extras;

    private Backlog? KnownBacklog => KnownExtras?.Backlog;

    // Made under the lock.
    private Extras Extra
    {
        get
        {
            if (_referenceOrExtras is not Extras extras)
            {
                _referenceOrExtras = extras = new Extras { Reference = KnownReference };
            }

            return extras;
        }
    }

    public bool Equals(IGrainContext? other) => ReferenceEquals(this, other);

    public override bool Equals(object? obj) => ReferenceEquals(this, obj);

    public override int GetHashCode() => base.GetHashCode();

    public override string ToString() => GrainId.ToString();

    public TComponent? GetComponent<TComponent>()
        where TComponent : class
    {
        lock (this)
        {
            return KnownExtras?.Components?.GetValueOrDefault(typeof(TComponent)) as TComponent;
        }
    }

    public void SetComponent<TComponent>(TComponent? value)
        where TComponent : class
    {
        lock (this)
        {
            var components = Extra.Components ??= [];
            if (value is null)
            {
                components.Remove(typeof(TComponent));
            }
            else
            {
                components[typeof(TComponent)] = value;
            }
        }
    }

    /// <summary>Keeps services that more than the making of the grain may need: disposed with it.</summary>
    public void Keep(ActivationServices services)
    {
        lock (this)
        {
            Kept_UnderLock(services);
        }
    }

    public void AddTimer(GrainTimer timer)
    {
        lock (this)
        {
            (Extra.Timers ??= []).Add(timer);
        }
    }

    public void RemoveTimer(GrainTimer timer)
    {
        lock (this)
        {
            if (KnownExtras is { Timers: { } timers } extras && timers.Remove(timer) && timers.Count == 0)
            {
                extras.Timers = null;
            }
        }
    }

    public void QueueAction(Action action) =>
        new Task(action, CancellationToken.None, TaskCreationOptions.DenyChildAttach).Start(this);

    public void QueueAction(Action<object> action, object state) =>
        new Task(action!, state, CancellationToken.None, TaskCreationOptions.DenyChildAttach).Start(this);

    void IWorkItemScheduler.QueueTask(Task task) => task.Start(this);

    private void SetReference_UnderLock(GrainReference? reference)
    {
        if (_referenceOrExtras is Extras extras)
        {
            extras.Reference = reference;
        }
        else
        {
            _referenceOrExtras = reference;
        }
    }

    private ActivationServices Kept_UnderLock(ActivationServices services) => Extra.Services = services;

    /// <summary>What few activations need.</summary>
    private sealed class Extras
    {
        public GrainReference? Reference;
        public Backlog? Backlog;
        public ActivationServices? Services;
        public Dictionary<Type, object>? Components;
        public List<GrainTimer>? Timers;
        public TaskCompletionSource? Deactivated;
        public DeactivationReason Reason;
        public Exception? Failure;
        public CancellationToken EndToken;

        /// <summary>The epoch before which it is not collected.</summary>
        public int KeptUntil;

        public TaskCompletionSource Completion(TaskCreationOptions options) => Deactivated ??= new(options);
    }
}
