using System.Collections;
using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;

namespace Grpc.AspNetCore.HealthChecks;

/// <summary>Options of the health service.</summary>
public sealed class GrpcHealthChecksOptions
{
    /// <summary>Which health checks speak for which service.</summary>
    /// <value>All checks speak for the server as a whole, whose name is empty.</value>
    public ServiceMappingCollection Services { get; } = new();

    /// <summary>Answer from the last published results instead of running the checks for each call.</summary>
    /// <value>False.</value>
    public bool UseHealthChecksCache { get; set; }

    /// <summary>Do not end watches when the host stops.</summary>
    /// <value>False: they end with NOT_SERVING.</value>
    public bool SuppressCompletionOnShutdown { get; set; }
}

/// <summary>One service and the checks that speak for it.</summary>
public sealed class ServiceMapping(string name, Func<HealthCheckMapContext, bool> predicate)
{
    /// <summary>Full name of the service; empty for the server as a whole.</summary>
    public string Name { get; } = name;

    /// <summary>Whether a check speaks for the service.</summary>
    public Func<HealthCheckMapContext, bool>? HealthCheckPredicate { get; } = predicate;
}

/// <summary>A health check as mappings see it.</summary>
public sealed class HealthCheckMapContext(string name, IEnumerable<string> tags)
{
    /// <summary>Name of the check.</summary>
    public string Name { get; } = name;

    /// <summary>Tags of the check.</summary>
    public IEnumerable<string> Tags { get; } = tags;
}

/// <summary>Mappings by name of service.</summary>
public sealed class ServiceMappingCollection : ICollection<ServiceMapping>
{
    private readonly Mappings _mappings = [];

    /// <inheritdoc/>
    public int Count => _mappings.Count;

    bool ICollection<ServiceMapping>.IsReadOnly => false;

    /// <summary>Maps a service, in place of any earlier mapping.</summary>
    public void Map(string name, Func<HealthCheckMapContext, bool> predicate)
    {
        _mappings.Remove(name);
        _mappings.Add(new ServiceMapping(name, predicate));
    }

    /// <inheritdoc/>
    public void Add(ServiceMapping service) => _mappings.Add(service);

    /// <summary>Removes the mapping of a service, if there is one.</summary>
    public void Remove(string name) => _mappings.Remove(name);

    /// <inheritdoc/>
    public void Clear() => _mappings.Clear();

    /// <inheritdoc/>
    public IEnumerator<ServiceMapping> GetEnumerator() => _mappings.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _mappings.GetEnumerator();

    bool ICollection<ServiceMapping>.Contains(ServiceMapping item) => _mappings.Contains(item);

    void ICollection<ServiceMapping>.CopyTo(ServiceMapping[] array, int arrayIndex) => _mappings.CopyTo(array, arrayIndex);

    bool ICollection<ServiceMapping>.Remove(ServiceMapping item) => _mappings.Remove(item);

    internal bool TryGet(string name, [NotNullWhen(true)] out ServiceMapping? mapping) => _mappings.TryGetValue(name, out mapping);

    private sealed class Mappings : KeyedCollection<string, ServiceMapping>
    {
        protected override string GetKeyForItem(ServiceMapping item) => item.Name;
    }
}
