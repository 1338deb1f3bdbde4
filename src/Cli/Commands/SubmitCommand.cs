using System.CommandLine;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Silo.Telemetry;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary>
/// <c>sbnn submit SPEC</c>: sends a sweep to an sbnn that already runs, on this or another machine. This process trains
/// and records nothing.
/// </summary>
internal sealed class SubmitCommand : HomeCommand
{
    private readonly Argument<FileInfo> _spec = SharedOptions.Spec();

    public SubmitCommand(CommandConsole console)
        : base(console, "submit",
            "Submit a sweep to the sbnn that runs on the home, or to a head on another machine, and exit without "
                + "waiting for its trials.", takesHead: true) =>
        Add(_spec);

    protected override async Task<int> RunAsync(HomeCall call)
    {
        using var stop = new StopSignal();
        var (console, cancellation) = (call.Console, stop.Requested);
        var path = call.Get(_spec).ToString();
        try
        {
            var file = await SpecReader.ReadFileAsync(path, cancellation);
            using var head = call.Place.Connect();
            var submitted = await head.SubmitSpecAsync(
                new SpecSubmissionRequest
                {
                    Spec = file.Text,
                    FileName = SpecFile.NameOf(path),
                    Published = file.Published,
                    TraceParent = SiloTelemetry.CallerTrace,
                },
                (kind, line) =>
                {
                    if (kind == SubmissionEvent.Hint || call.PrintsJson) console.Warn(line);
                    else console.Say(line);
                },
                cancellation);
            var name = file.Spec.Name;
            call.Print(
                SubmitOutput.Of(name, submitted),
                () => [$"{name}: {RunWording.Recorded(submitted)}",
                    $"watch it with `{call.Place.Command($"watch {name}")}`"]);
            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            console.Warn($"stopped; `{call.Place.Command("status")}` shows whether the sweep was submitted");
            return ExitCode.Interrupted;
        }
    }

    /// <summary>The JSON of <c>submit</c>.</summary>
    private sealed record SubmitOutput(
        string Name, int Revision, int NewTrials, int Waiting, int Running, int Finished, int Failed,
        int Withdrawn, int Stopping,
        DesiredState? DesiredStateBefore)
    {
        public static SubmitOutput Of(string name, SubmittedSweep sweep) => new(
            name, sweep.Revision, sweep.NewTrials, sweep.Waiting, sweep.Running, sweep.Finished,
            sweep.Failed, sweep.Withdrawn,
            sweep.Stopping, sweep.DesiredStateBefore);
    }
}
