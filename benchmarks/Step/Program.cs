using System.Diagnostics;
using System.Globalization;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Trainer.Method;
using Sbnn.Sweeps.Trainer.Models;
using static TorchSharp.torch;

// Images a second of the whole training step (mixup, forward, backward, penalty, Adam, clamp) on the CPU in float32.
// Arguments: [threads=2] [seconds a network=10] [width=all] [model=all]. The median is the figure. On a busy machine the best step and the processor time
// of all threads together tell more.
var threads = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 2;
var seconds = args.Length > 1 ? double.Parse(args[1], CultureInfo.InvariantCulture) : 10;
int? width = args.Length > 2 && args[2] != "all" ? int.Parse(args[2], CultureInfo.InvariantCulture) : null;
var model = args.Length > 3 ? args[3] : null;
(TrialSpec Trial, int Batch)[] networks =
[
    (new TrialSpec { Width = 64, Sparsity = 95 }, 64),
    (new TrialSpec { Width = 16, Sparsity = 95 }, 128),
    (new TrialSpec { Width = 8, Sparsity = 95 }, 64),
    (new TrialSpec { Model = ModelKind.ReActNet18, Sparsity = 95 }, 64),
    (new TrialSpec { Model = ModelKind.ReActNet18, Method = MethodKind.ReActNet }, 64),
    (new TrialSpec { Model = ModelKind.ReActNet18, Method = MethodKind.Subbit067 }, 64),
];
TorchRuntime.Prepare(threads);
Console.WriteLine($"{get_num_threads()} threads");
foreach (var (trial, batch) in networks.Where(network => (width is null || network.Trial.Width == width) && (model is null || Knobs.WordOf(network.Trial.Model) == model)))
{
    var (median, best, processor, steps) = Measure(trial, batch);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{Knobs.WordOf(trial.Model)} {Knobs.WordOf(trial.Method),-11} width {trial.Width,2}, batch {batch,3}: {batch / median,7:F1} images/s (median of {steps} steps), {batch / best,7:F1} at best; processor time {1e3 * processor:F1} ms a step"));
}

(double Median, double Best, double Processor, int Steps) Measure(TrialSpec trial, int batch)
{
    using var scope = NewDisposeScope();
    var random = new Random(1);
    using var network = Networks.Create(trial, 10);
    network.Initialise((_, values) =>
    {
        for (var i = 0; i < values.Length; i++) values[i] = random.NextSingle();
    });
    network.train();
    network.SetEpoch(100, trial.Epochs);
    using var step = TrainingStep.Of(trial, network);
    var images = randn(batch, 3, 32, 32);
    var labels = randint(0, 10, batch, dtype: int64);
    var mixing = new Mixing(0.3, randperm(batch, dtype: int64));

    const int WarmUp = 3;
    var times = new List<double>();
    var all = Stopwatch.StartNew();
    var processor = TimeSpan.Zero;
    for (var i = 0; i < WarmUp || all.Elapsed.TotalSeconds < seconds; i++)
    {
        using var here = NewDisposeScope();
        var one = Stopwatch.StartNew();
        step.Run(images, labels, mixing, 1e-3).Read();
        if (i >= WarmUp) times.Add(one.Elapsed.TotalSeconds);
        else
        {
            all.Restart();
            processor = Process.GetCurrentProcess().TotalProcessorTime;
        }
    }

    processor = Process.GetCurrentProcess().TotalProcessorTime - processor;
    times.Sort();
    return (times[times.Count / 2], times[0], processor.TotalSeconds / times.Count, times.Count);
}
