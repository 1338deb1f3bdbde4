namespace Sbnn.Sweeps.Reports.Statistics;

/// <summary>A line of an analysis of variance: a main effect, an interaction, or the residual.</summary>
/// <param name="Name">The names of the factors, joined by " × ".</param>
/// <param name="SumOfSquares">The sum of squares, in the square of the response's unit.</param>
/// <param name="Freedom">Degrees of freedom, at least 1.</param>
/// <param name="EtaSquared">The sum of squares as a share of the total, in [0, 1].</param>
public sealed record VarianceSource(string Name, decimal SumOfSquares, int Freedom, decimal EtaSquared)
{
    /// <summary>The sum of squares by degree of freedom.</summary>
    public decimal MeanSquare => SumOfSquares / Freedom;

    /// <summary>
    /// ω², the share less what chance alone explains on average; slightly negative for an effect that does not exist.
    /// Null without a residual, and for the residual.
    /// </summary>
    public decimal? OmegaSquared { get; init; }

    /// <summary>
    /// The mean square divided by that of the residual; null where the residual is missing or 0, and for the residual.
    /// </summary>
    public double? F { get; init; }

    /// <summary>The probability of such an F or a greater one without the effect; null without F.</summary>
    public double? P { get; init; }

    /// <summary>P by Holm's correction over all effects of the analysis; null without F.</summary>
    public double? AdjustedP { get; init; }
}
