using System.Security.Cryptography;
using System.Text;
using Sbnn.Sweeps.Grains;

namespace Sbnn.Sweeps.Silo.Trust;

/// <summary>
/// Rejects every call that comes through the gateway, except those of <see cref="INodeGrain"/>. Calls from inside the
/// head's process carry a secret that never leaves the process. The caller's address in a call proves nothing, because
/// a node could write any address.
/// </summary>
internal sealed class GatewayCallFilter : IIncomingGrainCallFilter, IOutgoingGrainCallFilter
{
    private const string Key = "sbnn.inside";

    // A type of Orleans that is not public. A client uses it to read the names of the cluster's grains before its first
    // call; it exposes nothing else.
    private const string NamesOfGrains = "Orleans.Runtime.IClusterManifestSystemTarget";

    // A type of Orleans that is not public. A timer's request never travels over a connection, so it is always an
    // internal call.
    private const string Timer = "Orleans.Runtime.GrainTimer";

    private readonly string _secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    /// <summary>Marks a call as internal, unless it leaves the process.</summary>
    public Task Invoke(IOutgoingGrainCallContext context)
    {
        if (context.InterfaceMethod.DeclaringType?.IsAssignableTo(typeof(IGrainObserver)) == true)
            RequestContext.Remove(Key);
        else RequestContext.Set(Key, _secret);
        return context.Invoke();
    }

    /// <summary>Allows internal calls, and the calls that nodes may make.</summary>
    public Task Invoke(IIncomingGrainCallContext context)
    {
        var called = context.InterfaceMethod.DeclaringType;
        if (called == typeof(INodeGrain) || called?.FullName == NamesOfGrains || IsTimer(context) || IsPoke(context)
            || IsInside())
            return context.Invoke();
        throw new UnauthorizedAccessException(
            $"{called?.Name}: a node may not call this interface (allowed: {nameof(INodeGrain)})");
    }

    private static bool IsTimer(IGrainCallContext context) =>
        context.Request.GetType() is var type && type.Assembly == typeof(Orleans.Runtime.Silo).Assembly
        && type.FullName!.StartsWith(Timer, StringComparison.Ordinal);

    // The head calls its own node without the secret, because a call to an observer may leave the process. A node that
    // makes this call to the head's own node only causes an earlier synchronisation.
    private static bool IsPoke(IGrainCallContext context) =>
        context.InterfaceMethod.DeclaringType == typeof(INodeObserver)
        && context.InterfaceMethod.Name == nameof(INodeObserver.PokeAsync);

    private bool IsInside() => RequestContext.Get(Key) is string given
        && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(given), Encoding.ASCII.GetBytes(_secret));
}
