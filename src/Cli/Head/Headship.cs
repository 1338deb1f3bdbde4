using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Retries;
using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Cli.Head;

/// <summary>
/// Decides which process changes a home: only its head may. Where the home has no head, this process becomes the head;
/// otherwise it asks the running one. A head may start, end or wait for a locked ledger meanwhile, so this class
/// retries and reports what it waits for.
/// </summary>
/// <param name="home">The home.</param>
/// <param name="say">Receives one line that reports what this process waits for.</param>
/// <param name="time">The clock.</param>
/// <param name="timeout">How long to wait for a head that does not answer; <see cref="Timeout.InfiniteTimeSpan"/>:
/// without a limit.</param>
internal sealed class Headship(HomeFolder home, Action<string> say, TimeProvider time, TimeSpan timeout)
{
    /// <summary>The timeout of a command that makes one change and ends.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan NoticeDelay = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Returns the head's lock when this process has become the head, or null once the other head has answered. Repeats
    /// the request when the other head ends before it answers. Throws <see cref="HeadUnreachableException"/> when no
    /// answer comes before the timeout.
    /// </summary>
    public async Task<FileLock?> BecomeHeadOrAskAsync(
        Func<SweepsClient, HeadIdentity, Task> ask, CancellationToken cancellation)
    {
        var since = time.GetTimestamp();
        var isReported = false;
        var trying = RetryPipeline.Create<FileLock?>(
            time,
            RetryInterval,
            tried => tried.Exception is HeadUnreachableException && IsWithinTimeout(),
            _ =>
            {
                if (isReported || time.GetElapsedTime(since) <= NoticeDelay) return;
                say($"another sbnn is starting or ending on {home.Path}; waiting for "
                    + $"that sbnn{(HasNoTimeout ? "" : $", at most {timeout.TotalSeconds:0} s")}");
                isReported = true;
            });
        try
        {
            return await trying.ExecuteAsync(async _ => home.TryBecomeHead() ?? await AskAsync(ask, cancellation),
                cancellation);
        }
        catch (HeadUnreachableException error)
        {
            cancellation.ThrowIfCancellationRequested();
            throw new HeadUnreachableException(
                $"--home: {home.Path} is in use by another sbnn that does not answer ({error.Message})", error);
        }

        bool IsWithinTimeout() => HasNoTimeout || time.GetElapsedTime(since) <= timeout;
    }

    private bool HasNoTimeout => timeout == Timeout.InfiniteTimeSpan;

    private async Task<FileLock?> AskAsync(Func<SweepsClient, HeadIdentity, Task> ask, CancellationToken cancellation)
    {
        if (home.IsOfNode)
        {
            throw new BadInputException(
                $"--home: {home.Path} is in use by a node, which trains only for its head; choose another home with "
                    + "--home, or submit the sweep to that head with `sbnn submit`");
        }

        if (!home.TryFindHead(out var head))
            throw new HeadUnreachableException("that sbnn has not published its address yet");
        try
        {
            using var api = new SweepsClient(home.AccessOf(head));
            var answer = ask(api, head);
            if (await Task.WhenAny(answer, Task.Delay(NoticeDelay, time, cancellation)) != answer)
                say($"waiting for an answer from the sbnn that runs on {home.Path} ({head})");
            await answer;
            return null;
        }
        catch (HeadUnreachableException error)
        {
            throw new HeadUnreachableException($"{head}: {error.Message}", error);
        }
    }
}
