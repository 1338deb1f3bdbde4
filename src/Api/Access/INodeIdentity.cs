using Microsoft.AspNetCore.Http;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Api.Access;

/// <summary>Finds which node sends a request. The host that lets nodes in registers it.</summary>
public interface INodeIdentity
{
    /// <summary>The node; null when the request is not a node's.</summary>
    NodeName? Find(HttpContext request);
}

/// <summary>Knows a node by the secret that it got when it was let in, and sends as a bearer token.</summary>
internal sealed class NodeSecrets(INodeAdmission nodes) : INodeIdentity
{
    public NodeName? Find(HttpContext request) =>
        TokenGate.BearerOf(request.Request) is { } secret ? nodes.FindNode(secret) : null;
}
