namespace Sbnn.Sweeps.Dashboard.Charts;

/// <summary>A line of a <see cref="LineChart"/>.</summary>
/// <param name="Label">The line's name in the legend.</param>
/// <param name="Values">One value for each x; null leaves a gap.</param>
/// <param name="IsDashed">True for a dashed line, such as a target.</param>
public sealed record ChartSeries(string Label, IReadOnlyList<double?> Values, bool IsDashed = false);
