using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Chaos;

/// <summary>
/// A folder with the sweep's spec, a home and an output folder. Disposal ends all processes that were started in it.
/// </summary>
internal class Workplace : IDisposable
{
    /// <summary>The sweep's name.</summary>
    public const string Sweep = "chaos";

    /// <summary>The name of the spec's file.</summary>
    public const string SpecFile = "chaos.yaml";

    // Four trials of a few seconds each on an idle core, with unusually many checkpoints.
    private const string Spec = $$"""
        name: {{Sweep}}
        trial: {dataset: synthetic, train-images: 400, test-images: 100, width: 2, epochs: 10, batch-size: 25, learning-rate: 0.005}
        axes:
          - domain: [symmetric, learned]
        seeds: [1, 2]
        table:
          title: A table under fire
          columns: [domain, constraint, top1, delta, bops-pr, bparams-pr, k0, k1, ones, entropy]
          rows:
            - label: symmetric
              where: {domain: symmetric}
              baseline: true
            - label: learned
              where: {domain: learned}
        run: {backoff: 20ms, checkpoint-every: 200ms, max-attempts: 100}
        """;

    private readonly List<RunningSbnn> _started = [];

    /// <param name="folder">The folder, which is created.</param>
    /// <param name="dataRoot">The data root; null: a folder next to this one, which all workplaces share so that images
    /// are generated once.</param>
    public Workplace(string folder, string? dataRoot = null)
    {
        Folder = Directory.CreateDirectory(folder).FullName;
        DataRoot = dataRoot ?? Path.Combine(Path.GetDirectoryName(Folder)!, "data");

        // Removes the stored outcomes of resume checks, so that each workplace checks again.
        if (Directory.Exists(Path.Combine(DataRoot, "preflights")))
            Directory.Delete(Path.Combine(DataRoot, "preflights"), recursive: true);
        File.WriteAllText(Path.Combine(Folder, SpecFile), Spec);
    }

    public string Folder { get; }

    public string DataRoot { get; }

    public string Home => Path.Combine(Folder, "home");

    public string Ledger => Path.Combine(Home, "ledger.db");

    public string HeadLock => Path.Combine(Home, "head.lock");

    public string Trials => Path.Combine(Home, "trials");

    /// <summary>The folders that contain the attempt folders of this sweep.</summary>
    public virtual IReadOnlyList<string> TrialsRoots => [Trials];

    public string Reports => Path.Combine(Folder, "out", Sweep);

    /// <summary>Starts <c>sbnn run</c> of the sweep, with two slots of one thread.</summary>
    public RunningSbnn StartRun() => Start(
        "run", SpecFile, "--out", "out", "--data", DataRoot, "--slots", "2", "--threads", "1");

    /// <summary>Starts a verb on the workplace's home.</summary>
    public RunningSbnn Start(string verb, params string[] more) =>
        StartLine([RunningSbnn.Program, verb, .. more, "--home", Home]);

    /// <summary>Starts any command line in the folder.</summary>
    protected RunningSbnn StartLine(params string[] line)
    {
        var started = RunningSbnn.Start(Folder, new Dictionary<string, string?>(), line);
        _started.Add(started);
        return started;
    }

    public async Task RunToEndAsync()
    {
        var run = StartRun();
        if (await run.WaitAsync() != 0)
            throw new ChaosException($"the run in {Folder} failed:\n{run.Output}");
    }

    public void Dispose()
    {
        _started.ForEach(static sbnn => sbnn.Dispose());
        foreach (var trainer in LiveTrainer.Find(TrialsRoots)) Signals.Send(trainer.Pid, Signals.Kill);
    }
}
