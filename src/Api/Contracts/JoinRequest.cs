namespace Sbnn.Sweeps.Api.Contracts;

/// <summary>A machine's request to join as a node. The join token is in the Authorization header.</summary>
public sealed record JoinRequest
{
    /// <summary>The node's name.</summary>
    public required string Name { get; init; }

    /// <summary>128 random bits in hex that are stored in the node's home.</summary>
    public required string Identity { get; init; }

    /// <summary>A certificate signing request in PEM. Only its key is used.</summary>
    public required string Csr { get; init; }
}

/// <summary>The answer to a node that may join.</summary>
public sealed record JoinedNode
{
    /// <summary>32 random bytes in hex that the node must send with each later call.</summary>
    public required string Secret { get; init; }

    /// <summary>The node's certificate, in PEM.</summary>
    public required string Certificate { get; init; }

    /// <summary>
    /// The port on which the head's gateway listens; with a port forward, nodes may use another port to reach it.
    /// </summary>
    public required int GatewayPort { get; init; }
}

/// <summary>A node's request for its next certificate. The node's secret is in the Authorization header.</summary>
public sealed record RenewalRequest
{
    /// <summary>A certificate signing request in PEM. Only its key is used.</summary>
    public required string Csr { get; init; }
}

/// <summary>A node's next certificate.</summary>
public sealed record RenewedCertificate
{
    /// <summary>The certificate, in PEM.</summary>
    public required string Certificate { get; init; }
}
