using Polly;
using Polly.Retry;

namespace Sbnn.Sweeps.Core.Retries;

/// <summary>
/// Creates retry pipelines for operations that wait for a condition: try, report, pause, and try again, without a limit
/// on the number of tries.
/// </summary>
public static class RetryPipeline
{
    /// <summary>Creates a pipeline with the same pause after each try.</summary>
    /// <param name="time">The clock that measures the pauses.</param>
    /// <param name="pause">The length of each pause.</param>
    /// <param name="needsRetry">True for an outcome that requires another try.</param>
    /// <param name="report">
    /// Called before each pause, so a caller that reports only once must remember its report.
    /// </param>
    public static ResiliencePipeline<T> Create<T>(
        TimeProvider time, TimeSpan pause, Func<Outcome<T>, bool> needsRetry, Action<OnRetryArguments<T>> report) =>
        Create(time, _ => pause, needsRetry, report);

    /// <summary>Creates a pipeline whose pause depends on the outcome of the preceding try.</summary>
    public static ResiliencePipeline<T> Create<T>(
        TimeProvider time, Func<Outcome<T>, TimeSpan> pause, Func<Outcome<T>, bool> needsRetry,
        Action<OnRetryArguments<T>> report) =>
        new ResiliencePipelineBuilder<T> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<T>
            {
                MaxRetryAttempts = int.MaxValue,
                ShouldHandle = tried => ValueTask.FromResult(needsRetry(tried.Outcome)),
                DelayGenerator = tried => ValueTask.FromResult<TimeSpan?>(pause(tried.Outcome)),
                OnRetry = tried =>
                {
                    report(tried);
                    return ValueTask.CompletedTask;
                },
            })
            .Build();
}
