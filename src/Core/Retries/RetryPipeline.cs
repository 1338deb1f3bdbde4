using Polly;
using Polly.Retry;

namespace Sbnn.Sweeps.Core.Retries;

/// <summary>
/// Creates the pipelines for everything that waits: try, report, pause, and try again, without a limit on the number of
/// tries.
/// </summary>
public static class RetryPipeline
{
    /// <summary>Creates a pipeline that pauses equally long after each try.</summary>
    /// <param name="time">The clock of the pauses.</param>
    /// <param name="pause">The length of each pause.</param>
    /// <param name="isAgain">True for an outcome that requires another try.</param>
    /// <param name="report">Called before each pause. A caller that reports only once must remember that it
    /// has.</param>
    public static ResiliencePipeline<T> Create<T>(
        TimeProvider time, TimeSpan pause, Func<Outcome<T>, bool> isAgain, Action<OnRetryArguments<T>> report) =>
        Create(time, _ => pause, isAgain, report);

    /// <summary>Creates a pipeline whose pause depends on the outcome before it.</summary>
    public static ResiliencePipeline<T> Create<T>(
        TimeProvider time, Func<Outcome<T>, TimeSpan> pause, Func<Outcome<T>, bool> isAgain,
        Action<OnRetryArguments<T>> report) =>
        new ResiliencePipelineBuilder<T> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<T>
            {
                MaxRetryAttempts = int.MaxValue,
                ShouldHandle = tried => ValueTask.FromResult(isAgain(tried.Outcome)),
                DelayGenerator = tried => ValueTask.FromResult<TimeSpan?>(pause(tried.Outcome)),
                OnRetry = tried =>
                {
                    report(tried);
                    return ValueTask.CompletedTask;
                },
            })
            .Build();
}
