using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;

namespace Sbnn.Sweeps.Api.Access;

/// <summary>Lets machines in as nodes, and keeps who was let in.</summary>
public interface INodeAdmission : INodeRegistry
{
    /// <summary>True when a text is a join token that has not expired.</summary>
    bool IsJoinToken(string text);

    /// <summary>The node that has a secret; null when none has.</summary>
    NodeName? FindNode(string secret);

    /// <summary>Lets a machine in.</summary>
    /// <exception cref="Core.BadInputException">The request is not valid.</exception>
    JoinedNode Admit(JoinRequest request);

    /// <summary>Gives the node that has a secret its next certificate.</summary>
    /// <exception cref="Core.BadInputException">The request is not valid.</exception>
    RenewedCertificate Renew(string secret, RenewalRequest request);

    /// <summary>Draws a join token.</summary>
    /// <exception cref="Core.BadInputException">This sbnn takes no nodes.</exception>
    JoinToken DrawToken(TimeSpan lifetime);

    /// <summary>Takes back that a node was let in, at once. False when none of that name was.</summary>
    bool Remove(NodeName name);

    /// <summary>Makes a node train nothing, or again.</summary>
    void Drain(NodeName name, bool isDraining);
}
