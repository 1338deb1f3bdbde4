using System.Globalization;

namespace Sbnn.Sweeps.Reports.Formatting;

/// <summary>
/// Formats numbers for tables: rounded half away from zero, with the character '−' as minus sign, the same in every
/// culture.
/// </summary>
internal static class NumberText
{
    /// <summary>A number with a fixed number of decimals.</summary>
    public static string Fixed(decimal value, int decimals)
    {
        var rounded = Math.Round(value, decimals, MidpointRounding.AwayFromZero);
        var digits = Math.Abs(rounded).ToString($"F{decimals}", CultureInfo.InvariantCulture);
        return rounded < 0 ? "−" + digits : digits;
    }

    /// <summary>A difference with its sign, unless it rounds to zero.</summary>
    public static string Signed(decimal value, int decimals) =>
        Math.Round(value, decimals, MidpointRounding.AwayFromZero) > 0 ? "+" + Fixed(value, decimals)
            : Fixed(value, decimals);

    /// <summary>A p-value with three decimals, or "&lt; 0.001".</summary>
    public static string P(double p) => p < 0.001 ? "< 0.001" : Fixed((decimal)p, 3);
}
