using System.ComponentModel;
using Orleans.Engine;

namespace Orleans.Runtime;

/// <summary>What references of one interface have in common.</summary>
public abstract class GrainReferenceShared
{
    private protected GrainReferenceShared()
    {
    }
}

/// <summary>The base of generated proxies: a key, and where its activation was last seen.</summary>
public abstract class GrainReference : IAddressable, IEquatable<GrainReference>
{
    private Activation? _activation;

    /// <summary>Called by generated code.</summary>
    protected GrainReference(GrainReferenceShared shared, IdSpan key)
    {
        Class = (GrainClass)shared;
        Key = key.ToString();
    }

    /// <summary>The id of the grain.</summary>
    public GrainId GrainId => new(Class.Type, IdSpan.Create(Key));

    internal GrainClass Class { get; }

    internal string Key { get; }

    /// <inheritdoc/>
    public bool Equals(GrainReference? other) => other is not null && Key == other.Key && Class == other.Class;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as GrainReference);

    /// <inheritdoc/>
    public override int GetHashCode() => Key.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => $"GrainReference:{GrainId}";

    /// <summary>Whether both lead to the same grain.</summary>
    public static bool operator ==(GrainReference? reference1, GrainReference? reference2) =>
        reference1 is null ? reference2 is null : reference1.Equals(reference2);

    /// <summary>Whether they lead to different grains.</summary>
    public static bool operator !=(GrainReference? reference1, GrainReference? reference2) => !(reference1 == reference2);

    internal void Bind(Activation? activation) => _activation = activation;

    /// <summary>Sends a request and returns its answer. Called by generated code.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected ValueTask<T> Call<T>(GrainRequest<T> request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Send(request) ? request.TakeAnswer() : request.Answer;
    }

    /// <inheritdoc cref="Call{T}(GrainRequest{T})"/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected ValueTask Call(GrainRequestVoid request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Send(request) ? request.TakeAnswer() : request.Answer;
    }

    /// <summary>Sends a request that nobody waits for. Called by generated code.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected void Post(GrainRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.MakeOneWay();
        Send(request);
    }

    /// <summary>Sends a request. True: it has ended already, on this thread.</summary>
    private bool Send(GrainRequest request)
    {
        if (!request.Prepare(Class.Silo))
        {
            return false;
        }

        if (Class.Silo.Loses?.Invoke(GrainId, request.MethodName) is { } noticedAfter)
        {
            request.Lose(Class.Silo, noticedAfter);
            return false;
        }

        while (true)
        {
            var activation = Class.MaxWorkers == 0 ? _activation : null;
            if (activation is null || activation.IsDead)
            {
                activation = Class.GetOrCreate(this, request);
                if (activation is null)
                {
                    return false;
                }

                _activation = activation;
            }

            switch (activation.Accept(request))
            {
                case Acceptance.Ended:
                    return true;
                case Acceptance.Taken:
                    return false;
            }
        }
    }
}
