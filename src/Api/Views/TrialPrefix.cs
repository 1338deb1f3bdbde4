using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Api.Views;

/// <summary>The first digits of a trial's key, with which users name a trial.</summary>
public static class TrialPrefix
{
    /// <summary>The allowed values, for messages.</summary>
    public const string Allowed = "4 to 64 of the key's hex digits";

    /// <summary>True for text that can be the beginning of a key.</summary>
    public static bool IsValid(string prefix) =>
        prefix.Length is >= 4 and <= 64 && prefix.All(char.IsAsciiHexDigitLower);

    /// <summary>Finds the trial whose key begins with the prefix; null when no key does.</summary>
    /// <exception cref="BadInputException">The prefix is not valid, or matches several trials.</exception>
    public static async Task<TrialRow?> FindAsync(LedgerReader ledger, string prefix)
    {
        if (!IsValid(prefix)) throw new BadInputException($"trial: {prefix} is not allowed (allowed: {Allowed})");
        var keys = await ledger.FindKeysAsync(prefix, 2);
        if (keys.Count > 1)
        {
            throw new BadInputException(
                $"trial: several trials begin with {prefix}, including {keys[0].Short} and {keys[1].Short}; give more "
                    + "digits");
        }

        return keys is [var key] ? await ledger.FindTrialAsync(key) : null;
    }
}
