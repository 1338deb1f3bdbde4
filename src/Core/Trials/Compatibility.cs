namespace Sbnn.Sweeps.Core.Trials;

/// <summary>
/// Which hyperparameters go together. A setting that could only be ignored is refused where its row of a table would
/// claim more than was trained.
/// </summary>
public static class Compatibility
{
    /// <summary>
    /// What in a trial does not go together: the hyperparameter to change, and why in words. Nothing for a trial that
    /// can be trained.
    /// </summary>
    public static IEnumerable<(Hyperparameter Hyperparameter, string Why)> Faults(TrialSpec trial)
    {
        var method = EnumWords.Of(trial.Method);
        if (!trial.Method.IsFor(trial.Model))
        {
            var (model, others) = (EnumWords.Of(trial.Model), Words<MethodKind>(m => m.IsFor(trial.Model)));
            yield return (Hyperparameters.Get("method"),
                $"{method} is not to be had for model: {model}; with {model}: {others}");
        }

        if (!trial.Method.HasDomain() && trial.Domain != DomainKind.Learned)
            yield return (Hyperparameters.Get("domain"),
                $"{EnumWords.Of(trial.Domain)} does not go with method: {method}, which has no domain to choose; "
                    + $"{Only(m => m.HasDomain())}");
        if (!trial.Method.HasPenalty() && trial.Sparsity is { } sparsity)
            yield return (Hyperparameters.Get("sparsity"),
                $"{Hyperparameters.Get("sparsity").Format(sparsity)} does not go with method: {method}, which has no "
                    + $"sparsity penalty; {Only(m => m.HasPenalty())}");
        if (trial.SelectOn == SelectionSplit.Validation && trial.ValidationImages is null)
            yield return (Hyperparameters.Get("select-on"),
                "validation needs validation-images: as well, how many training images are held out");
    }

    private static string Only(Func<MethodKind, bool> allowed) =>
        $"leave it out, or give its axis when: {{method: {Words(allowed)}}}";

    private static string Words<T>(Func<T, bool> allowed)
        where T : struct, Enum =>
            string.Join(", ", Enum.GetValues<T>().Where(allowed).Select(value => EnumWords.Of(value)));
}
