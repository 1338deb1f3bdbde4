using System.Globalization;

namespace Sbnn.Sweeps.Reports.Formatting;

/// <summary>
/// Numbers as tables print them: rounded half away from zero, with a true minus sign, the same in every culture.
/// </summary>
internal static class NumberText
{
    /// <summary>A number with so many decimals.</summary>
    public static string Fixed(decimal value, int decimals)
    {
        var rounded = Math.Round(value, decimals, MidpointRounding.AwayFromZero);
        var digits = Math.Abs(rounded).ToString($"F{decimals}", CultureInfo.InvariantCulture);
        return rounded < 0 ? "−" + digits : digits;
    }

    /// <summary>A difference: with its sign, unless it rounds to nothing.</summary>
    public static string Signed(decimal value, int decimals) =>
        Math.Round(value, decimals, MidpointRounding.AwayFromZero) > 0 ? "+" + Fixed(value, decimals)
            : Fixed(value, decimals);
}
