namespace Sbnn.Sweeps.Core.Specs;

/// <summary>
/// One axis. Each point sets one hyperparameter, or several that change together (as when each sparsity is paired with
/// its own γ).
/// </summary>
/// <param name="Points">The points in the order written; each maps hyperparameter names to values.</param>
/// <param name="When">
/// The axis applies only to cells that match. A cell's values are those of <c>trial:</c> and of the axes before this
/// one; cells that do not match keep their value. Null: the axis applies to all cells.
/// </param>
public sealed record Axis(IReadOnlyList<IReadOnlyDictionary<string, object?>> Points, HyperparameterMatch? When = null)
{
    /// <summary>True when some point sets the hyperparameter.</summary>
    public bool Sets(string parameter) => Points.Any(p => p.ContainsKey(parameter));
}
