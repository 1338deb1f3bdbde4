using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>
/// Checks a submission from the network as strictly as the spec's reader checks a file. A key that does not match its
/// trial would put a wrong result into every sweep that shares the trial, and a folder's name must not be a path.
/// </summary>
internal static class SubmissionCheck
{
    /// <summary>The first fault of the submission; null when it is valid.</summary>
    public static string? FindFault(SubmitSweepRequest submission)
    {
        if (!SpecReader.IsName(submission.Name)) return $"name: '{submission.Name}' is not a valid sweep name";
        if (submission.Trials.Count is 0 or > SweepSpec.LargestGrid)
            return $"trials: {submission.Trials.Count} trials are not allowed (allowed: 1 to {SweepSpec.LargestGrid})";
        return FindFault(submission.Run) ?? FindFault(submission.Table)
            ?? submission.Trials.Select(FindFault).FirstOrDefault(static fault => fault is not null)
            ?? (submission.Trials.CountBy(static trial => trial.Key)
                .FirstOrDefault(static count => count.Value > 1) is { Value: > 1 } twice
                ? $"trials: duplicate key {twice.Key}"
                : null);
    }

    /// <summary>
    /// The first setting that does not fit its images; null when all fit. Settings for images that are not prepared on
    /// this machine are not checked.
    /// </summary>
    public static async Task<string?> FindImageFaultAsync(
        SubmitSweepRequest submission, IPreparedImages images, CancellationToken cancellation)
    {
        foreach (var sharing in submission.Trials.GroupBy(static trial =>
            (Place: DatasetLocation.Of(trial.Spec), Digest: trial.Spec.DataDigest!)))
        {
            if (await images.FindAsync(sharing.Key.Place, sharing.Key.Digest, cancellation) is not { } prepared)
                continue;
            foreach (var trial in sharing)
            {
                foreach (var (parameter, why) in ImageCompatibility.Of(trial.Spec, prepared))
                    return $"trials: {trial.Key}: {parameter.Name}: {why}";
            }
        }

        return null;
    }

    private static string? FindFault(RunSpec run) => run switch
    {
        { MaxAttempts: < 1 } => "run.maxAttempts: not allowed (allowed: at least 1)",
        { Priority: < RunSpec.LeastPriority or > RunSpec.MostPriority } =>
            $"run.priority: not allowed (allowed: from {RunSpec.LeastPriority} to {RunSpec.MostPriority})",
        { Backoff.Ticks: < 0 } => "run.backoffSeconds: not allowed (allowed: at least 0)",
        { CheckpointEvery.Ticks: < 0 } => "run.checkpointEverySeconds: not allowed (allowed: at least 0)",
        { HangAfter.Ticks: < 0 } => "run.hangAfterSeconds: not allowed (allowed: at least 0)",
        { HangAfter.Ticks: > 0 } when run.HangAfter <= run.CheckpointEvery =>
            "run.hangAfterSeconds: not allowed (allowed: more than checkpointEverySeconds, or 0 for never)",
        { MemoryMiB: < 1 or > RunSpec.MostMemoryMiB } =>
            $"run.memoryMiB: not allowed (allowed: from 1 to {RunSpec.MostMemoryMiB})",
        _ when !Enum.IsDefined(run.Device) => "run.device: not allowed (allowed: any, cpu, gpu)",
        _ when !Enum.IsDefined(run.Keep) => "run.keep: not allowed (allowed: nothing, weights)",
        _ => null,
    };

    private static string? FindFault(TableSpec table) =>
        table.Rows.SelectMany(static row => row.Where)
            .Where(static where => !Hyperparameters.TryGet(where.Key, out var parameter)
                || !parameter.TryParse(where.Value, out _))
            .Select(static where => $"table.rows: {where.Key}: {where.Value} is not a parameter with an allowed value")
                .FirstOrDefault();

    private static string? FindFault(KeyedTrial trial)
    {
        // The JSON may lack the key or the spec.
        if (trial?.Spec is null || trial.Key.Hex is null) return "trials: each trial requires a key and a spec";
        foreach (var parameter in Hyperparameters.All)
        {
            var value = parameter.Get(trial.Spec);
            if (!Equals(value, parameter.Default) && !parameter.TryParse(parameter.Format(value), out _))
                return $"trials: {trial.Key}: {parameter.Name}: {parameter.Format(value)} is not allowed (allowed: "
                    + $"{parameter.Allowed})";
        }

        if (trial.Spec.Seed < 0)
            return $"trials: {trial.Key}: seed: {trial.Spec.Seed} is not allowed (allowed: a whole number from 0)";
        if (trial.Spec.DataDigest is null) return $"trials: {trial.Key}: dataDigest: missing";
        var key = TrialKey.Of(trial.Spec);
        return key == trial.Key
            ? null
            : $"trials: {trial.Key} is not the key of the trial's settings, which is {key}; use the same version of "
                + "sbnn on both sides";
    }
}
