using System.CommandLine;
using Sbnn.Sweeps.Cli.Running;
using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary><c>sbnn run spec.yaml</c>: everything on this machine, to the table.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var (spec, home, data, threads, slots) =
            (SharedOptions.Spec(), SharedOptions.Home(), SharedOptions.Data(), SharedOptions.Threads(), SharedOptions.Slots());
        var output = new Option<DirectoryInfo>("--out")
        {
            Description = "The folder below which the tables are written.",
            DefaultValueFactory = _ => new DirectoryInfo("out"),
        };
        var port = SharedOptions.Whole("--port", 0, 65535, fallback: null, "The port of the HTTP API and the dashboard on the loopback interface; if not given, any free one.");
        var grace = SharedOptions.Whole(
            "--grace", 5, 86400, fallback: 900, "Seconds that trainers go on without their sbnn before they write a checkpoint and leave; a run within them adopts them.");
        var retryFailed = new Option<bool>("--retry-failed") { Description = "Try the sweep's failed trials again, with a fresh count of attempts." };
        var verbose = new Option<bool>("--verbose") { Description = "Log what happens inside to stderr." };

        var command = new Command("run", "Train every trial of a sweep on this machine and write its table. While another run is at work on the same home, join it.")
        {
            spec, home, data, output, threads, slots, port, grace, retryFailed, verbose,
        };
        command.SetAction((parsed, cancellation) => SbnnCommand.GuardAsync(() =>
        {
            var places = SharedOptions.Places(parsed, threads, slots);
            return new RunSession(new RunOptions(
                parsed.GetRequiredValue(spec).ToString(),
                new HomeFolder(parsed.GetRequiredValue(home).FullName),
                parsed.GetRequiredValue(data).FullName,
                parsed.GetRequiredValue(output).ToString(),
                places.Threads,
                places.Slots,
                parsed.GetValue(port),
                TimeSpan.FromSeconds(parsed.GetValue(grace)),
                parsed.GetValue(retryFailed),
                parsed.GetValue(verbose))).RunAsync();
        }));
        return command;
    }
}
