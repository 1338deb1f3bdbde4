using Microsoft.AspNetCore.Http;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Api.Access;

/// <summary>Tells which node sends a request. The host that lets nodes in registers it.</summary>
public interface INodeIdentity
{
    /// <summary>The node; null when the request is not a node's.</summary>
    NodeName? Find(HttpContext request);
}

/// <summary>The identity where no node may come from another machine.</summary>
internal sealed class NoRemoteNodes : INodeIdentity
{
    public NodeName? Find(HttpContext request) => null;
}
