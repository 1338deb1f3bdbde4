using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary>
/// <c>sbnn healthcheck</c>: checks whether the head or the node of a home works, for container engines and service
/// managers.
/// </summary>
internal sealed class HealthcheckCommand(CommandConsole console) : HomeCommand(
    console, "healthcheck",
    "Check whether the head or the node of a home works, for container engines and service managers.",
    printsJson: false)
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(5);

    // A node synchronises every second, and records the head's answers every five seconds.
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(1);

    protected override async Task<int> RunAsync(HomeCall call)
    {
        var problem = call.Home.IsOfNode ? FindNodeProblem(call) : await FindHeadProblemAsync(call);
        if (problem is null) call.Console.Say("healthy");
        else call.Console.Warn(problem);
        return problem is null ? ExitCode.Done : ExitCode.SomeFailed;
    }

    private static string? FindNodeProblem(HomeCall call)
    {
        if (!File.Exists(call.Home.Contact)) return "node: the head has not answered yet";
        var silence = DateTime.UtcNow - File.GetLastWriteTimeUtc(call.Home.Contact);
        return silence <= LongestSilence ? null
            : $"node: the head has not answered for {Wording.Duration(silence)}; trainers continue, and the node "
                + "tries to connect every second";
    }

    private static async Task<string?> FindHeadProblemAsync(HomeCall call)
    {
        if (!call.Home.TryFindHead(out var head)) return $"no sbnn runs on the home {call.Home.Path}";
        using var http = call.Home.AccessOf(head).Connect(AnswerLimit);
        try
        {
            using var answer = await http.GetAsync(new Uri("readyz", UriKind.Relative), call.Cancellation);
            return answer.IsSuccessStatusCode ? null : $"head: {head} answered with status {(int)answer.StatusCode}";
        }
        catch (Exception error)
            when (error is HttpRequestException or TaskCanceledException && !call.Cancellation.IsCancellationRequested)
        {
            return $"head: {head} does not answer: {error.GetBaseException().Message}";
        }
    }
}
