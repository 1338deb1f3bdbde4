namespace Sbnn.Sweeps.Core.Specs;

/// <summary>
/// One axis: each point sets one hyperparameter, or several that move together (paired, as each sparsity with its own
/// γ).
/// </summary>
/// <param name="Points">The points, in the order written; each maps hyperparameter names to values.</param>
/// <param name="When">
/// The axis multiplies only cells that match, as the hyperparameters of <c>trial:</c> and the axes before this one left
/// them; others keep their value. Null: all cells.
/// </param>
public sealed record Axis(IReadOnlyList<IReadOnlyDictionary<string, object?>> Points, HyperparameterMatch? When = null)
{
    /// <summary>True when some point sets the hyperparameter.</summary>
    public bool Sets(string parameter) => Points.Any(p => p.ContainsKey(parameter));
}
