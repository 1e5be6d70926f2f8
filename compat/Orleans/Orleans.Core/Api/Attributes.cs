namespace Orleans
{
    /// <summary>How long a caller of this method, or of this interface, waits for the answer.</summary>
    [AttributeUsage(AttributeTargets.Method | AttributeTargets.Interface)]
    public sealed class ResponseTimeoutAttribute(string timeout) : Attribute
    {
        /// <summary>The time; null without one.</summary>
        public TimeSpan? Timeout { get; } = TimeSpan.Parse(timeout, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Names the type of a grain class, in place of the name derived from the class.</summary>
    [AttributeUsage(AttributeTargets.Class)]
    public sealed class GrainTypeAttribute(string grainType) : Attribute
    {
        internal string GrainType { get; } = grainType;
    }

    /// <summary>Never collected for being idle.</summary>
    [AttributeUsage(AttributeTargets.Class)]
    public sealed class KeepAliveAttribute : Attribute;

    /// <summary>How long activations of this class may be idle, instead of the silo's age; at least a minute.</summary>
    [AttributeUsage(AttributeTargets.Class)]
    public sealed class CollectionAgeLimitAttribute : Attribute
    {
        /// <summary>The shortest possible age.</summary>
        public static readonly TimeSpan MinAgeLimit = TimeSpan.FromMinutes(1);

        private readonly TimeSpan? _period;

        /// <summary>Takes the age from the properties.</summary>
        public CollectionAgeLimitAttribute()
        {
        }

        /// <summary>Takes the age from a text like <c>00:05:00</c>.</summary>
        public CollectionAgeLimitAttribute(string inactivityPeriod) =>
            _period = TimeSpan.Parse(inactivityPeriod, System.Globalization.CultureInfo.InvariantCulture);

        /// <summary>Days to add.</summary>
        public double Days { get; set; }

        /// <summary>Hours to add.</summary>
        public double Hours { get; set; }

        /// <summary>Minutes to add.</summary>
        public double Minutes { get; set; }

        /// <summary>Never collected.</summary>
        public bool AlwaysActive { get; set; }

        /// <summary>The age that results.</summary>
        public TimeSpan AgeLimit
        {
            get
            {
                var sum = AlwaysActive
                    ? TimeSpan.FromDays(short.MaxValue)
                    : TimeSpan.FromDays(Days) + TimeSpan.FromHours(Hours) + TimeSpan.FromMinutes(Minutes);
                return _period ?? (sum < MinAgeLimit ? MinAgeLimit : sum);
            }
        }
    }
}

namespace Orleans.Concurrency
{
    /// <summary>Other requests may run while one of this class awaits.</summary>
    [AttributeUsage(AttributeTargets.Class)]
    public sealed class ReentrantAttribute : Attribute;

    /// <summary>The method changes nothing: such requests interleave with each other.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class ReadOnlyAttribute : Attribute;

    /// <summary>The method enters whatever else is running, between its turns.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class AlwaysInterleaveAttribute : Attribute;

    /// <summary>The caller does not wait and learns neither result nor error.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class OneWayAttribute : Attribute;

    /// <summary>The class has several activations per id, as many as calls at once need, up to a limit.</summary>
    [AttributeUsage(AttributeTargets.Class)]
    public sealed class StatelessWorkerAttribute : Attribute
    {
        /// <summary>Up to as many as there are processors.</summary>
        public StatelessWorkerAttribute()
            : this(-1)
        {
        }

        /// <summary>Up to the given number.</summary>
        public StatelessWorkerAttribute(int maxLocalWorkers) => MaxLocalWorkers = maxLocalWorkers;

        internal int MaxLocalWorkers { get; }
    }
}
