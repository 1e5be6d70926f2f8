#pragma warning disable CA1707 // Upstream's names.
namespace Orleans.Configuration;

/// <summary>When idle activations are collected.</summary>
public class GrainCollectionOptions
{
    /// <summary>One minute.</summary>
    public static readonly TimeSpan DEFAULT_COLLECTION_QUANTUM = TimeSpan.FromMinutes(1);

    /// <summary>30 seconds.</summary>
    public static readonly TimeSpan DEFAULT_ACTIVATION_TIMEOUT = TimeSpan.FromSeconds(30);

    /// <summary>30 seconds.</summary>
    public static readonly TimeSpan DEFAULT_DEACTIVATION_TIMEOUT = TimeSpan.FromSeconds(30);

    /// <summary>How often activations are looked at; also how exact the age is.</summary>
    /// <value>One minute.</value>
    public TimeSpan CollectionQuantum { get; set; } = DEFAULT_COLLECTION_QUANTUM;

    /// <summary>How long an activation may be idle. Longer than the quantum.</summary>
    /// <value>15 minutes.</value>
    public TimeSpan CollectionAge { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Other ages for classes, by full name.</summary>
    public Dictionary<string, TimeSpan> ClassSpecificCollectionAge { get; set; } = [];

    /// <summary>After this time the token of OnActivateAsync is cancelled.</summary>
    /// <value>30 seconds.</value>
    public TimeSpan ActivationTimeout { get; set; } = DEFAULT_ACTIVATION_TIMEOUT;

    /// <summary>After this time OnDeactivateAsync is given up.</summary>
    /// <value>30 seconds.</value>
    public TimeSpan DeactivationTimeout { get; set; } = DEFAULT_DEACTIVATION_TIMEOUT;
}

/// <summary>How calls behave.</summary>
public abstract class MessagingOptions
{
    /// <summary>How long a caller waits for an answer before it gets a <see cref="TimeoutException"/>.</summary>
    /// <value>30 seconds.</value>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether a request that its caller no longer waits for is dropped instead of started.</summary>
    /// <value>True.</value>
    public bool DropExpiredMessages { get; set; } = true;

    /// <summary>Whether the callee's token is cancelled when its caller's wait has timed out.</summary>
    /// <value>False.</value>
    public bool CancelRequestOnTimeout { get; set; }

    /// <summary>Whether a caller that cancels waits for the callee to end.</summary>
    /// <value>False: the caller is released at once.</value>
    public bool WaitForCancellationAcknowledgement { get; set; }
}

/// <summary>How calls inside this silo behave.</summary>
public class SiloMessagingOptions : MessagingOptions
{
    /// <summary>Zero: no limit.</summary>
    public const int DEFAULT_MAX_ENQUEUED_REQUESTS_SOFT_LIMIT = 0;

    /// <summary>Zero: no limit.</summary>
    public const int DEFAULT_MAX_ENQUEUED_REQUESTS_HARD_LIMIT = 0;

    /// <summary>Zero: no limit.</summary>
    public const int DEFAULT_MAX_ENQUEUED_REQUESTS_STATELESS_WORKER_SOFT_LIMIT = 0;

    /// <summary>Zero: no limit.</summary>
    public const int DEFAULT_MAX_ENQUEUED_REQUESTS_STATELESS_WORKER_HARD_LIMIT = 0;

    /// <summary>More running and waiting requests than this at one activation are worth a warning; zero for never.</summary>
    public int MaxEnqueuedRequestsSoftLimit { get; set; } = DEFAULT_MAX_ENQUEUED_REQUESTS_SOFT_LIMIT;

    /// <summary>More running and waiting requests than this at one activation are refused with <see cref="Runtime.LimitExceededException"/>.</summary>
    /// <value>0: never.</value>
    public int MaxEnqueuedRequestsHardLimit { get; set; } = DEFAULT_MAX_ENQUEUED_REQUESTS_HARD_LIMIT;

    /// <summary>As <see cref="MaxEnqueuedRequestsSoftLimit"/>, for stateless workers.</summary>
    public int MaxEnqueuedRequestsSoftLimit_StatelessWorker { get; set; } = DEFAULT_MAX_ENQUEUED_REQUESTS_STATELESS_WORKER_SOFT_LIMIT;

    /// <summary>As <see cref="MaxEnqueuedRequestsHardLimit"/>, for stateless workers.</summary>
    public int MaxEnqueuedRequestsHardLimit_StatelessWorker { get; set; } = DEFAULT_MAX_ENQUEUED_REQUESTS_STATELESS_WORKER_HARD_LIMIT;
}

/// <summary>Names the cluster; one process is its own cluster here.</summary>
public class ClusterOptions
{
    /// <summary>The id unless set.</summary>
    public const string DefaultClusterId = "default";

    /// <summary>The id unless set.</summary>
    public const string DefaultServiceId = "default";

    /// <summary>Names the cluster.</summary>
    public string ClusterId { get; set; } = DefaultClusterId;

    /// <summary>Names the service across clusters.</summary>
    public string ServiceId { get; set; } = DefaultServiceId;
}
