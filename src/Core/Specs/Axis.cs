namespace Sbnn.Sweeps.Core.Specs;

/// <summary>
/// One axis of a sweep's grid. Each point sets one hyperparameter, or several that change together (for example each
/// sparsity with its own γ).
/// </summary>
/// <param name="Points">The points in the order of the spec. Each maps hyperparameter names to values.</param>
/// <param name="When">
/// The condition that a cell must match for the axis to apply; null when the axis applies to all cells. The condition
/// is compared with the cell's values from <c>trial:</c> and from the axes before this one. Cells that do not match
/// keep their values.
/// </param>
public sealed record Axis(IReadOnlyList<IReadOnlyDictionary<string, object?>> Points, HyperparameterMatch? When = null)
{
    /// <summary>True when some point sets the hyperparameter.</summary>
    public bool Sets(string parameter) => Points.Any(p => p.ContainsKey(parameter));
}
