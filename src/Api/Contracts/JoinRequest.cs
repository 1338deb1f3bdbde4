namespace Sbnn.Sweeps.Api.Contracts;

/// <summary>A machine asks to be let in as a node. The join token goes in the Authorization header.</summary>
public sealed record JoinRequest
{
    /// <summary>The node's name.</summary>
    public required string Name { get; init; }

    /// <summary>128 random bits in hex that lie in the node's home.</summary>
    public required string Identity { get; init; }

    /// <summary>A certificate signing request in PEM. Only its key is used.</summary>
    public required string Csr { get; init; }
}

/// <summary>What a node gets when it is let in.</summary>
public sealed record JoinedNode
{
    /// <summary>32 random bytes in hex, which its calls carry from now on.</summary>
    public required string Secret { get; init; }

    /// <summary>Its certificate, in PEM.</summary>
    public required string Certificate { get; init; }

    /// <summary>The port by which the head's gateway knows itself; a forward may lead to it from another one.</summary>
    public required int GatewayPort { get; init; }
}

/// <summary>A node asks for its next certificate. Its secret goes in the Authorization header.</summary>
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
