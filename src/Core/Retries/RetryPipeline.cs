using Polly;
using Polly.Retry;

namespace Sbnn.Sweeps.Core.Retries;

/// <summary>
/// What all waiting here has in common: try, report, pause, try again, without a limit of tries of its own.
/// </summary>
public static class RetryPipeline
{
    /// <summary>Makes a pipeline that pauses equally long after each try.</summary>
    /// <param name="time">The clock of the pauses.</param>
    /// <param name="pause">How long.</param>
    /// <param name="isAgain">True for an outcome after which another try is made.</param>
    /// <param name="report">Called before each pause; those who report once have to remember that they did.</param>
    public static ResiliencePipeline<T> Create<T>(
        TimeProvider time, TimeSpan pause, Func<Outcome<T>, bool> isAgain, Action<OnRetryArguments<T>> report) =>
        Create(time, _ => pause, isAgain, report);

    /// <summary>Makes a pipeline whose pause depends on the outcome before it.</summary>
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
