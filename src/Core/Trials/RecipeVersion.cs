namespace Sbnn.Sweeps.Core.Trials;

/// <summary>
/// The version of the numerics of each model and method. Raise it when a change of the code changes the numbers: trials
/// then have new keys, so old results are never mixed with new ones. A trajectory test in <c>tests/Training</c> detects
/// a change.
/// </summary>
public static class RecipeVersion
{
    /// <summary>The version that applies to a trial.</summary>
    public static int Of(TrialSpec trial) => Find(trial.Model, trial.Method, trial.Recipe)
        ?? throw new ArgumentOutOfRangeException(
            nameof(trial), (trial.Model, trial.Method), "no recipe version is defined for this model and method");

    /// <summary>
    /// The version for a model, method and recipe; null when the model does not support the method.
    /// </summary>
    public static int? Find(ModelKind model, MethodKind method, RecipeKind recipe) => (model, method) switch
    {
        // The window of the straight-through estimator came with version 3.
        (ModelKind.ReActNet18, MethodKind.Sbnn or MethodKind.ReActNet) when recipe == RecipeKind.Corrected => 3,
        (ModelKind.ReActNet18, _) when method.IsFor(model) => 2,
        _ => method.IsFor(model) ? 1 : null,
    };
}
