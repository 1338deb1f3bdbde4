using System.CommandLine;
using Sbnn.Sweeps.Cli.Running;
using Sbnn.Sweeps.Cli.Terminal;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary><c>sbnn run spec.yaml</c>: everything on this machine, to the table.</summary>
internal sealed class RunCommand : HomeCommand
{
    private readonly Argument<FileInfo> _spec = SharedOptions.Spec();
    private readonly Option<DirectoryInfo> _data = SharedOptions.Data();
    private readonly Option<int> _threads = SharedOptions.Threads();
    private readonly Option<int> _slots = SharedOptions.Slots();
    private readonly Option<DirectoryInfo?> _torch = SharedOptions.Torch();

    private readonly Option<DirectoryInfo> _out = new("--out")
    {
        Description = "The folder below which the tables are written.",
        DefaultValueFactory = _ => new DirectoryInfo("out"),
    };

    private readonly Option<int> _port = SharedOptions.Port();
    private readonly Option<int> _grace = SharedOptions.Grace();

    private readonly Option<bool> _retryFailed = new("--retry-failed")
    {
        Description = "Try the sweep's failed trials again, with a fresh count of attempts.",
    };

    private readonly Option<bool> _verbose = new("--verbose") { Description = "Log what happens inside to stderr." };

    public RunCommand(CommandConsole console)
        : base(
            console,
            "run",
            "Train every trial of a sweep on this machine and write its table. While another run is at work on the same home, join it.",
            printsJson: false)
    {
        Add(_spec);
        foreach (var option in (Option[])[_data, _out, _threads, _slots, _torch, _port, _grace, _retryFailed, _verbose]) Add(option);
    }

    protected override async Task<int> RunAsync(HomeCall call)
    {
        SharedOptions.UseTorch(call.Get(_torch));
        var places = SharedOptions.Places(call.Parsed, _threads, _slots);
        var options = new RunOptions(
            call.Get(_spec).ToString(),
            call.Home,
            call.Get(_data)!.FullName,
            call.Get(_out)!.ToString(),
            places.Threads,
            places.Slots,
            call.Get(_port),
            TimeSpan.FromSeconds(call.Get(_grace)),
            call.Get(_retryFailed),
            call.Get(_verbose));
        using var stop = new StopSignal();
        return await new SweepRun(options, call.Console, TimeProvider.System, stop.Requested).RunAsync();
    }
}
