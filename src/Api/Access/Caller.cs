namespace Sbnn.Sweeps.Api.Access;

/// <summary>Who, beside the holder of the home's token, may call an endpoint: metadata of the endpoint.</summary>
public enum Caller
{
    /// <summary>A machine with a join token, and no other caller.</summary>
    NodeEnrollment = 0,

    /// <summary>A node with its secret.</summary>
    Node = 1,
}
