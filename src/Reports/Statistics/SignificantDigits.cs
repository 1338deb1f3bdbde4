namespace Sbnn.Sweeps.Reports.Statistics;

/// <summary>
/// Rounds what a mathematical library computed to twelve significant digits, so that results do not depend on the
/// machine's library.
/// </summary>
internal static class SignificantDigits
{
    private const int Digits = 12;

    /// <summary>The rounded number; 0, NaN and infinities stay as they are.</summary>
    public static double Round(double value)
    {
        if (value == 0 || !double.IsFinite(value)) return value;
        var scale = Math.Pow(10, Digits - 1 - Math.Floor(Math.Log10(Math.Abs(value))));
        return double.IsFinite(scale) ? Math.Round(value * scale) / scale : value;
    }
}
