namespace Sbnn.Sweeps.Api.Client;

/// <summary>The types of problem documents that a client tells apart.</summary>
public static class ProblemType
{
    /// <summary>
    /// The ledger cannot be read or written: with status 503 it may be over in a moment, with 500 it needs attention.
    /// </summary>
    public const string Ledger = "urn:sbnn:problem:ledger";
}
