using System.Text.Json;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Grains;

namespace Sbnn.Sweeps.Benchmarks.Throughput;

/// <summary>
/// Counts the bytes that calls between grains would send over a network: their arguments and results as JSON, because
/// grains exchange records as JSON.
/// </summary>
internal sealed class GrainBytes : IIncomingGrainCallFilter
{
    private long _bytes;
    private long _calls;

    public long Bytes => Interlocked.Read(ref _bytes);

    public long Calls => Interlocked.Read(ref _calls);

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.InterfaceMethod.DeclaringType?.Assembly != typeof(ISchedulerGrain).Assembly)
        {
            await context.Invoke();
            return;
        }

        Interlocked.Increment(ref _calls);
        for (var i = 0; i < context.Request.GetArgumentCount(); i++) Count(context.Request.GetArgument(i));
        await context.Invoke();
        Count(context.Result);
    }

    private void Count(object? value)
    {
        if (value is not null and not IAddressable)
            Interlocked.Add(
                ref _bytes, JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), SbnnJson.Options).Length);
    }
}
