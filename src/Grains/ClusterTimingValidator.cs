using Microsoft.Extensions.Options;

namespace Sbnn.Sweeps.Grains;

/// <summary>
/// Checks <see cref="ClusterTiming"/> when the process starts. When a node's lease is over, its trials start on other
/// nodes. The node's trainers must have exited by then; otherwise two trainers would train the same trial.
/// </summary>
internal sealed class ClusterTimingValidator : IValidateOptions<ClusterTiming>
{
    public ValidateOptionsResult Validate(string? name, ClusterTiming options)
    {
        List<string> problems =
            [.. Positive(options).Where(static span => span.Value <= TimeSpan.Zero).Select(static span =>
            $"{span.Name}: {span.Value} is not allowed (allowed: longer than zero)")];
        if (options.NodeLease <= options.TrainerGrace)
            problems.Add($"{nameof(options.NodeLease)}: {options.NodeLease} is not allowed (allowed: longer than "
                + $"{nameof(options.TrainerGrace)}, which is {options.TrainerGrace})");
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<(string Name, TimeSpan Value)> Positive(ClusterTiming options) =>
    [
        (nameof(options.SyncEvery), options.SyncEvery),
        (nameof(options.TrainerGrace), options.TrainerGrace),
        (nameof(options.LongestBackoff), options.LongestBackoff),
        (nameof(options.StopTimeout), options.StopTimeout),
    ];
}
