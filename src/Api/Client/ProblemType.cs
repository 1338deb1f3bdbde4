namespace Sbnn.Sweeps.Api.Client;

/// <summary>The types of problem documents that a client distinguishes.</summary>
public static class ProblemType
{
    /// <summary>
    /// The ledger cannot be read or written. With status 503 the fault may pass; with 500 it must be repaired.
    /// </summary>
    public const string Ledger = "urn:sbnn:problem:ledger";
}
