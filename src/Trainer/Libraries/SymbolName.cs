using System.Globalization;

namespace Sbnn.Sweeps.Trainer.Libraries;

/// <summary>Formats C++ symbols for messages.</summary>
internal static class SymbolName
{
    /// <summary>
    /// The qualified name of a function or class, without a function's parameters; the symbol itself when its form is
    /// unknown.
    /// </summary>
    public static string Readable(string symbol)
    {
        var (prefix, rest) = symbol.StartsWith("_ZTV", StringComparison.Ordinal) ? ("vtable of ", symbol[4..])
            : symbol.StartsWith("_ZTI", StringComparison.Ordinal) ? ("typeinfo of ", symbol[4..])
            : symbol.StartsWith("_Z", StringComparison.Ordinal) ? ("", symbol[2..]) : ("", "");
        rest = rest.StartsWith("NK", StringComparison.Ordinal) ? rest[2..] : rest.StartsWith('N') ? rest[1..] : rest;
        var parts = new List<string>();
        while (rest.Length > 0 && char.IsAsciiDigit(rest[0]))
        {
            var digits = rest.TakeWhile(char.IsAsciiDigit).Count();
            var length = int.Parse(rest.AsSpan(0, digits), CultureInfo.InvariantCulture);
            if (digits + length > rest.Length) return symbol;
            parts.Add(rest.Substring(digits, length));
            rest = rest[(digits + length)..];
        }

        return parts.Count == 0 ? symbol : prefix + string.Join("::", parts);
    }
}
