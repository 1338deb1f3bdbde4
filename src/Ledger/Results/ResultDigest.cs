using System.Security.Cryptography;
using System.Text.Json;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Ledger.Results;

/// <summary>The digest that identifies a committed result.</summary>
internal static class ResultDigest
{
    /// <summary>SHA-256 (lower-case hex) of the bytes of a result's file.</summary>
    public static string Of(TrialResult result)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(result, SbnnJson.Indented));
        hash.AppendData("\n"u8);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
