using System.CommandLine;
using Sbnn.Sweeps.Cli.Running;
using Sbnn.Sweeps.Cli.Terminal;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary><c>sbnn run spec.yaml</c>: trains a sweep on this machine and writes its table.</summary>
internal sealed class RunCommand : HomeCommand
{
    private readonly Argument<FileInfo> _spec = SharedOptions.Spec();
    private readonly Option<DirectoryInfo> _data = SharedOptions.Data();
    private readonly Option<int> _threads = SharedOptions.Threads();
    private readonly Option<int> _slots = SharedOptions.Slots();
    private readonly Option<DirectoryInfo?> _torch = SharedOptions.Torch();
    private readonly GpuOptions _gpus = new();

    private readonly Option<DirectoryInfo> _out = new("--out")
    {
        HelpName = SharedOptions.Folder,
        Description = "The folder for the tables; each sweep has a subfolder with its name.",
        DefaultValueFactory = _ => new DirectoryInfo("out"),
    };

    private readonly Option<int> _port = SharedOptions.Port();
    private readonly Option<int> _grace = SharedOptions.Grace();

    private readonly Option<bool> _retryFailed = new("--retry-failed")
    {
        Description = "Train the sweep's failed trials again, with a new count of attempts.",
    };

    private readonly Option<bool> _verbose = new("--verbose") { Description = "Write a detailed log to stderr." };

    public RunCommand(CommandConsole console)
        : base(
            console,
            "run",
            "Train every trial of a sweep on this machine and write its table. Finished trials are not trained again, "
                + "and interrupted ones resume. If an sbnn already runs on the same home, it trains the sweep, and "
                + "this command shows the progress.",
            printsJson: false)
    {
        Add(_spec);
        Option[] options =
            [_data, _out, _threads, _slots, .. _gpus.All, _torch, _port, _grace, _retryFailed, _verbose];
        foreach (var option in options) Add(option);
    }

    protected override async Task<int> RunAsync(HomeCall call)
    {
        SharedOptions.UseTorch(call.Get(_torch));
        var (threads, slots) = SharedOptions.ThreadsAndSlots(call.Parsed, _threads, _slots);
        var gpus = await _gpus.FindAsync(call);
        if (gpus.Devices.Count > 0) slots = call.Get(_slots);
        var options = new RunOptions(
            call.Get(_spec).ToString(),
            call.Home,
            call.Get(_data)!.FullName,
            call.Get(_out)!.ToString(),
            threads,
            slots,
            gpus,
            call.Get(_port),
            TimeSpan.FromSeconds(call.Get(_grace)),
            call.Get(_retryFailed),
            call.Get(_verbose));
        using var stop = new StopSignal();
        return await new SweepRun(options, call.Console, TimeProvider.System, stop.Requested).RunAsync();
    }
}
