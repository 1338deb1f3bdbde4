namespace Sbnn.Sweeps.Api.Access;

/// <summary>Endpoint metadata: who may call the endpoint in addition to holders of the home's token.</summary>
public enum Caller
{
    /// <summary>Only machines with a join token.</summary>
    NodeEnrollment = 0,

    /// <summary>A node with its secret.</summary>
    Node = 1,
}
