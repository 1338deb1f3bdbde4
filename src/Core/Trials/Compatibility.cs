namespace Sbnn.Sweeps.Core.Trials;

/// <summary>
/// Checks which hyperparameters may be combined. Some settings without effect are refused as well, because a table's
/// row would otherwise show a setting that was not trained.
/// </summary>
public static class Compatibility
{
    /// <summary>
    /// The reasons why a trial's settings cannot be combined: the hyperparameter to change, and a sentence with the
    /// reason. Empty for a trial that can be trained.
    /// </summary>
    public static IEnumerable<(Hyperparameter Hyperparameter, string Why)> Faults(TrialSpec trial)
    {
        var method = EnumWords.Of(trial.Method);
        if (!trial.Method.IsFor(trial.Model))
        {
            var (model, others) = (EnumWords.Of(trial.Model), Words<MethodKind>(m => m.IsFor(trial.Model)));
            yield return (Hyperparameters.Get("method"),
                $"{method} is not available for model: {model} (allowed: {others})");
        }

        if (trial.Model.IsForImageNet() && trial.ImageSize % 32 != 0)
        {
            var lower = trial.ImageSize / 32 * 32;
            yield return (Hyperparameters.Get("image-size"),
                $"{trial.ImageSize} cannot be halved five times (allowed: a multiple of 32, such as {lower} or "
                    + $"{lower + 32})");
        }

        if (trial.Model.HasHalfStem() && trial.Width % 2 != 0)
        {
            yield return (Hyperparameters.Get("width"),
                $"{trial.Width} is odd, but the stem of model: {EnumWords.Of(trial.Model)} has half as many channels "
                    + "(allowed: an even number)");
        }

        if (!trial.Method.HasDomain() && trial.Domain != DomainKind.Learned)
            yield return (Hyperparameters.Get("domain"),
                $"{EnumWords.Of(trial.Domain)} cannot be combined with method: {method}, which has no domain to "
                    + $"choose; {Only(m => m.HasDomain())}");
        if (!trial.Method.HasPenalty() && trial.Sparsity is { } sparsity)
            yield return (Hyperparameters.Get("sparsity"),
                $"{Hyperparameters.Get("sparsity").Format(sparsity)} cannot be combined with method: {method}, which "
                    + $"has no sparsity penalty; {Only(m => m.HasPenalty())}");
        if (trial.SelectOn == SelectionSplit.Validation && trial.ValidationImages is null)
            yield return (Hyperparameters.Get("select-on"),
                "validation requires validation-images:, the number of training images that are held out");
    }

    private static string Only(Func<MethodKind, bool> allowed) =>
        $"remove it, or add when: {{method: {Words(allowed)}}} to its axis";

    private static string Words<T>(Func<T, bool> allowed)
        where T : struct, Enum =>
            string.Join(", ", Enum.GetValues<T>().Where(allowed).Select(value => EnumWords.Of(value)));
}
