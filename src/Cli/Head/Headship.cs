using System.Diagnostics;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Cli.Head;

/// <summary>
/// What changes a home is done by its head: by this process, where there is none, else by asking the one there is. Heads come and go
/// while one asks: whoever starts or ends is waited for, with a word about it, and not without end.
/// </summary>
internal sealed class Headship(HomeFolder home, Action<string> say)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Calls <paramref name="asHead"/> with the lock, which is then its own to release, or <paramref name="throughHead"/>, again when that
    /// head has gone meanwhile. Throws <see cref="BadInputException"/> when another process holds the home and does not answer.
    /// </summary>
    public async Task<T> DoAsync<T>(
        Func<FolderLock, Task<T>> asHead, Func<HeadApi, HeadMark, Task<T>> throughHead, CancellationToken cancellation)
    {
        var whyNot = "it does not say where it answers";
        var since = Stopwatch.GetTimestamp();
        for (var isTold = false; ;)
        {
            if (home.TryBecomeHead() is { } head) return await asHead(head);
            if (home.TryFindHead(out var other))
            {
                try
                {
                    using var api = new HeadApi(new Uri(other.Address));
                    var answer = throughHead(api, other);
                    if (await Task.WhenAny(answer, Task.Delay(Silence, cancellation)) != answer) say($"waiting for the answer of the sbnn that runs here ({other})");
                    return await answer;
                }
                catch (HeadUnreachableException error)
                {
                    whyNot = $"{other}: {error.Message}";
                }
            }

            var waited = Stopwatch.GetElapsedTime(since);
            if (waited > Patience) throw new BadInputException($"--home: {home.Path} is in use by another sbnn that cannot be asked ({whyNot})");
            if (waited > Silence && !isTold)
            {
                say($"another sbnn starts or ends on {home.Path}; waiting for it, {Patience.TotalSeconds:0} s at most");
                isTold = true;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellation);
        }
    }
}
