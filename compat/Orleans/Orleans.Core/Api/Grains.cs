namespace Orleans
{
    /// <summary>A grain that is addressed by one of the key kinds below. Methods return Task, Task&lt;T&gt;, ValueTask or ValueTask&lt;T&gt;.</summary>
    public interface IGrain : Runtime.IAddressable;

    /// <summary>A grain whose key is a string.</summary>
    public interface IGrainWithStringKey : IGrain;

    /// <summary>A grain whose key is a GUID.</summary>
    public interface IGrainWithGuidKey : IGrain;

    /// <summary>A grain whose key is a 64-bit integer.</summary>
    public interface IGrainWithIntegerKey : IGrain;

    /// <summary>Something outside the engine that grains call back; its methods return void, Task or ValueTask.</summary>
    public interface IGrainObserver : Runtime.IAddressable;
}

namespace Orleans.Runtime
{
    /// <summary>Anything a reference can point to.</summary>
    public interface IAddressable;
}
