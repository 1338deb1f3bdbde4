namespace Sbnn.Sweeps.Api.Client;

/// <summary>The types of problem documents that a client distinguishes.</summary>
public static class ProblemType
{
    /// <summary>
    /// The ledger cannot be read or written. With status 503 the fault may disappear without a repair; with 500 the
    /// ledger must be repaired first.
    /// </summary>
    public const string Ledger = "urn:sbnn:problem:ledger";
}
