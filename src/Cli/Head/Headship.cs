using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Retries;
using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Cli.Head;

/// <summary>
/// A home's head makes all changes to it: this process, where there is no other head, else the other one, which is
/// asked. Heads come and go
/// meanwhile, and one that starts may itself wait for a locked ledger: all that is waited for, with a word about it.
/// </summary>
/// <param name="home">The home.</param>
/// <param name="say">Told once what is waited for.</param>
/// <param name="time">The clock.</param>
/// <param name="patience">How long a head that does not answer is waited for; <see cref="Timeout.InfiniteTimeSpan"/>:
/// for ever.</param>
internal sealed class Headship(HomeFolder home, Action<string> say, TimeProvider time, TimeSpan patience)
{
    /// <summary>The patience of a verb that does one thing and ends.</summary>
    public static readonly TimeSpan UsualPatience = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Gives the lock of the head that this process has become; or null once the other head was asked, again when it
    /// went away meanwhile.
    /// Throws <see cref="HeadUnreachableException"/> when the patience ends before there is an answer.
    /// </summary>
    public async Task<FileLock?> BecomeOrAskAsync(
        Func<SweepsClient, HeadIdentity, Task> ask, CancellationToken cancellation)
    {
        var since = time.GetTimestamp();
        var isTold = false;
        var trying = RetryPipeline.Create<FileLock?>(
            time,
            BetweenTries,
            tried => tried.Exception is HeadUnreachableException && IsPatient(),
            _ =>
            {
                if (isTold || time.GetElapsedTime(since) <= Silence) return;
                say($"another sbnn starts or ends on {home.Path}; waiting for "
                    + $"it{(IsEndless ? "" : $", {patience.TotalSeconds:0} s at most")}");
                isTold = true;
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
                $"--home: {home.Path} is in use by another sbnn that cannot be asked ({error.Message})", error);
        }

        bool IsPatient() => IsEndless || time.GetElapsedTime(since) <= patience;
    }

    private bool IsEndless => patience == Timeout.InfiniteTimeSpan;

    private async Task<FileLock?> AskAsync(Func<SweepsClient, HeadIdentity, Task> ask, CancellationToken cancellation)
    {
        if (home.IsOfNode)
        {
            throw new BadInputException(
                $"--home: {home.Path} is in use by a node, which trains for its head only; name another home with "
                    + "--home, "
                + "or submit the sweep to that head with `sbnn submit`");
        }

        if (!home.TryFindHead(out var head)) throw new HeadUnreachableException("it does not say where it answers");
        try
        {
            using var api = new SweepsClient(home.AccessOf(head));
            var answer = ask(api, head);
            if (await Task.WhenAny(answer, Task.Delay(Silence, time, cancellation)) != answer)
                say($"waiting for the answer of the sbnn that runs here ({head})");
            await answer;
            return null;
        }
        catch (HeadUnreachableException error)
        {
            throw new HeadUnreachableException($"{head}: {error.Message}", error);
        }
    }
}
