namespace Sbnn.Sweeps.Api.Access;

/// <summary>Endpoint metadata: who may call the endpoint. Without it, only holders of the home's token may.</summary>
public enum Caller
{
    /// <summary>Only machines with a join token. The home's token is rejected, too.</summary>
    NodeEnrollment = 0,

    /// <summary>A node with its secret, or a holder of the home's token.</summary>
    Node = 1,
}
