namespace Sbnn.Sweeps.Core.Trials;

/// <summary>
/// The version of the numerics of each model and method. Raise it when a change of the code changes the numbers: trials
/// then have new keys, so old results are never mixed with new ones. A trajectory test in <c>tests/Training</c> detects
/// a change.
/// </summary>
public static class RecipeVersion
{
    /// <summary>The version that applies to a trial.</summary>
    public static int Of(TrialSpec trial) => Find(trial.Model, trial.Method)
        ?? throw new ArgumentOutOfRangeException(
            nameof(trial), (trial.Model, trial.Method), "no recipe version is defined for this model and method");

    /// <summary>The version for a model and method; null when the model does not support the method.</summary>
    public static int? Find(ModelKind model, MethodKind method) => (model, method) switch
    {
        (ModelKind.ResNet18, MethodKind.Sbnn) => 1,
        (ModelKind.ResNet18, MethodKind.IrNet) => 1,
        (ModelKind.ResNet18, MethodKind.FullPrecision) => 1,
        (ModelKind.ReActNet18, MethodKind.Sbnn) => 2,
        (ModelKind.ReActNet18, MethodKind.ReActNet) => 2,
        (ModelKind.ReActNet18, MethodKind.Subbit067 or MethodKind.Subbit056 or MethodKind.Subbit044) => 2,
        _ => null,
    };
}
