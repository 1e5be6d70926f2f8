using System.ComponentModel;

namespace Orleans.Runtime;

/// <summary>Points to the manifest of an assembly. Written by generated code.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class GrainManifestAttribute(Type manifest) : Attribute
{
    /// <summary>A <see cref="GrainManifest"/>.</summary>
    public Type Manifest { get; } = manifest;
}

/// <summary>The grains of an assembly: its interfaces with their proxies, and its classes. Derived from by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class GrainManifest
{
    internal Dictionary<Type, Func<GrainReferenceShared, IdSpan, GrainReference>> Proxies { get; } = [];

    internal List<Type> Classes { get; } = [];

    /// <summary>Adds an interface and how a proxy of it is made.</summary>
    protected void AddInterface(Type grainInterface, Func<GrainReferenceShared, IdSpan, GrainReference> proxy) => Proxies[grainInterface] = proxy;

    /// <summary>Adds a class that implements grain interfaces.</summary>
    protected void AddClass(Type grainClass) => Classes.Add(grainClass);
}
