using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;

namespace Sbnn.Sweeps.Api.Access;

/// <summary>Admits machines as nodes, and records which nodes were admitted.</summary>
public interface INodeAdmission : INodeRegistry
{
    /// <summary>True when a text is a join token that has not expired.</summary>
    bool IsJoinToken(string text);

    /// <summary>The node that a secret belongs to; null when no node has the secret.</summary>
    NodeName? FindNode(string secret);

    /// <summary>Admits a machine as a node. Returns the node's secret and certificate.</summary>
    /// <exception cref="Core.BadInputException">The request is not valid.</exception>
    JoinedNode Admit(JoinRequest request);

    /// <summary>Renews the certificate of the node that a secret belongs to.</summary>
    /// <exception cref="Core.BadInputException">The request is not valid.</exception>
    RenewedCertificate Renew(string secret, RenewalRequest request);

    /// <summary>Creates a join token.</summary>
    /// <exception cref="Core.BadInputException">This sbnn does not accept nodes.</exception>
    JoinToken CreateToken(TimeSpan lifetime);

    /// <summary>Revokes a node's admission immediately. Returns false for an unknown node.</summary>
    bool Remove(NodeName name);

    /// <summary>Sets whether a node is draining; no trial starts on a draining node.</summary>
    void Drain(NodeName name, bool isDraining);
}
