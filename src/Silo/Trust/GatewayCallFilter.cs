using System.Security.Cryptography;
using System.Text;
using Sbnn.Sweeps.Grains;

namespace Sbnn.Sweeps.Silo.Trust;

/// <summary>
/// Rejects every call that comes through the gateway, except those of <see cref="INodeGrain"/>. Calls from inside the
/// head's process carry a secret that never leaves it; who a call says that it comes from proves nothing, because a
/// node writes that itself.
/// </summary>
internal sealed class GatewayCallFilter : IIncomingGrainCallFilter, IOutgoingGrainCallFilter
{
    private const string Key = "sbnn.inside";

    // Types of Orleans that are not public. A client reads the names of the cluster's grains before it calls any, and
    // no more than names are there.
    private const string NamesOfGrains = "Orleans.Runtime.IClusterManifestSystemTarget";

    // A timer is its own request, which cannot be written to a connection.
    private const string Timer = "Orleans.Runtime.GrainTimer";

    private readonly string _secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    /// <summary>Marks a call, unless it leaves the process.</summary>
    public Task Invoke(IOutgoingGrainCallContext context)
    {
        if (context.InterfaceMethod.DeclaringType?.IsAssignableTo(typeof(IGrainObserver)) == true)
            RequestContext.Remove(Key);
        else RequestContext.Set(Key, _secret);
        return context.Invoke();
    }

    /// <summary>Lets a marked call pass, and what nodes may call.</summary>
    public Task Invoke(IIncomingGrainCallContext context)
    {
        var called = context.InterfaceMethod.DeclaringType;
        if (called == typeof(INodeGrain) || called?.FullName == NamesOfGrains || IsTimer(context) || IsInside())
            return context.Invoke();
        throw new UnauthorizedAccessException($"{called?.Name}: a node may not call it");
    }

    private static bool IsTimer(IGrainCallContext context) =>
        context.Request.GetType() is var type && type.Assembly == typeof(Orleans.Runtime.Silo).Assembly
        && type.FullName!.StartsWith(Timer, StringComparison.Ordinal);

    private bool IsInside() => RequestContext.Get(Key) is string given
        && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(given), Encoding.ASCII.GetBytes(_secret));
}
