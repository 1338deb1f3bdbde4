namespace Sbnn.Sweeps.Cli.Commands;

/// <summary>One example in a command's help.</summary>
/// <param name="Purpose">What the command line does, as a sentence.</param>
/// <param name="CommandLine">The command line as a user types it.</param>
internal sealed record HelpExample(string Purpose, string CommandLine);

/// <summary>The examples of every command, by its full name such as <c>sbnn nodes token</c>.</summary>
internal static class HelpExamples
{
    private static readonly Dictionary<string, HelpExample[]> ByCommand = new(StringComparer.Ordinal)
    {
        ["sbnn"] =
        [
            new("Train a small sweep on this machine and write its table to out/quickstart.",
                "sbnn run sweeps/quickstart.yaml"),
            new("Show which trials a run would train.", "sbnn explain sweeps/table1.yaml"),
            new("Show the options, examples and exit codes of a command.", "sbnn run --help"),
        ],
        ["sbnn run"] =
        [
            new("Train a small sweep and write its table to out/quickstart.", "sbnn run sweeps/quickstart.yaml"),
            new("Use at most two trainers on the CPU, no GPU, and a fixed port for the dashboard.",
                "sbnn run sweeps/quickstart.yaml --slots 2 --gpus none --port 7777"),
            new("Use two GPUs.", "sbnn run sweeps/table1.yaml --gpus 0,1"),
            new("Train the trials again that failed in earlier runs.",
                "sbnn run sweeps/quickstart.yaml --retry-failed"),
        ],
        ["sbnn submit"] =
        [
            new("Submit a sweep to the sbnn that runs on this machine.", "sbnn submit sweeps/table1.yaml"),
            new("Submit a sweep to the head that the access file sbnn-head describes.",
                "sbnn submit sweeps/table1.yaml --head sbnn-head"),
        ],
        ["sbnn watch"] = [new("Watch a sweep until it ends.", "sbnn watch quickstart")],
        ["sbnn explain"] =
        [
            new("Count the trials by state and estimate the time.", "sbnn explain sweeps/quickstart.yaml"),
            new("List each trial with the reason for its state.", "sbnn explain sweeps/quickstart.yaml --trials"),
        ],
        ["sbnn serve"] =
        [
            new("Run a head that other machines can join.", "sbnn serve --role head --listen 10.0.0.1"),
            new("Run a node on another machine; `sbnn nodes token` prints the join file.",
                "sbnn serve --role node --join-file sbnn-join"),
            new("Run a node that leaves before its machine is taken away, or when it has been idle for five minutes.",
                "sbnn serve --role node --join-file sbnn-join --until 3h50m --idle-exit 5m"),
        ],
        ["sbnn up"] =
        [
            new("Start a node on each of two machines, for the head of this folder's home.", "sbnn up --ssh gpu1,gpu2"),
            new("Start nodes with two slots on machines that cannot reach the head.",
                "sbnn up --hosts machines --tunnel -- --slots 2"),
        ],
        ["sbnn down"] = [new("Stop these nodes.", "sbnn down --ssh gpu1,gpu2")],
        ["sbnn status"] =
        [
            new("List the sweeps of this folder's home.", "sbnn status"),
            new("Print the same as JSON.", "sbnn status --json"),
        ],
        ["sbnn show"] =
        [
            new("List the trials of a sweep.", "sbnn show quickstart"),
            new("List the failed ones, with their errors.", "sbnn show quickstart --state failed --limit all"),
        ],
        ["sbnn logs"] =
        [
            new("Print the output of a trial's last attempt.", "sbnn logs e4afb9c5d63a"),
            new("Print what its first attempt wrote to standard error.",
                "sbnn logs e4afb9c5d63a --attempt 1 --file stderr"),
            new("Print the output of a running trial as it is written.", "sbnn logs e4afb9c5d63a --follow"),
        ],
        ["sbnn weights"] =
        [
            new("Copy the weights of a trial's best epoch to best.safetensors.",
                "sbnn weights e4afb9c5d63a --out best.safetensors"),
            new("Copy the weights of its last epoch.", "sbnn weights e4afb9c5d63a --out last.safetensors --last"),
        ],
        ["sbnn pause"] = [new("Pause a sweep.", "sbnn pause quickstart")],
        ["sbnn resume"] = [new("Resume a paused sweep.", "sbnn resume quickstart")],
        ["sbnn cancel"] = [new("Cancel a sweep.", "sbnn cancel quickstart")],
        ["sbnn retry"] = [new("Train the failed trials of a sweep again.", "sbnn retry quickstart")],
        ["sbnn priority"] =
        [
            new("Start a sweep's trials before those of sweeps with the default priority 0.",
                "sbnn priority quickstart 10"),
        ],
        ["sbnn nodes"] =
        [
            new("List the nodes of the head that the access file sbnn-head describes.",
                "sbnn nodes --head sbnn-head"),
        ],
        ["sbnn nodes token"] =
        [
            new("Let machines join within the next seven days.", "sbnn nodes token --expires 7d"),
        ],
        ["sbnn nodes remove"] = [new("Remove the node gpu-3.", "sbnn nodes remove gpu-3")],
        ["sbnn drain"] =
        [
            new("Free the node gpu-3, for example before its machine restarts.", "sbnn drain gpu-3"),
            new("Use the node again.", "sbnn drain gpu-3 --undo"),
        ],
        ["sbnn slurm"] =
        [
            new("Print the script, to read it or to change it.",
                "sbnn slurm --join-file sbnn-join -- --time=4:00:00 --partition=gpu"),
            new("Submit 16 jobs, each of which is a node with one GPU.",
                "sbnn slurm --join-file sbnn-join --submit --jobs 16 -- --time=4:00:00 --partition=gpu"),
        ],
        ["sbnn doctor"] =
        [
            new("Check the home.", "sbnn doctor"),
            new("Check the home and delete files that are no longer needed.", "sbnn doctor --prune"),
        ],
        ["sbnn healthcheck"] = [new("Check the sbnn of the home /var/lib/sbnn.",
            "sbnn healthcheck --home /var/lib/sbnn")],
        ["sbnn tables"] =
        [
            new("Write the reports of all sweeps to out.", "sbnn tables"),
            new("Print a table as LaTeX.", "sbnn tables quickstart --format tex"),
            new("Show which table a spec describes, with its published numbers.",
                "sbnn tables --spec sweeps/table1.yaml --format md"),
        ],
        ["sbnn export"] =
        [
            new("Write trials.csv, epochs.csv and layers.csv to data.", "sbnn export quickstart --out data"),
        ],
        ["sbnn audit"] =
        [
            new("Train two finished trials again and compare the results.", "sbnn audit quickstart --cells 2"),
        ],
        ["sbnn backup"] = [new("Copy the ledger to a file.", "sbnn backup ledger-copy.db")],
        ["sbnn schema"] = [new("Save the schema to a file.", "sbnn schema > sweep.schema.json")],
    };

    /// <summary>The examples of a command.</summary>
    public static IReadOnlyList<HelpExample> Of(string command) => ByCommand.GetValueOrDefault(command, []);
}
