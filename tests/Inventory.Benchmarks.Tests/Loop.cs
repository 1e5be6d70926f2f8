using System.Reflection;

namespace Inventory.Benchmarks.Tests;

/// <summary>Runs a benchmark's method again and again without allocating anything itself.</summary>
internal abstract class Loop
{
    /// <summary>True once a run had to wait: then other threads have a part in it.</summary>
    public bool Suspends { get; protected set; }

    public static Loop Of(object instance, MethodInfo method)
    {
        var result = method.ReturnType;
        var form = typeof(Task).IsAssignableFrom(result) ? typeof(TaskLoop)
            : result.IsGenericType && result.GetGenericTypeDefinition() == typeof(ValueTask<>)
                ? typeof(ValueTaskLoop<>).MakeGenericType(result.GetGenericArguments())
            : typeof(PlainLoop<>).MakeGenericType(result);
        return (Loop)Activator.CreateInstance(form, instance, method)!;
    }

    public abstract Task RunAsync(int times);

    private sealed class PlainLoop<T>(object instance, MethodInfo method) : Loop
    {
        private readonly Func<T> _run = method.CreateDelegate<Func<T>>(instance);

        public override Task RunAsync(int times)
        {
            for (var i = 0; i < times; i++)
            {
                _run();
            }

            return Task.CompletedTask;
        }
    }

    private sealed class ValueTaskLoop<T>(object instance, MethodInfo method) : Loop
    {
        private readonly Func<ValueTask<T>> _run = method.CreateDelegate<Func<ValueTask<T>>>(instance);

        public override async Task RunAsync(int times)
        {
            for (var i = 0; i < times; i++)
            {
                var running = _run();
                Suspends |= !running.IsCompleted;
                await running;
            }
        }
    }

    private sealed class TaskLoop(object instance, MethodInfo method) : Loop
    {
        private readonly Func<Task> _run = method.CreateDelegate<Func<Task>>(instance);

        public override async Task RunAsync(int times)
        {
            for (var i = 0; i < times; i++)
            {
                var running = _run();
                Suspends |= !running.IsCompleted;
                await running;
            }
        }
    }
}
